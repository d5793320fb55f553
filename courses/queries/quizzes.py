"""Quizzes as lessons hold them, and a learner's attempts at them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from courses.models import LessonPage, Question, QuizAttempt
from lms.kit.prepared import Prepared
from lms.programmes.models import Enrolment


@dataclass(frozen=True, slots=True)
class QuizSpec:
    """A quiz block, read from the stored JSON of a lesson without building the other blocks."""

    id: UUID
    title: str
    question_ids: tuple[int, ...]
    pass_percent: int
    max_attempts: int
    shuffle: bool


@dataclass(frozen=True, slots=True)
class QuizStanding:
    """A quiz and what one learner has done with it."""

    spec: QuizSpec
    attempts: tuple[QuizAttempt, ...]

    @property
    def open_attempt(self) -> QuizAttempt | None:
        return next((attempt for attempt in self.attempts if attempt.finished_at is None), None)

    @property
    def best(self) -> QuizAttempt | None:
        finished = [attempt for attempt in self.attempts if attempt.finished_at]
        return max(finished, key=lambda attempt: (attempt.passed, attempt.score_percent or 0), default=None)

    @property
    def passed(self) -> bool:
        return any(attempt.passed for attempt in self.attempts)

    @property
    def attempts_left(self) -> int | None:
        """None when attempts are not counted."""
        if not self.spec.max_attempts:
            return None
        return max(0, self.spec.max_attempts - sum(1 for attempt in self.attempts if attempt.finished_at))

    @property
    def may_start(self) -> bool:
        return self.open_attempt is not None or self.attempts_left != 0


def quizzes_in(lesson: LessonPage) -> list[QuizSpec]:
    """The quizzes of a lesson in order."""
    return [
        QuizSpec(
            id=UUID(block["id"]),
            title=block["value"]["title"],
            question_ids=tuple(item["value"] for item in block["value"]["questions"] if item["value"]),
            pass_percent=block["value"]["pass_percent"] or 0,
            max_attempts=block["value"]["max_attempts"] or 0,
            shuffle=bool(block["value"]["shuffle"]),
        )
        for block in lesson.body.raw_data
        if block["type"] == "quiz"
    ]


# A lesson has one quiz, as a rule.
_attempts_at = Prepared(
    lambda enrolment, quiz: QuizAttempt.objects.filter(enrolment=enrolment, quiz_id=quiz), int, UUID
)


def standings(enrolment: Enrolment, specs: Iterable[QuizSpec]) -> dict[UUID, QuizStanding]:
    """One query, whatever the number of quizzes and attempts."""
    specs = list(specs)
    attempts: dict[UUID, list[QuizAttempt]] = {spec.id: [] for spec in specs}
    if len(specs) == 1:
        attempts[specs[0].id] = _attempts_at(enrolment.pk, specs[0].id)
    elif specs:
        for attempt in QuizAttempt.objects.filter(enrolment=enrolment, quiz_id__in=attempts):
            attempts[attempt.quiz_id].append(attempt)
    return {spec.id: QuizStanding(spec, tuple(attempts[spec.id])) for spec in specs}


def questions_of(attempt: QuizAttempt) -> dict[int, Question]:
    """The questions of an attempt with their answers: two queries."""
    return {q.pk: q for q in Question.objects.filter(pk__in=attempt.question_ids).prefetch_related("answers")}
