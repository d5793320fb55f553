"""The lessons that a thread may be about, and what was written about one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from community.enums import ThreadKind
from community.models import Space, Thread, ThreadReading
from community.queries.sight import sight_of, threads_seen_by
from courses.models import LessonPage
from courses.queries.outline import outline_of
from lms.programmes.models import Track
from lms.programmes.queries import cohorts_seen_by, roles_of

type Lessons = dict[str, dict[str, str]]
"""By track, the lessons by their public ids: “3.2 Écouter sans juger”."""


@dataclass(frozen=True, slots=True)
class Written:
    """How much she may read about a lesson; `questions` are among the `threads`."""

    threads: int
    questions: int


def lessons_of(user: Any) -> Lessons:
    """The lessons that somebody follows, or reads as staff."""
    named = {track.name: outline_of(track.pk) for track in _tracks_of(user)}
    return {
        name: {
            str(lesson.public_id): f"{lesson.number} {lesson.title}"
            for module in outline.modules
            for lesson in module.lessons
        }
        for name, outline in named.items()
        if outline.modules
    }


def written_about(lesson: LessonPage, user: Any) -> Written:
    """1 query beside her sight."""
    found = _about(lesson, user).aggregate(
        threads=Count("pk"), questions=Count("pk", filter=Q(kind=ThreadKind.QUESTION))
    )
    return Written(**found)


def threads_about(lesson: LessonPage, user: Any) -> QuerySet[Thread]:
    """What she may read about a lesson, in whatever space, the last that moved first."""
    reading = ThreadReading.objects.filter(thread=OuterRef("pk"), person=user)
    rows = _about(lesson, user).select_related("author", "space")
    return rows.annotate(read_until=Subquery(reading.values("last_read")[:1])).order_by("-last_post_at", "-pk")


def space_to_ask_in(user: Any, lesson: LessonPage) -> Space | None:
    """Where a question about it is asked: the space of a cohort that follows it, else the first one she writes in."""
    sight = sight_of(user)
    spaces = [space for space in sight.spaces.values() if sight.may_write_in(space)]
    return min(spaces, key=lambda space: not _follows(space, lesson), default=None)


def _about(lesson: LessonPage, user: Any) -> QuerySet[Thread]:
    return threads_seen_by(user).filter(lesson=lesson)


def _follows(space: Space, lesson: LessonPage) -> bool:
    return space.cohort is not None and outline_of(space.cohort.track_id).module_of(lesson.pk) is not None


def _tracks_of(user: Any) -> Iterable[Track]:
    """Those she learns in; those of the cohorts she follows as staff; all of them for who writes lessons."""
    roles = roles_of(user)
    if user.is_superuser or roles.is_editor:
        return Track.objects.order_by("hours", "pk")
    found = {row.cohort.track_id: row.cohort.track for row in roles.enrolments if row.is_open}
    if roles.staffed_cohort_ids or roles.partner_ids:
        staffed = Track.objects.filter(cohorts__in=cohorts_seen_by(user)).distinct()
        found |= {track.pk: track for track in staffed}
    return [found[pk] for pk in sorted(found)]
