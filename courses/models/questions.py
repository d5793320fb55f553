"""The question bank and the glossary: editorial content reused by lessons."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)
from wagtail.search import index

from courses.enums import QuestionKind
from lms.kit.ids import PublicIdModel
from lms.kit.sanitize import to_text

FEEDBACK_PROSE = ["bold", "italic", "ol", "ul", "link", "code"]
# What is asked, and what explains it, may show a picture or hand out a file.
QUESTION_PROSE = [*FEEDBACK_PROSE, "document-link", "superscript", "subscript", "image"]


class Question(
    PublicIdModel,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    index.Indexed,
    ClusterableModel,
):
    """One question of the bank. Learners see its published state; what is being edited lives in revisions."""

    kind = models.CharField(_("kind"), max_length=12, choices=QuestionKind, default=QuestionKind.SINGLE)
    name = models.CharField(_("name"), max_length=200, help_text=_("For editors; learners do not see it."))
    category = models.CharField(
        _("category"), max_length=250, blank=True, help_text=_("A path, for example “Module 1/Internet”.")
    )
    stem = RichTextField(_("question"), features=QUESTION_PROSE)
    general_feedback = RichTextField(
        _("explanation"),
        blank=True,
        features=QUESTION_PROSE,
        help_text=_("Shown after the answer, right or wrong. For an open question, the model answer."),
    )
    place = models.CharField(
        _("passage that explains it"),
        max_length=120,
        blank=True,
        help_text=_("Where to read again after a wrong answer. Left open: what stands before the questions."),
    )
    """`lesson/block/anchor`, as `courses.passages` names them; what is not found any more is as if left open."""
    shuffle = models.BooleanField(_("shuffle the answers"), default=True)
    source_key = models.CharField(max_length=255, blank=True, db_index=True, editable=False)
    source_digest = models.CharField(max_length=64, blank=True, editable=False)

    panels: ClassVar = [
        FieldPanel("name"),
        FieldPanel("kind"),
        FieldPanel("stem"),
        InlinePanel("answers", heading=_("Answers"), label=_("Answer")),
        FieldPanel("general_feedback"),
        FieldPanel("place"),
        MultiFieldPanel([FieldPanel("category"), FieldPanel("shuffle")], heading=_("Filing")),
    ]
    search_fields: ClassVar = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.SearchField("stem"),
        index.FilterField("kind"),
        index.FilterField("category"),
    ]

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["category", "name"]

    def __str__(self) -> str:
        return self.name or to_text(self.stem)[:80]

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "courses/question_preview.html"

    def clean(self) -> None:
        super().clean()
        answers = list(self.answers.all())
        problem = _missing_answers(self.kind, answers)
        if problem:
            raise ValidationError(str(problem))


def _missing_answers(kind: str, answers: list["QuestionAnswer"]) -> str | Promise | None:
    """What keeps a question from being answerable, in words, or None."""
    match kind:
        case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
            if len(answers) < 2:
                return _("Give at least two answers.")
            if not any(answer.fraction > 0 for answer in answers):
                return _("Mark at least one answer as right.")
        case QuestionKind.TRUE_FALSE:
            if len(answers) != 2 or sorted(answer.fraction > 0 for answer in answers) != [False, True]:
                return _("Give two answers, one of them right.")
        case QuestionKind.SHORT:
            if not any(answer.fraction > 0 for answer in answers):
                return _("Give at least one accepted answer.")
        case QuestionKind.NUMERIC:
            if not any(answer.minimum is not None and answer.maximum is not None for answer in answers):
                return _("Give at least one accepted number: its lowest and highest value.")
        case QuestionKind.MATCH:
            if sum(1 for answer in answers if answer.match and answer.text) < 2:
                return _("Give at least two pairs.")
    return None


class QuestionAnswer(Orderable):
    """One answer of a question: a choice, an accepted text, an accepted range of numbers, or a pair."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="answers")
    text = RichTextField(_("answer"), blank=True, features=["bold", "italic", "code", "superscript", "subscript"])
    fraction = models.DecimalField(
        _("worth (%)"),
        max_digits=8,
        decimal_places=5,
        default=0,
        validators=[MinValueValidator(-100), MaxValueValidator(100)],
        help_text=_("100 for a right answer, 0 for a wrong one, less for a part of it."),
    )
    feedback = RichTextField(_("said after this answer"), blank=True, features=FEEDBACK_PROSE)
    match = models.CharField(_("goes with"), max_length=255, blank=True, help_text=_("Matching questions only."))
    minimum = models.DecimalField(_("from"), max_digits=20, decimal_places=6, null=True, blank=True)
    maximum = models.DecimalField(_("to"), max_digits=20, decimal_places=6, null=True, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("answer")
        constraints = [
            models.CheckConstraint(
                condition=Q(fraction__gte=-100, fraction__lte=100), name="courses_questionanswer_fraction"
            ),
            models.CheckConstraint(
                condition=Q(minimum__isnull=True) | Q(maximum__isnull=True) | Q(maximum__gte=models.F("minimum")),
                name="courses_questionanswer_range_ordered",
            ),
        ]

    def __str__(self) -> str:
        return to_text(self.text)[:80] or self.match


class GlossaryTerm(PublicIdModel, DraftStateMixin, RevisionMixin, index.Indexed, models.Model):
    """A word of the trade, defined once."""

    term = models.CharField(_("term"), max_length=120, unique=True)
    definition = RichTextField(_("definition"), features=["bold", "italic", "link"])

    panels: ClassVar = [FieldPanel("term"), FieldPanel("definition")]
    search_fields: ClassVar = [
        index.SearchField("term"),
        index.AutocompleteField("term"),
        index.SearchField("definition"),
    ]

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        ordering = ["term"]

    def __str__(self) -> str:
        return self.term
