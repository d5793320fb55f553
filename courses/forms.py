"""Input of learners and editors, made clean."""

from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _

from courses.enums import QuestionKind
from courses.grading import Response
from courses.models import CoursePage, Question

MAX_IMPORT = 200 * 1024 * 1024  # bytes


class TouchForm(forms.Form):
    """A heartbeat: `seconds` in sight since the last one, `position` the block being read (`b-…`) and, after a `~`,
    the rank of the paragraph in it."""

    seconds = forms.IntegerField(min_value=0, max_value=3600, required=False)
    position = forms.CharField(max_length=60, required=False)


class NoteForm(forms.Form):
    text = forms.CharField(max_length=20_000, required=False, strip=False)


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
