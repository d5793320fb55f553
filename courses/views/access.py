"""Loads what a URL names, or answers as if it did not exist."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from courses import rules
from courses.models import LessonPage
from courses.queries.outline import language_of
from courses.queries.path import LessonStep, ModuleStep, Path, path_of
from lms.kit.prepared import Prepared

_live_lesson = Prepared(lambda public_id: LessonPage.objects.live().filter(public_id=public_id), UUID)


@dataclass(frozen=True, slots=True)
class Reading:
    """A lesson in front of somebody: with her path when she follows it, without when she reads as staff."""

    lesson: LessonPage
    path: Path | None = None
    step: LessonStep | None = None
    module: ModuleStep | None = None

    @property
    def language(self) -> str:
        return self.step.node.language if self.step else language_of(self.lesson)


def reading_or_404(user: Any, public_id: UUID) -> Reading:
    """The published lesson `user` may know of; locked ones included, since her outline names them."""
    lesson = _live_lesson.first(public_id)
    if lesson is None:
        raise Http404
    return reading_of(user, lesson)


def reading_of(user: Any, lesson: LessonPage) -> Reading:
    """The same for a lesson already loaded."""
    enrolment = rules.enrolment_reading(user, lesson.pk)
    if enrolment is not None:
        path = path_of(enrolment, timezone.localdate())
        return Reading(lesson, path, path.step(lesson.pk), path.module_of(lesson.pk))
    if not rules.can_read_lesson_as_staff(user, lesson):
        raise Http404
    return Reading(lesson)


def learner_reading_or_404(user: Any, public_id: UUID) -> Reading:
    """Like `reading_or_404`, for what only a learner does."""
    reading = reading_or_404(user, public_id)
    if reading.path is None:
        raise Http404
    return reading
