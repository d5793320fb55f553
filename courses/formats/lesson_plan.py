"""Cuts a course file into lessons: what each one is called, where it stands and which parts it holds."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from courses.formats.escapad import CourseFile, Fence, Markdown, Part, Section, Video

_SUBSTANTIAL = 60  # words of text before the first sub-section that make a lesson of their own
_WORDS_A_MINUTE = 180
_MINUTES_A_VIDEO = 5
_MINUTES_A_QUESTION = 1


@dataclass(frozen=True, slots=True)
class LessonPlan:
    """One lesson to be. `place` names it in its file for ever: headings, and a rank when they repeat."""

    title: str
    section: str
    place: str
    line: int
    parts: tuple[Part, ...]
    is_subsection: bool

    @property
    def words(self) -> int:
        return sum(len(text.split()) for part in self.parts if (text := _read_text(part)))

    def minutes(self, questions: int) -> int:
        """Average time: reading at 180 words a minute, one minute a question, five a video."""
        videos = sum(isinstance(part, Video) for part in self.parts)
        reading = -(-self.words // _WORDS_A_MINUTE)
        return max(1, reading + videos * _MINUTES_A_VIDEO + questions * _MINUTES_A_QUESTION)


def plan(course: CourseFile) -> list[LessonPlan]:
    """One lesson a section, or one a sub-section where there are some.

    What stands before the first sub-section is a lesson of its own when there is enough of it; if not, it opens
    the first sub-section.
    """
    seen: Counter[str] = Counter()
    plans = []
    for lesson in (lesson for section in course.sections for lesson in _lessons_of(section, course)):
        seen[lesson.place] += 1
        rank = seen[lesson.place]
        place = lesson.place if rank == 1 else f"{lesson.place}#{rank}"
        plans.append(LessonPlan(lesson.title, lesson.section, place, lesson.line, lesson.parts, lesson.is_subsection))
    return plans


def _lessons_of(section: Section, course: CourseFile) -> Iterator[LessonPlan]:
    title = section.title or course.header.menu_title or course.header.title or course.path
    opening = section.parts
    if not section.subsections:
        yield LessonPlan(title, "", title, section.line, opening, False)
        return
    if _is_substantial(opening):
        yield LessonPlan(title, title, title, section.line, opening, False)
        opening = ()
    for subsection in section.subsections:
        name = subsection.title or title
        parts = (*opening, *subsection.parts)
        yield LessonPlan(name, title, f"{title}#{name}", subsection.line, parts, True)
        opening = ()


def _is_substantial(parts: tuple[Part, ...]) -> bool:
    if any(isinstance(part, Fence | Video) for part in parts):
        return True
    return sum(len(part.text.split()) for part in parts if isinstance(part, Markdown)) >= _SUBSTANTIAL


def _read_text(part: Part) -> str:
    return part.text if isinstance(part, Markdown) or (isinstance(part, Fence) and part.kind == "code") else ""
