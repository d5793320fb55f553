"""Puts the demo course into Wagtail, published: pages, blocks, questions, pictures, recordings."""

import tomllib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from wagtail.models import Page, Site

from courses.blocks import PROSE, SHORT_PROSE
from courses.enums import CourseOrder
from courses.formats import gift
from courses.formats.prose import Table, flat, shape
from courses.models import AcademyHomePage, CoursePage, GlossaryTerm, LessonPage, ModulePage, Question
from courses.passages import passages_of
from courses.services.composition import Block, Composition
from courses.services.drafts import as_edited
from courses.services.question_bank import save_question
from lms.accounts.models import User
from lms.kit.sanitize import render_markdown
from lms.programmes.models import CompetencyBlock
from media.models import LibraryDocument, LibraryImage, Recording
from media.services import add_document, add_image, add_recording, is_image_name

from .reading import Directive, Document, Markdown, read_document, read_steps

HERE = Path(__file__).parent
_SOURCE = "demo"
_TERM_PROSE = ["bold", "italic", "link"]
_HOME_PROSE = ["h2", "h3", "bold", "italic", "ol", "ul", "link"]


class DemoShelf:
    """The files of `media/`, put into the library when a lesson asks for them."""

    def __init__(self, editor: User) -> None:
        self.editor = editor
        self.alternatives: dict[str, str] = {}

    def is_local(self, href: str) -> bool:
        return (HERE / "media" / href).is_file()

    def is_picture(self, href: str) -> bool:
        return is_image_name(href)

    def image(self, href: str) -> LibraryImage:
        alt = self.alternatives.get(href, "")
        source = f"{_SOURCE}/{href}"
        title = Path(href).stem
        return add_image(data=self._read(href), name=href, title=title, alt=alt, source=source, actor=self.editor)[0]

    def document(self, href: str) -> LibraryDocument:
        source = f"{_SOURCE}/{href}"
        return add_document(data=self._read(href), name=href, title=Path(href).stem, source=source, actor=self.editor)[
            0
        ]

    def recording(self, name: str, *, title: str, transcript: str) -> Recording:
        return add_recording(
            data=self._read(name), name=name, title=title, transcript=transcript, seconds=0, actor=self.editor
        )

    def _read(self, name: str) -> bytes:
        return (HERE / "media" / name).read_bytes()


def load_home(editor: User) -> AcademyHomePage:
    """The public front door, at the root of the default site; an existing one is left alone."""
    if home := AcademyHomePage.objects.first():
        return home
    document = read_document(HERE / "home.md")
    home = AcademyHomePage(
        title=document.header["title"],
        slug="academie",
        lead=document.header["lead"],
        body=_rich("\n\n".join(part.text for part in document.parts if isinstance(part, Markdown)), _HOME_PROSE),
        live=False,
    )
    _publish(home, under=Page.get_first_root_node(), editor=editor)
    site = Site.objects.get(is_default_site=True)
    welcome = site.root_page
    site.root_page = home
    site.site_name = settings.WAGTAIL_SITE_NAME  # else the administration greets with the host's name
    site.save()
    if type(welcome.specific) is Page and not welcome.get_children().exists():
        welcome.delete()  # the page a new Wagtail greets with
    return home


def load_course(home: AcademyHomePage, block: CompetencyBlock, editor: User, now: datetime) -> CoursePage:
    """The course and everything in it, published; an existing one is left alone."""
    told = tomllib.loads((HERE / "course" / "course.toml").read_text(encoding="utf-8"))
    if course := CoursePage.objects.filter(source_key=_SOURCE).first():
        return course
    course = CoursePage(
        title=told["title"],
        slug=told["slug"],
        block=block,
        summary=told["summary"],
        audience=told["audience"],
        introduction=_rich(told["introduction"], SHORT_PROSE),
        order=CourseOrder(told["order"]),
        source_key=_SOURCE,
        live=False,
    )
    _publish(course, under=home, editor=editor)
    for name in told["modules"]:
        _load_module(course, name, told[name], editor, now)
    return course


def modules_by_name(course: CoursePage) -> dict[str, ModulePage]:
    """The modules of the demo course, by the names that `cast.toml` gives them."""
    return {page.source_key.removeprefix(f"{_SOURCE}/"): page for page in ModulePage.objects.child_of(course)}


def _load_module(course: CoursePage, name: str, told: dict[str, Any], editor: User, now: datetime) -> None:
    module = ModulePage(
        title=told["title"],
        slug=told["slug"],
        summary=told["summary"],
        objectives="\n".join(told["objectives"]),
        source_key=f"{_SOURCE}/{name}",
        live=False,
    )
    _publish(module, under=course, editor=editor)
    for stem in told["lessons"]:
        document = read_document(HERE / "course" / name / f"{stem}.md")
        _load_lesson(module, f"{_SOURCE}/{name}/{stem}", document, editor, now)


def _load_lesson(module: ModulePage, key: str, document: Document, editor: User, now: datetime) -> None:
    header = document.header
    course = module.get_parent().specific
    blocks = _body(key, document, f"{module.title}/{header['title']}", editor, now)
    lesson = LessonPage(
        title=header["title"],
        slug=key.rsplit("/", 1)[1].split("-", 1)[1],
        section=header["section"],
        summary=header["summary"],
        planned_minutes=header["minutes"],
        finish=header["finish"],
        objectives="\n".join(header["objectives"]),
        prerequisites=header["prerequisites"],
        body=blocks,
        source_key=key,
        live=False,
    )
    lesson.competencies = list(course.block.competencies.filter(number__in=header["competencies"]))
    _choose_places(lesson, blocks, header.get("explained", {}), editor)
    _publish(lesson, under=module, editor=editor)


def _choose_places(lesson: LessonPage, blocks: list[Block], explained: dict[str, str], editor: User) -> None:
    """Say which passage explains which question: the header names both, the passage by its first words."""
    passages = passages_of(blocks)
    for name, words in explained.items():
        passage = next(passage for passage in passages if passage.words.startswith(words))
        question = Question.objects.get(source_key=f"{lesson.source_key}#{name}")
        question.place = f"{lesson.public_id}/{passage.block_id}/{passage.anchor}"
        question.save(update_fields=["place"])
        question.save_revision(user=editor, clean=False)


def _body(key: str, document: Document, category: str, editor: User, now: datetime) -> list[Block]:
    shelf = DemoShelf(editor)
    composition = Composition(key=key, shelf=shelf, raise_headings=0)
    for part in document.parts:
        if isinstance(part, Markdown):
            notes = composition.add_markdown(part.text)
        else:
            notes = _add_directive(composition, shelf, part, category, editor, now)
        if notes:
            raise ValueError(f"{key}: {notes}")
    return composition.blocks


def _add_directive(
    to: Composition, shelf: DemoShelf, block: Directive, category: str, editor: User, now: datetime
) -> list[tuple[str, str]]:
    """Add one block; return what could not be kept as it is written."""
    first, second = block.argument(0), block.argument(1)
    match block.kind:
        case "image":
            shelf.alternatives[first] = second
            to.add("image", {"image": shelf.image(first).pk, "alt": second, "caption": block.argument(2)})
        case "audio":
            recording = shelf.recording(first, title=second, transcript=block.body)
            to.add("audio", {"recording": recording.pk, "title": second})
        case "callout":
            to.add("callout", {"tone": first, "title": second, "text": _rich(block.body, SHORT_PROSE)})
        case "quote":
            to.add("quote", {"text": block.body, "author": second})
        case "steps":
            to.add("steps", {"title": second, "steps": _steps(to, second, block.body)})
        case "table":
            pieces = shape(render_markdown(block.body), features=PROSE).pieces
            tables = [piece for piece in pieces if isinstance(piece, Table)]
            if len(tables) != len(pieces):
                return [("not-a-table", second)]
            to.add_table(tables[0].rows, second)
        case "code":
            to.add("code", {"language": second, "code": block.body})
        case "download":
            to.add("download", {"document": shelf.document(first).pk, "label": second})
        case "term":
            to.add("term", {"term": _term(first, block.body).pk})
        case "embed":
            return to.add_video(first, second)
        case "reflection":
            to.add("reflection", {"question": second, "help_text": block.body})
        case "quiz":
            return _add_quiz(to, second, block.body, category, editor, now)
        case unknown:
            return [("unknown-block", unknown)]
    return []


def _add_quiz(
    to: Composition, title: str, text: str, category: str, editor: User, now: datetime
) -> list[tuple[str, str]]:
    parsed = gift.parse(text)
    if parsed.refused:
        return [(refused.code, refused.detail) for refused in parsed.refused]
    saved = [
        save_question(parsed=one, category=category, source_key=f"{to.key}#{one.name}", actor=editor, now=now)
        for one in parsed.questions
    ]
    to.add_quiz(title, [one.question for one in saved if one.question], name="quiz")
    return [note for one in saved for note in one.notes]


def _steps(to: Composition, name: str, body: str) -> list[Block]:
    return [
        to.item(f"steps-{name}-{rank}", {"title": title, "text": _rich(text, SHORT_PROSE)})
        for rank, (title, text) in enumerate(read_steps(body))
    ]


def _term(term: str, definition: str) -> GlossaryTerm:
    found, created = GlossaryTerm.objects.get_or_create(
        term=term, defaults={"definition": _rich(definition, _TERM_PROSE)}
    )
    if created:
        found.save_revision().publish()
    return found


def _rich(text: str, features: Iterable[str]) -> str:
    """Markdown as one rich text field keeps it."""
    features = list(features)
    html, notes = flat(shape(render_markdown(text), features=features))
    if notes:
        raise ValueError(f"{notes}: {text[:60]}")
    return as_edited(html, features)


def _publish(page: Page, *, under: Page, editor: User) -> None:
    Page.objects.get(pk=under.pk).add_child(instance=page)
    page.save_revision(user=editor).publish(user=editor)
