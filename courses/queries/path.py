"""A learner's own path: the outline of her track, with her state in each lesson."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from courses.enums import Finish, LessonState
from courses.models import LessonProgress
from lms.kit.prepared import Prepared
from lms.programmes.models import Enrolment

from .outline import LessonNode, ModuleNode, TrackOutline, outline_of

_progress_of = Prepared(lambda enrolment: LessonProgress.objects.filter(enrolment=enrolment), int)


@dataclass(frozen=True, slots=True)
class LessonStep:
    """One lesson as this learner sees it."""

    node: LessonNode
    state: LessonState
    position: str = ""

    @property
    def is_open(self) -> bool:
        return self.state != LessonState.LOCKED


@dataclass(frozen=True, slots=True)
class ModuleStep:
    """One module as this learner sees it; `opens_on` is None once it is open."""

    node: ModuleNode
    lessons: tuple[LessonStep, ...]
    opens_on: date | None

    @property
    def open_lessons(self) -> list[LessonStep]:
        return [step for step in self.lessons if step.is_open]

    @property
    def done_count(self) -> int:
        return sum(step.state == LessonState.DONE for step in self.lessons)

    @property
    def quiz_count(self) -> int:
        """How many of its lessons are finished by passing their questions."""
        return sum(step.node.finish == Finish.QUIZ for step in self.lessons)

    @property
    def is_done(self) -> bool:
        return bool(self.lessons) and self.done_count == len(self.lessons)

    @property
    def is_started(self) -> bool:
        return any(step.state in (LessonState.STARTED, LessonState.DONE) for step in self.lessons)

    @property
    def done_minutes(self) -> int:
        return sum(step.node.minutes for step in self.lessons if step.state == LessonState.DONE)

    @property
    def lesson_minutes(self) -> int:
        return sum(step.node.minutes for step in self.lessons)


@dataclass(frozen=True, slots=True)
class Path:
    """Everything the home, the outline and the lesson frame say of where a learner stands."""

    enrolment: Enrolment
    outline: TrackOutline
    modules: tuple[ModuleStep, ...]
    current: LessonStep | None

    @property
    def steps(self) -> list[LessonStep]:
        return [step for module in self.modules for step in module.lessons]

    @property
    def current_module(self) -> ModuleStep | None:
        return self.module_of(self.current.node.pk) if self.current else None

    @property
    def next_opening(self) -> date | None:
        """The day on which the next module opens, of those that wait for one."""
        return min((m.opens_on for m in self.modules if m.opens_on and not m.is_started), default=None)

    def module_of(self, lesson_pk: int) -> ModuleStep | None:
        return next((m for m in self.modules if any(s.node.pk == lesson_pk for s in m.lessons)), None)

    def module(self, public_id: UUID) -> ModuleStep | None:
        return next((m for m in self.modules if m.node.public_id == public_id), None)

    def step(self, lesson_pk: int) -> LessonStep | None:
        return next((step for step in self.steps if step.node.pk == lesson_pk), None)

    def neighbours(self, lesson_pk: int) -> tuple[LessonStep | None, LessonStep | None]:
        """The lessons before and after, in the order of the track."""
        steps = self.steps
        rank = next((i for i, step in enumerate(steps) if step.node.pk == lesson_pk), None)
        if rank is None:
            return None, None
        return (steps[rank - 1] if rank else None), (steps[rank + 1] if rank + 1 < len(steps) else None)

    def is_course_done(self, course_pk: int) -> bool:
        """Every lesson of every required module of the course, as far as this track asks for it."""
        required = [m for m in self.modules if m.node.course_pk == course_pk and m.node.required]
        return bool(required) and all(m.is_done for m in required)


def path_of(enrolment: Enrolment, today: date) -> Path:
    """One query (the learner's progress) on top of the cached outline."""
    outline = outline_of(enrolment.cohort.track_id)
    progress = {row.lesson_id: row for row in _progress_of(enrolment.pk)}
    modules = _walk(outline, progress, enrolment, today)
    return Path(enrolment, outline, modules, _current(modules, progress))


def _walk(
    outline: TrackOutline, progress: dict[int, LessonProgress], enrolment: Enrolment, today: date
) -> tuple[ModuleStep, ...]:
    modules = []
    blocked: set[int] = set()  # sequential courses in which a lesson is still to be finished
    for module in outline.modules:
        opens_on = enrolment.cohort.starts_on + timedelta(days=module.opens_after_days)
        is_open = opens_on <= today
        sequential = outline.courses[module.course_pk].sequential
        steps = []
        for lesson in module.lessons:
            row = progress.get(lesson.pk)
            if row is not None:
                # What was once opened or finished never closes again.
                state = LessonState(row.state)
            elif not is_open or module.course_pk in blocked:
                state = LessonState.LOCKED
            else:
                state = LessonState.TODO
            if sequential and module.required and state != LessonState.DONE:
                blocked.add(module.course_pk)
            steps.append(LessonStep(lesson, state, row.position if row else ""))
        modules.append(ModuleStep(module, tuple(steps), None if is_open else opens_on))
    return tuple(modules)


def _current(modules: tuple[ModuleStep, ...], progress: dict[int, LessonProgress]) -> LessonStep | None:
    """Where to resume: the lesson last opened and not finished, else the first one that waits."""
    steps = {step.node.pk: step for module in modules for step in module.lessons}
    started = [row for row in progress.values() if row.state == LessonState.STARTED and row.lesson_id in steps]
    if started:
        return steps[max(started, key=lambda row: row.opened_at).lesson_id]
    return next((step for step in steps.values() if step.state == LessonState.TODO), None)
