"""Makes one lesson of a course file: its blocks, and the questions its fences hold."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from courses.enums import Finish, QuestionKind
from courses.formats.escapad import CourseFile, Fence, Markdown, Video
from courses.formats.gift import Kind
from courses.formats.gift import Question as ParsedQuestion
from courses.formats.lesson_plan import LessonPlan
from courses.formats.messages import Message
from courses.formats.prose import Picture
from courses.models import Question
from lms.accounts.models import User

from .composition import Block, Composition
from .drafts import source_key
from .question_bank import Outcome, Saved, save_question
from .question_reading import Surroundings, clean_of
from .reports import Note, Report
from .shelves import CourseShelf

_TITLES = {
    "fr": {
        "comprehension": "Vérifiez pour vous",
        "activity": "Activité",
        "advanced_activity": "Activité avancée",
    },
    "en": {
        "comprehension": "Check for yourself",
        "activity": "Activity",
        "advanced_activity": "Advanced activity",
    },
}
# What goes further is for those who want it: answering is enough.
_PASS_PERCENT = {"comprehension": 60, "activity": 60, "advanced_activity": 0}


@dataclass(slots=True)
class LessonContent:
    """What an import gives to a lesson page."""

    title: str
    section: str
    minutes: int
    finish: Finish
    blocks: list[Block]


@dataclass(slots=True)
class LessonReader:
    """Reads the lessons of one course file; `key` is the course file's own."""

    file: CourseFile
    key: str
    category: str
    shelf: CourseShelf
    report: Report
    actor: User | None
    now: datetime
    names: Counter[str] = field(default_factory=Counter)

    @property
    def language(self) -> str:
        return self.file.header.language[:2].lower() or "fr"

    def read(self, plan: LessonPlan) -> LessonContent:
        composition = Composition(key=source_key(self.key, plan.place), shelf=self.shelf)
        self.names = Counter()
        asked: list[Question] = []
        notes: list[Note] = []
        for part in plan.parts:
            match part:
                case Markdown():
                    notes += composition.add_markdown(part.text, heading=plan.title)
                case Video():
                    self._add_video(composition, part)
                case Fence() if part.kind == "code":
                    composition.add("code", {"language": part.info[:30], "code": part.text})
                    self.report.count("fences", self.file.path, part.line, self._said_of(part))
                case Fence():
                    asked += self._add_quiz(composition, plan, part)
        if not plan.parts:
            notes.append(("section-empty", plan.title))
        self.report.count(
            "subsections" if plan.is_subsection else "sections", self.file.path, plan.line, self._own_notes(plan, notes)
        )
        graded = any(question.kind != QuestionKind.ESSAY for question in asked)
        return LessonContent(
            title=plan.title[:255],
            section=plan.section[:200],
            minutes=plan.minutes(len(asked)),
            finish=Finish.QUIZ if graded else Finish.READ,
            blocks=composition.blocks,
        )

    def _own_notes(self, plan: LessonPlan, notes: list[Note]) -> list[Note]:
        return [*dict.fromkeys(notes), *([("cut", plan.section)] if len(plan.section) > 200 else [])]

    def _add_video(self, composition: Composition, video: Video) -> None:
        notes = composition.add_video(video.url, video.title)
        refused = any(code == "video-refused" for code, _detail in notes)
        self.report.count("videos", self.file.path, video.line, notes, refused=refused)

    # -- Questions ---

    def _add_quiz(self, composition: Composition, plan: LessonPlan, fence: Fence) -> list[Question]:
        parsed = fence.questions()
        asked: list[Question] = []
        for question in parsed.questions:
            if question.kind == Kind.DESCRIPTION:
                self._show_description(composition, question)
            elif (saved := self._save(composition, plan, question)).question:
                asked.append(saved.question)
        for refused in parsed.refused:
            self.report.count("questions", self.file.path, refused.line, [refused], refused=True)
        notes = self._said_of(fence)
        if asked:
            composition.add_quiz(
                self._quiz_title(composition, fence.kind),
                asked,
                name=f"quiz-{fence.kind}",
                pass_percent=_PASS_PERCENT[fence.kind],
            )
            self.report.count("fences", self.file.path, fence.line, notes)
        else:
            if parsed.refused or not parsed.found:
                composition.add("code", {"language": "gift", "code": fence.text})
            self.report.say("fences", self.file.path, fence.line, [("fence-empty", fence.info)])
            self.report.count("fences", self.file.path, fence.line, notes, refused=True)
        return asked

    def _save(self, composition: Composition, plan: LessonPlan, question: ParsedQuestion) -> Saved:
        notes: list[Note] = []
        self.names[question.name] += 1
        rank = self.names[question.name]
        if rank > 1:
            notes.append(("name-twice", question.name))
        saved = save_question(
            parsed=question,
            category="/".join(part for part in (self.category, plan.section, plan.title, question.category) if part),
            source_key=source_key(composition.key, "question", question.name, *([rank] if rank > 1 else [])),
            actor=self.actor,
            now=self.now,
            surroundings=Surroundings(
                self.language, composition.link, self._picture, self.shelf.is_local, self.shelf.is_picture
            ),
        )
        record(self.report, saved)
        told: list[Note | Message] = [*question.warnings, *notes, *saved.notes]
        self.report.count("questions", self.file.path, question.line, told)
        return saved

    def _show_description(self, composition: Composition, question: ParsedQuestion) -> None:
        notes = composition.add_pieces(composition.shaped(clean_of(question.stem)))
        told: list[Note | Message] = [*question.warnings, ("description-as-text", question.name), *notes]
        self.report.count("questions", self.file.path, question.line, told)

    def _picture(self, picture: Picture) -> str:
        """A picture in the text of a question, as the editor stores it."""
        image = self.shelf.image(picture.src)
        if image is None:
            return ""
        alt = picture.alt.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        return f'<embed alt="{alt}" embedtype="image" format="fullwidth" id="{image.pk}"/>'

    def _quiz_title(self, composition: Composition, kind: str) -> str:
        title = _TITLES.get(self.language, _TITLES["fr"])[kind]
        before = composition.ranks.get(f"quiz-{kind}", 0)
        return f"{title} ({before + 1})" if before else title

    def _said_of(self, fence: Fence) -> list[Note]:
        """What reading the file had to say of this fence; it is already among the report's remarks."""
        return [
            (message.code, message.detail)
            for message in self.file.messages
            if message.line == fence.line and message.code.startswith("fence-")
        ]


def record(report: Report, saved: Saved) -> None:
    """Note what was written, for the day it is undone."""
    if saved.question and saved.outcome == Outcome.CREATED:
        report.created(saved.question)
    elif saved.question and saved.outcome == Outcome.UPDATED:
        report.updated(saved.question, before=saved.previous_revision_id)


def sections_without_lesson(file: CourseFile, plans: list[LessonPlan]) -> Iterator[tuple[str, int]]:
    """Sections that are only the heading over their sub-sections' lessons."""
    lines = {plan.line for plan in plans if not plan.is_subsection}
    for section in file.sections:
        if section.line not in lines:
            yield section.title, section.line
