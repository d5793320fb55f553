"""Who may open what in a course."""

from collections.abc import Callable
from typing import Any

from courses.models import LessonPage, ModulePage, QuizAttempt, TrackModule
from courses.queries.outline import TrackOutline, outline_of
from lms.programmes.models import Enrolment
from lms.programmes.queries import cohorts_seen_by, roles_of


def enrolment_for(user: Any, module_pk: int) -> Enrolment | None:
    """The enrolment in which `user` follows this module: open, the most recent first."""
    return _enrolment_where(user, lambda outline: any(module.pk == module_pk for module in outline.modules))


def enrolment_reading(user: Any, lesson_pk: int) -> Enrolment | None:
    """The enrolment in which `user` reads this lesson: open, the most recent first."""
    return _enrolment_where(user, lambda outline: outline.module_of(lesson_pk) is not None)


def can_read_as_staff(user: Any, module_pk: int) -> bool:
    """Editors and administrators read everything; staff of a cohort read what their learners read."""
    if not user.is_authenticated or not user.is_active:
        return False
    if _reads_everything(user):
        return True
    return TrackModule.objects.filter(module_id=module_pk, track__cohorts__in=cohorts_seen_by(user)).exists()


def can_read_lesson(user: Any, lesson: LessonPage) -> bool:
    """Its learners, locked or not: their outline names it; and staff."""
    return enrolment_reading(user, lesson.pk) is not None or can_read_lesson_as_staff(user, lesson)


def can_read_lesson_as_staff(user: Any, lesson: LessonPage) -> bool:
    """As `can_read_as_staff` its module, which is published. One query, none for who is no staff."""
    if not user.is_authenticated or not user.is_active:
        return False
    module = ModulePage.objects.live().parent_of(lesson)
    if _reads_everything(user):
        return bool(module.exists())
    return TrackModule.objects.filter(module__in=module, track__cohorts__in=cohorts_seen_by(user)).exists()


def can_answer(user: Any, attempt: QuizAttempt) -> bool:
    """An attempt belongs to one learner, as long as her enrolment is open."""
    return bool(user.is_active) and attempt.enrolment.learner_id == user.pk and attempt.enrolment.is_open


def can_import(user: Any) -> bool:
    """Editors and administrators bring courses and questions in."""
    return bool(user.is_authenticated and user.is_active and (user.is_superuser or roles_of(user).is_editor))


def _reads_everything(user: Any) -> bool:
    return bool(user.is_superuser or roles_of(user).is_editor)


def _enrolment_where(user: Any, holds: Callable[[TrackOutline], bool]) -> Enrolment | None:
    open_ones = (enrolment for enrolment in roles_of(user).enrolments if enrolment.is_open)
    return next((enrolment for enrolment in open_ones if holds(outline_of(enrolment.cohort.track_id))), None)
