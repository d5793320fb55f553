"""Input of learners, made clean."""

from typing import Any

from django import forms

from courses.enums import QuestionKind
from courses.grading import Response
from courses.models import Question


class TouchForm(forms.Form):
    """A heartbeat: `seconds` in sight since the last one, `position` the id of the block being read."""

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
