"""The outline of a track, the same for all its learners: read once, kept in the cache until something is published."""

import time
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from uuid import UUID, uuid4

from django.conf import settings
from django.core.cache import cache
from django.db.models import F, Q
from wagtail.models import Page

from courses.enums import CourseOrder
from courses.models import CoursePage, LessonPage, ModulePage, TrackModule

_VERSION_KEY = "courses:outline-version"
# Without a shared cache, another process's publication is seen after this many seconds at most.
_LIFETIME = 60
# Of the competencies that a lesson covers, as the reference document has them.
_IN_ORDER = ("competencies__block__order", "competencies__number")

type _Covering = tuple[LessonPage, tuple[str, ...]]
"""A lesson and the titles of what it covers."""


@dataclass(frozen=True, slots=True)
class LessonNode:
    """A lesson in an outline; `number` is “3.2”, `language` that of its course, `competencies` what it covers, in the
    order of the reference document."""

    pk: int
    public_id: UUID
    url: str
    number: str
    title: str
    section: str
    minutes: int
    finish: str
    language: str
    competencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModuleNode:
    """A module of a track with its lessons; minutes are those of the track, days count from the cohort's start."""

    pk: int
    public_id: UUID
    number: int
    title: str
    summary: str
    required: bool
    minutes: int
    opens_after_days: int
    course_pk: int
    language: str
    lessons: tuple[LessonNode, ...]


@dataclass(frozen=True, slots=True)
class CourseNode:
    """What an outline says of the course a module belongs to."""

    pk: int
    public_id: UUID
    title: str
    sequential: bool


@dataclass(frozen=True, slots=True)
class TrackOutline:
    """All the modules of a track in order, and the courses they come from."""

    courses: dict[int, CourseNode]
    modules: tuple[ModuleNode, ...]

    def module_of(self, lesson_pk: int) -> ModuleNode | None:
        return next((m for m in self.modules if any(lesson.pk == lesson_pk for lesson in m.lessons)), None)

    def language_of(self, lesson_pk: int) -> str:
        """The academy's own for a lesson that has left the track."""
        module = self.module_of(lesson_pk)
        return module.language if module else settings.LANGUAGE_CODE


def language_of(page: ModulePage | LessonPage) -> str:
    """The language a module or a lesson is written in: that of its course. One query."""
    course = CoursePage.objects.ancestor_of(page).only("language").first()
    return course.language if course else settings.LANGUAGE_CODE


def outline_of(track_id: int) -> TrackOutline:
    """The outline of a track: one cache read, or three queries after a publication and every `_LIFETIME`."""
    version = cache.get_or_set(_VERSION_KEY, uuid4, None)
    return _outline(track_id, version, int(time.monotonic() // _LIFETIME))


def forget_outlines() -> None:
    """Something of the tree was published, moved or removed: every outline is read again."""
    cache.set(_VERSION_KEY, uuid4(), None)


@lru_cache(maxsize=128)
def _outline(track_id: int, version: UUID, period: int) -> TrackOutline:
    """Kept in the process, since it never changes: to unpickle two hundred lessons takes longer than to show them."""
    return _read(track_id)


def _read(track_id: int) -> TrackOutline:
    rows = [
        row
        for row in TrackModule.objects.filter(track_id=track_id).select_related("module").order_by("order", "pk")
        if row.module.live
    ]
    if not rows:
        return TrackOutline({}, ())
    course_paths = {row.module.path[: -Page.steplen] for row in rows}
    courses = {course.path: course for course in CoursePage.objects.filter(path__in=course_paths)}
    lessons = _lessons_by_module([row.module for row in rows])
    modules = tuple(
        _module(row, number, courses[row.module.path[: -Page.steplen]], lessons.get(row.module.path, []))
        for number, row in enumerate(rows, start=1)
    )
    nodes = {
        course.pk: CourseNode(course.pk, course.public_id, course.title, course.order == CourseOrder.SEQUENTIAL)
        for course in courses.values()
    }
    return TrackOutline(nodes, modules)


def _module(row: TrackModule, number: int, course: CoursePage, lessons: list[_Covering]) -> ModuleNode:
    return ModuleNode(
        pk=row.module_id,
        public_id=row.module.public_id,
        number=number,
        title=row.module.title,
        summary=row.module.summary,
        required=row.required,
        minutes=row.minutes,
        opens_after_days=row.opens_after_days,
        course_pk=course.pk,
        language=course.language,
        lessons=tuple(
            LessonNode(
                pk=lesson.pk,
                public_id=lesson.public_id,
                url=lesson.get_absolute_url(),
                number=f"{number}.{rank}",
                title=lesson.title,
                section=lesson.section,
                minutes=lesson.planned_minutes,
                finish=lesson.finish,
                language=course.language,
                competencies=competencies,
            )
            for rank, (lesson, competencies) in enumerate(lessons, start=1)
        ),
    )


def _lessons_by_module(modules: list[ModulePage]) -> dict[str, list[_Covering]]:
    """By the path of their module, in one query: a row for each competency of a lesson, or one."""
    under = Q()
    for module in modules:
        under |= Q(path__startswith=module.path)
    fields = ("pk", "path", "public_id", "title", "section", "planned_minutes", "finish")
    rows = LessonPage.objects.live().filter(under).only(*fields).annotate(covers=F("competencies__title"))
    found: dict[str, list[_Covering]] = {}
    for _path, same in groupby(rows.order_by("path", *_IN_ORDER), key=lambda row: row.path):
        lesson, *others = same
        titles = tuple(row.covers for row in (lesson, *others) if row.covers)
        found.setdefault(lesson.path[: -Page.steplen], []).append((lesson, titles))
    return found
