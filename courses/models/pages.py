"""The tree editors work in: academy, course (a CCP), module, lesson."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from courses.blocks import SHORT_PROSE, LessonBody
from courses.enums import CourseOrder, Finish
from lms.kit.ids import uuid7
from lms.programmes.models import Competency, CompetencyBlock, Track


class ServedByView(models.Model):
    """A page that declares the view which shows it, live and in preview: the model itself stays declarative."""

    view_name: ClassVar[str]

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = import_string(self.view_name)(request, page=self)
        return response

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        response: HttpResponse = import_string(self.view_name)(request, page=self, preview=True)
        return response


class Identified(models.Model):
    """A page that learners reach by its public id, and that an import finds again by its source."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    source_key = models.CharField(max_length=255, blank=True, db_index=True, editable=False)
    source_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True


class AcademyHomePage(ServedByView, Page):
    """The public front door."""

    view_name = "courses.views.public.academy_home"

    lead = models.TextField(_("in one sentence"), blank=True)
    body = RichTextField(_("text"), blank=True, features=["h2", "h3", "bold", "italic", "ol", "ul", "link"])

    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = ["courses.CoursePage"]
    max_count = 1
    content_panels: ClassVar = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]

    class Meta:
        verbose_name = _("academy home")


class CoursePage(Identified, ServedByView, Page):
    """A course: the modules that prepare for one block (CCP)."""

    view_name = "courses.views.public.course"

    block = models.ForeignKey(
        CompetencyBlock,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="courses",
        verbose_name=_("competency block (CCP)"),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
        help_text=_("The one it is written in, its modules and lessons too: screen readers then pronounce it well."),
    )
    summary = models.TextField(_("summary"), blank=True)
    audience = models.TextField(_("for whom"), blank=True)
    introduction = RichTextField(_("introduction"), blank=True, features=SHORT_PROSE)
    order = models.CharField(_("order of lessons"), max_length=12, choices=CourseOrder, default=CourseOrder.FREE)
    credits = models.TextField(_("authors and licence"), blank=True)

    parent_page_types: ClassVar = ["courses.AcademyHomePage"]
    subpage_types: ClassVar = ["courses.ModulePage"]
    exclude_fields_in_copy: ClassVar = ["public_id", "source_key", "source_digest"]
    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("block"),
        FieldPanel("language"),
        FieldPanel("summary"),
        FieldPanel("audience"),
        FieldPanel("introduction"),
        FieldPanel("order"),
        FieldPanel("credits"),
    ]
    search_fields: ClassVar = [*Page.search_fields, index.SearchField("summary")]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")


class ModulePage(Identified, ServedByView, Page):
    """A part of a course, followed over some days."""

    view_name = "courses.views.outline.module"

    summary = models.TextField(_("summary"), blank=True)
    objectives = models.TextField(_("objectives"), blank=True, help_text=_("One a line, starting with a verb."))

    parent_page_types: ClassVar = ["courses.CoursePage"]
    subpage_types: ClassVar = ["courses.LessonPage"]
    exclude_fields_in_copy: ClassVar = ["public_id", "source_key", "source_digest"]
    content_panels: ClassVar = [*Page.content_panels, FieldPanel("summary"), FieldPanel("objectives")]

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def get_absolute_url(self) -> str:
        return reverse("courses:module", args=[self.public_id])

    @property
    def objective_list(self) -> list[str]:
        return [line.strip() for line in self.objectives.splitlines() if line.strip()]


class LessonPage(Identified, ServedByView, Page):
    """One sitting: something to read, something to do, and what counts as finished."""

    view_name = "courses.views.lessons.lesson_page"

    section = models.CharField(
        _("section"), max_length=200, blank=True, help_text=_("Groups lessons under one heading in the outline.")
    )
    summary = models.TextField(_("summary"), blank=True)
    planned_minutes = models.PositiveSmallIntegerField(
        _("planned minutes"),
        default=15,
        validators=[MinValueValidator(1)],
        help_text=_("Average time, reading and questions together (Code du travail, art. D6313-3-1)."),
    )
    finish = models.CharField(_("what counts as finished"), max_length=8, choices=Finish, default=Finish.READ)
    objectives = models.TextField(_("objectives"), blank=True, help_text=_("One a line, starting with a verb."))
    prerequisites = models.TextField(_("before starting"), blank=True)
    competencies = ParentalManyToManyField(
        Competency, blank=True, related_name="lessons", verbose_name=_("competencies covered")
    )
    body = StreamField(LessonBody(), blank=True, verbose_name=_("content"))

    parent_page_types: ClassVar = ["courses.ModulePage"]
    subpage_types: ClassVar[list[str]] = []
    exclude_fields_in_copy: ClassVar = ["public_id", "source_key", "source_digest"]
    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldPanel("planned_minutes"),
                FieldPanel("finish"),
                FieldPanel("section"),
                FieldPanel("summary"),
                FieldPanel("objectives"),
                FieldPanel("prerequisites"),
                FieldPanel("competencies"),
            ],
            heading=_("For the learner, before starting"),
        ),
    ]
    search_fields: ClassVar = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def get_absolute_url(self) -> str:
        return reverse("courses:lesson", args=[self.public_id])

    @property
    def objective_list(self) -> list[str]:
        return [line.strip() for line in self.objectives.splitlines() if line.strip()]

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        super().full_clean(*args, **kwargs)
        if self.finish == Finish.QUIZ and self.live and not any(b.block_type == "quiz" for b in self.body):
            raise ValidationError({"finish": _("Add a quiz, or choose the other way of finishing.")})


class TrackModule(models.Model):
    """Puts a module into a track: required or optional, for so many hours, from such a day on."""

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="modules", verbose_name=_("track"))
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="tracks", verbose_name=_("module"))
    required = models.BooleanField(_("required"), default=True)
    minutes = models.PositiveIntegerField(_("planned minutes"), help_text=_("In this track, all activities together."))
    opens_after_days = models.PositiveSmallIntegerField(
        _("opens after (days)"), default=0, help_text=_("Counted from the first day of the cohort.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        verbose_name = _("module of a track")
        verbose_name_plural = _("modules of tracks")
        ordering = ["track", "order"]
        constraints = [models.UniqueConstraint(fields=["track", "module"], name="courses_trackmodule_unique")]

    def __str__(self) -> str:
        return f"{self.track}: {self.module}"
