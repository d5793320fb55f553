"""The series of seminars: pages that editors draft, preview and publish."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page
from wagtail.search import index

from courses.models import CoursePage, ServedByView
from lms.kit.ids import uuid7
from lms.kit.scoped import DiscreetForm, ScopedInlinePanel
from lms.programmes.models import Competency

ACCOUNT = _("Whoever speaks and runs a session as well is presented once on its page.")
TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link"]


class SeminarSeriesPage(ServedByView, Page):
    """What a series of live sessions is about: programme, objectives, competencies, speakers."""

    view_name = "seminars.views.series.series"

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    introduction = models.TextField(_("in two sentences"), max_length=400, blank=True)
    programme = RichTextField(_("programme"), features=TEXT_FEATURES, blank=True)
    objectives = RichTextField(_("objectives"), features=["ol", "ul", "bold"], blank=True)
    course = models.ForeignKey(
        CoursePage,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("course"),
        help_text=_("The course that the hours of these sessions belong to."),
    )
    competencies = ParentalManyToManyField(
        Competency, blank=True, related_name="+", verbose_name=_("competencies covered")
    )

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("programme"),
        FieldPanel("objectives"),
        FieldPanel("course"),
        FieldPanel("competencies"),
        ScopedInlinePanel("speakers", heading=_("Speakers"), label=_("Speaker"), child_form=DiscreetForm),
    ]
    promote_panels: ClassVar = [FieldPanel("slug")]
    search_fields: ClassVar = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("programme")]
    parent_page_types: ClassVar = ["courses.AcademyHomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("seminar series")
        verbose_name_plural = _("seminar series")


class SeriesSpeaker(Orderable):
    """Somebody who speaks in a series, with or without an account here."""

    series = ParentalKey(SeminarSeriesPage, on_delete=models.CASCADE, related_name="speakers")
    name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("what she or he does"), max_length=200, blank=True)
    biography = models.TextField(_("in a few lines"), max_length=1000, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("account"),
    )

    panels: ClassVar = [
        FieldPanel("name"),
        FieldPanel("role"),
        FieldPanel("biography"),
        FieldPanel("person", help_text=ACCOUNT),
    ]

    def __str__(self) -> str:
        return self.name
