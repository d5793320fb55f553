"""Keeps questions read from a file as drafts of the bank, and publishes those that a published lesson asks."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from courses.formats.gift import Kind
from courses.formats.gift import Question as ParsedQuestion
from courses.models import LessonPage, Question, QuestionAnswer
from courses.queries.quizzes import quizzes_in
from lms.accounts.models import User

from .drafts import digest, without_keys
from .question_reading import QuestionReading, Surroundings, written


class Outcome(StrEnum):
    """What became of something read from a file."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"  # edited by hand since the last import: the file's version is left aside
    REFUSED = "refused"


@dataclass(slots=True)
class Saved:
    """A question of the bank after an import; `notes` are names of `reports.REASONS` with their detail."""

    outcome: Outcome
    question: Question | None
    notes: list[tuple[str, str]] = field(default_factory=list)
    previous_revision_id: int | None = None


def save_question(
    *,
    parsed: ParsedQuestion,
    category: str,
    source_key: str,
    actor: User | None,
    now: datetime,
    surroundings: Surroundings | None = None,
) -> Saved:
    """Create or update a question as a draft; what learners see does not change before it is published.

    A question whose draft a person has changed since the last import is kept as it is. Text that only informs
    (`description`) is not a question, and is refused here: `composition` shows it in the lesson.
    """
    if parsed.kind == Kind.DESCRIPTION:
        return Saved(Outcome.REFUSED, None, [("not-a-question", parsed.name)])
    reading = QuestionReading(surroundings or Surroundings())
    content = reading.content_of(parsed, category)
    new_digest = digest(content)
    row = Question.objects.filter(source_key=source_key).first()
    if row is None:
        question = Question(source_key=source_key, live=False)
        _fill(question, content, new_digest)
        question.save()
        question.save_revision(user=actor, clean=False)  # a draft may be incomplete
        _check(question, reading.notes)
        return Saved(Outcome.CREATED, question, reading.notes)
    if row.source_digest == new_digest:
        return Saved(Outcome.UNCHANGED, row, reading.notes)
    draft = row.get_latest_revision_as_object()
    if digest(content_of_question(draft)) != row.source_digest:
        return Saved(Outcome.KEPT, row, [*reading.notes, ("edited-by-hand", parsed.name)])
    previous = row.latest_revision_id
    _fill(draft, content, new_digest)
    draft.save_revision(user=actor, clean=False)
    Question.objects.filter(pk=row.pk).update(source_digest=new_digest)
    _check(draft, reading.notes)
    return Saved(Outcome.UPDATED, row, reading.notes, previous)


def content_of_question(question: Question) -> dict[str, Any]:
    """Everything an editor can change in a question, in a form that compares."""
    return {
        "kind": str(question.kind),
        "name": question.name,
        "category": question.category,
        "stem": without_keys(question.stem),
        "general_feedback": without_keys(question.general_feedback),
        "shuffle": question.shuffle,
        "answers": [
            {
                "text": without_keys(answer.text),
                "fraction": written(answer.fraction),
                "feedback": without_keys(answer.feedback),
                "match": answer.match,
                "minimum": written(answer.minimum),
                "maximum": written(answer.maximum),
            }
            for answer in question.answers.all()
        ],
    }


def publish_questions_of(lesson: LessonPage) -> list[Question]:
    """Publish what a lesson asks: questions never published, and drafts that an import wrote and nobody changed.

    A draft that a person is working on stays hers, and a question nobody could answer stays a draft. Returns the
    questions published.
    """
    asked = [pk for quiz in quizzes_in(lesson) for pk in quiz.question_ids]
    published = []
    for row in Question.objects.filter(Q(live=False) | Q(has_unpublished_changes=True), pk__in=asked):
        revision = row.get_latest_revision()
        draft: Question = revision.as_object() if revision else row
        if row.live and digest(content_of_question(draft)) != row.source_digest:
            continue
        try:
            draft.clean()
        except ValidationError:
            continue
        (revision or row.save_revision()).publish()
        published.append(row)
    return published


def _check(question: Question, notes: list[tuple[str, str]]) -> None:
    try:
        question.clean()
    except ValidationError as problem:
        notes.append(("not-answerable", " ".join(problem.messages)))


def _fill(question: Question, content: dict[str, Any], new_digest: str) -> None:
    for name in ("kind", "name", "category", "stem", "general_feedback", "shuffle"):
        setattr(question, name, content[name])
    question.source_digest = new_digest
    answers = [
        QuestionAnswer(
            sort_order=rank,
            text=answer["text"],
            fraction=Decimal(answer["fraction"]),
            feedback=answer["feedback"],
            match=answer["match"],
            minimum=None if answer["minimum"] is None else Decimal(answer["minimum"]),
            maximum=None if answer["maximum"] is None else Decimal(answer["maximum"]),
        )
        for rank, answer in enumerate(content["answers"])
    ]
    setattr(question, "answers", answers)  # noqa: B010 - modelcluster's way to replace them all, which types do not know
