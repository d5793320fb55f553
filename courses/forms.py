"""Input of learners and editors, made clean."""

from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from courses.enums import QuestionKind
from courses.grading import Response
from courses.models import CoursePage, LessonPage, Question
from courses.passages import Passage
from courses.queries.passages import passages_to_choose

MAX_IMPORT = 200 * 1024 * 1024  # bytes


class TouchForm(forms.Form):
    """A heartbeat: `seconds` in sight since the last one, `position` the block being read (`b-…`) and, after a `~`,
    the rank of the paragraph in it."""

    seconds = forms.IntegerField(min_value=0, max_value=3600, required=False)
    position = forms.CharField(max_length=60, required=False)


class NoteForm(forms.Form):
    text = forms.CharField(max_length=20_000, required=False, strip=False)


class RevocationForm(forms.Form):
    """Why an attestation is no longer valid, said with the knowledge of what follows."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("One sentence. The holder reads it, with the day; the public page only says that it is revoked."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sure = forms.BooleanField(label=_("I know that this cannot be undone"))


class BackForm(forms.Form):
    """In the address of a lesson: the attempt, and perhaps its question, that the reader comes from."""

    attempt = forms.UUIDField()
    question = forms.IntegerField(min_value=1, max_value=10_000, required=False)


class QuestionForm(WagtailAdminModelForm):
    """A question of the bank; the place that explains it is chosen by its words, in the lessons that ask it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "place" in self.fields:
            field = Question._meta.get_field("place")
            self.fields["place"] = forms.ChoiceField(
                label=capfirst(field.verbose_name),
                help_text=field.help_text,
                required=False,
                choices=self._places(),
            )

    def _places(self) -> list[Any]:
        groups = [
            (
                lesson.title,
                [
                    _option(lesson, passage)
                    for passage in passages
                    if passage.level or (asks and passage.kind != "quiz")
                ],
            )
            for lesson, asks, passages in passages_to_choose(self.instance)
        ]
        known = {value for _title, options in groups for value, _words in options}
        kept = self.initial.get("place")
        if kept and kept not in known:
            gone: tuple[str, Any] = kept, _("A passage that is not there any more")
            groups.append((_("Chosen before"), [gone]))
        return [("", _("What stands before the questions")), *(group for group in groups if group[1])]


def _option(lesson: LessonPage, passage: Passage) -> tuple[str, str]:
    words = Truncator(passage.words).chars(90) or str(
        LessonPage.body.field.stream_block.child_blocks[passage.kind].label
    )
    return f"{lesson.public_id}/{passage.block_id}/{passage.anchor}", words if passage.level else f"\u2003{words}"


def read_response(question: Question, post: Any) -> Response:
    """The response posted for a question, in the shape `courses.grading` marks; foreign values are left out."""
    answers = list(question.answers.all())
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.TRUE_FALSE:
            chosen = [answer.pk for answer in answers if str(answer.pk) == post.get("choice")]
            return {"choice": chosen[0] if chosen else None}
        case QuestionKind.MULTIPLE:
            wanted = set(post.getlist("choices"))
            return {"choices": sorted(answer.pk for answer in answers if str(answer.pk) in wanted)}
        case QuestionKind.MATCH:
            known = {answer.match for answer in answers}
            given = {str(answer.pk): post.get(f"pair-{answer.pk}", "") for answer in answers if answer.text}
            return {"pairs": {pk: match for pk, match in given.items() if match in known and match}}
        case _:
            return {"text": post.get("text", "")[:20_000]}


class ImportForm(forms.Form):
    """A course or a file of questions sent by an editor; what is inside is judged by the import itself."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("A zip or a Markdown file of a course, or a file of questions in the GIFT form. 200 MB at most."),
        validators=[FileExtensionValidator(["zip", "md", "markdown", "gift", "txt"])],
    )
    course: "forms.ModelChoiceField[CoursePage]" = forms.ModelChoiceField(
        label=_("Into the course"),
        queryset=CoursePage.objects.order_by("title"),
        required=False,
        help_text=_("Leave empty for a new course named after the file, or the one that this file made before."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_IMPORT:
            raise forms.ValidationError(_("This file is larger than 200 MB. Split the course."), code="too-big")
        return file
