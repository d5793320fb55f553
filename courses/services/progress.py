"""Moves a learner through her lessons, and grants the hours of what she finishes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from courses.enums import Finish, LessonState
from courses.models import LessonPage, LessonProgress, Reflection
from courses.queries.path import path_of
from courses.queries.quizzes import quizzes_in, standings
from lms.accounts.models import User
from lms.evidence.enums import ActivityKind, EvidenceSource
from lms.evidence.services import credit, observe
from lms.kit.errors import DomainError
from lms.programmes.models import Enrolment

from .attestations import attest_if_finished

READ_REASON = gettext_noop("Lesson read, and said to be finished.")
QUIZ_REASON = gettext_noop("Questions of the lesson passed.")


class LessonClosed(DomainError):
    """The lesson is not open to this learner yet."""


class NotFinished(DomainError):
    """Something the lesson asks for is missing."""


def touch_lesson(
    *, enrolment: Enrolment, lesson: LessonPage, position: str, seconds: int, now: datetime
) -> LessonProgress:
    """Remember the exact place a learner reads, and let the floor count the seconds it observed.

    Creates the progress row on the first touch; never changes a finished state. `seconds` is what the page
    claims since its last call: `lms.evidence` caps it.
    """
    progress, created = LessonProgress.objects.get_or_create(
        enrolment=enrolment, lesson=lesson, defaults={"position": position, "started_at": now, "opened_at": now}
    )
    if not created:
        progress.opened_at = now
        progress.position = position or progress.position
        progress.save(update_fields=["opened_at", "position"])
    if seconds > 0:
        observe(enrolment=enrolment, kind=ActivityKind.LESSON, activity_id=lesson.public_id, seconds=seconds, now=now)
    return progress


def complete_lesson(*, enrolment: Enrolment, lesson: LessonPage, actor: User, now: datetime) -> LessonProgress:
    """Finish a lesson: its state, its hours, and the attestation when it was the last one of its course.

    Idempotent: a second call returns the same row and credits nothing more.

    Raises:
        LessonClosed: the lesson is outside the track, or opens later.
        NotFinished: the lesson ends with its questions and they are not all passed.
    """
    path = path_of(enrolment, timezone.localdate(now))
    module = path.module_of(lesson.pk)
    step = path.step(lesson.pk)
    if module is None or step is None or not step.is_open:
        raise LessonClosed("lesson-closed", _("This lesson is not open yet. Your track tells when it opens."))
    if lesson.finish == Finish.QUIZ and not all(
        standing.passed for standing in standings(enrolment, quizzes_in(lesson)).values()
    ):
        words = _("The questions of this lesson are not passed yet. Your answers are kept.")
        raise NotFinished("quiz-not-passed", words)
    with transaction.atomic():
        progress, _created = LessonProgress.objects.select_for_update().get_or_create(
            enrolment=enrolment, lesson=lesson, defaults={"started_at": now, "opened_at": now}
        )
        if progress.state == LessonState.DONE:
            return progress
        progress.state = LessonState.DONE
        progress.completed_at = now
        progress.opened_at = now
        progress.save(update_fields=["state", "completed_at", "opened_at"])
        by_quiz = lesson.finish == Finish.QUIZ
        course = path.outline.courses[module.node.course_pk]
        credit(
            enrolment=enrolment,
            kind=ActivityKind.LESSON,
            activity_id=lesson.public_id,
            title=f"{step.node.number} {lesson.title}",
            course_id=course.public_id,
            planned_minutes=lesson.planned_minutes,
            minutes=lesson.planned_minutes,
            reason=QUIZ_REASON if by_quiz else READ_REASON,
            source=EvidenceSource.OBSERVED if by_quiz else EvidenceSource.DECLARED,
            actor=actor,
            now=now,
        )
        attest_if_finished(path=path_of(enrolment, timezone.localdate(now)), course_pk=course.pk, now=now)
    return progress


def write_reflection(*, learner: User, lesson: LessonPage, block_id: UUID, text: str, now: datetime) -> Reflection:
    """Keep a private note; an empty text empties it.

    Raises:
        NotFinished: the lesson has no such note.
    """
    if not any(block["type"] == "reflection" and block["id"] == str(block_id) for block in lesson.body.raw_data):
        raise NotFinished("unknown-note", _("This note no longer exists in the lesson."))
    note, _created = Reflection.objects.update_or_create(
        learner=learner, block_id=block_id, defaults={"lesson": lesson, "text": text[:20_000], "updated_at": now}
    )
    return note
