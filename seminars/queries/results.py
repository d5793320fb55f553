"""What a session gave, for those who run it: who came, what was asked, voted, written, thought."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import mean
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from seminars.enums import AttendanceVerdict
from seminars.models import ChatMessage, LiveSession, Question, SurveyAnswer
from seminars.queries.attendance import attendees, expected_at
from seminars.queries.replays import Choice, polls_of, results_of

MARKS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class AttendanceSummary:
    expected: int
    came: int
    long_enough: int
    to_look_at: int


@dataclass(frozen=True, slots=True)
class PollResult:
    question: str
    voters: int
    choices: tuple[Choice, ...]
    is_quiz: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that was asked: the mean, and how many gave each mark."""

    label: str
    mean: float
    counts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class SurveyResult:
    count: int
    marks: tuple[Mark, ...]
    words: tuple[str, ...]
    """Without names."""


@dataclass(frozen=True, slots=True)
class Table:
    """One of the exports."""

    header: Sequence[str]
    rows: Iterator[Sequence[Any]]


def attendance_summary(session: LiveSession, now: datetime) -> AttendanceSummary:
    found = attendees(session, expected_at(session), now)
    return AttendanceSummary(
        expected=len(found),
        came=sum(one.presence.came for one in found),
        long_enough=sum(one.verdict == AttendanceVerdict.ATTENDED for one in found),
        to_look_at=sum(one.is_to_look_at for one in found),
    )


def questions_of(session: LiveSession) -> QuerySet[Question]:
    """All of them, those with the most votes first."""
    return session.questions.select_related("author", "answered_by")


def chat_of(session: LiveSession) -> QuerySet[ChatMessage]:
    """The main room's, without what was deleted."""
    return session.messages.filter(breakout=None, deleted_at=None).select_related("author")


def poll_results(session: LiveSession) -> list[PollResult]:
    return [
        PollResult(poll.question, poll.voters, results_of(poll), poll.kind == "quiz")  # type: ignore[attr-defined]
        for poll in polls_of(session)
    ]


def survey_result(session: LiveSession) -> SurveyResult:
    answers = list(SurveyAnswer.objects.filter(session=session).order_by("?"))
    asked = {
        "useful": _("Useful for my work"),
        "clear": pgettext("a mark", "Clear"),
        "comfortable": _("Easy to follow and to take part in"),
    }
    marks = tuple(
        Mark(
            label,
            mean(getattr(answer, field) for answer in answers),
            tuple((mark, sum(getattr(answer, field) == mark for answer in answers)) for mark in MARKS),
        )
        for field, label in asked.items()
        if answers
    )
    return SurveyResult(len(answers), marks, tuple(answer.words for answer in answers if answer.words))


def table_of(session: LiveSession, name: str) -> Table | None:
    """`questions`, `polls`, `chat` or `survey`, as rows; None for another name."""
    if name == "questions":
        header = [_("Asked at"), _("By"), _("Question"), _("Votes"), _("Answer"), _("Answered by")]
        return Table(header, (_question_row(question) for question in questions_of(session)))
    if name == "polls":
        rows = (
            (poll.question, choice.text, choice.votes, f"{choice.percent} %")
            for poll in poll_results(session)
            for choice in poll.choices
        )
        return Table([_("Poll"), _("Choice"), _("Votes"), _("Share")], rows)
    if name == "chat":
        said = ((message.at, message.author.get_full_name(), message.text) for message in chat_of(session))
        return Table([_("At"), _("By"), _("Message")], said)
    if name == "survey":
        answers = SurveyAnswer.objects.filter(session=session).order_by("?")
        marks = ((answer.useful, answer.clear, answer.comfortable, answer.words) for answer in answers)
        return Table([_("Useful"), pgettext("a mark", "Clear"), _("Easy to follow"), _("In their words")], marks)
    return None


def _question_row(question: Question) -> Sequence[Any]:
    said = question.answer or (_("Answered live") if question.answered_live else "")
    by = question.answered_by.get_full_name() if question.answered_by else ""
    return (question.at, question.author.get_full_name(), question.text, question.votes, said, by)
