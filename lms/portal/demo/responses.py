"""Answers that the demo's learners give to the questions of a quiz, right or wrong."""

from typing import Any

from courses.enums import QuestionKind
from courses.models import Question

_WORDS = "Je commence par écouter, puis je reformule avec ses mots. Je propose une seule chose à la fois."


def response(question: Question, *, right: bool) -> dict[str, Any]:
    """A response of the shape `courses.grading` describes."""
    answers = list(question.answers.all())
    good = [answer for answer in answers if answer.fraction > 0]
    bad = [answer for answer in answers if answer.fraction <= 0]
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.TRUE_FALSE:
            return {"choice": (good if right or not bad else bad)[0].pk}
        case QuestionKind.MULTIPLE:
            return {"choices": [answer.pk for answer in (good if right else good[:1])]}
        case QuestionKind.MATCH:
            return {"pairs": {str(answer.pk): answer.match for answer in answers if answer.text}}
        case QuestionKind.NUMERIC:
            return {"text": str(good[0].minimum if right else 0)}
        case QuestionKind.SHORT:
            return {"text": str(good[0]) if right else "Je ne sais pas"}
        case _:
            return {"text": _WORDS}
