"""Imports courses and questions as drafts: the same source twice writes nothing twice, and no learner's row is touched."""

import posixpath
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import lazystr
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from courses.formats import escapad, gift
from courses.formats.escapad import CourseFile, NotACourse
from courses.formats.lesson_plan import plan
from courses.formats.messages import FormatError, Message
from courses.models import AcademyHomePage, CoursePage, LessonPage, ModulePage
from lms.accounts.models import User
from lms.kit.archives import Tree
from lms.kit.errors import DomainError

from .drafts import digest, source_key
from .lesson_import import LessonContent, LessonReader, record, sections_without_lesson
from .question_bank import save_question
from .reports import Note, Report
from .shelves import CourseShelf

_MOST_MODULES = 100
_MOST_TEXT = 20 * 1024 * 1024  # bytes of course files, all together


class ImportRefused(DomainError):
    """Nothing was imported: `no-course`, `not-text`, `too-much`, `not-a-course`…"""


def import_course(
    *,
    tree: Tree,
    name: str,
    into: CoursePage | None,
    parent: AcademyHomePage,
    actor: User | None,
    now: datetime,
    dry_run: bool = False,
) -> Report:
    """Import every course file of a tree as a module of one course, in one transaction.

    `name` is the folder's or the archive's: with `into` left out, it names the course, found again at the next
    import. Pages and questions are written as drafts; what an editor changed since the last import is kept, what
    left the source is kept and said. With `dry_run` everything is done, then taken back: no row, no file remains.

    Raises:
        ImportRefused, lms.kit.archives.UnsafeArchive
    """
    files = _course_files(tree)
    with transaction.atomic():
        report = _CourseImport(tree, files, name, into, parent, actor, now).run()
        if dry_run:
            transaction.set_rollback(True)
    return report


def import_questions(
    *, data: bytes, name: str, category: str, actor: User | None, now: datetime, dry_run: bool = False
) -> Report:
    """Put the questions of a GIFT file into the bank, as drafts, under `category` and their own `$CATEGORY`.

    Raises:
        ImportRefused: the file is not text, or holds no question.
    """
    text = _decoded(data, name)
    with transaction.atomic():
        report = Report()
        _questions_of(text, name, source_key("gift", name), category, report, actor, now)
        if dry_run:
            transaction.set_rollback(True)
    if not report.tallies["questions"].found:
        raise ImportRefused("no-question", _("This file holds no question in the GIFT form."))
    return report


# -- Reading ---


def _decoded(data: bytes, name: str) -> str:
    try:
        return escapad.decode(data)[0]
    except FormatError as error:
        raise ImportRefused(error.code, lazystr(f"{name}: {error.translated()}")) from error


def _course_files(tree: Tree) -> list[CourseFile]:
    """The files with a course header, in the order of their paths, `module2` before `module10`."""
    files: list[CourseFile] = []
    read = 0
    for path in sorted((p for p in tree.names() if p.lower().endswith((".md", ".markdown"))), key=_natural):
        data = tree.read(path)
        read += len(data)
        if read > _MOST_TEXT or len(files) > _MOST_MODULES:
            raise ImportRefused("too-much", _("There is too much text here for one course. Import it in parts."))
        text = _decoded(data, path)
        try:
            file = escapad.parse(text, path=path)
        except NotACourse:
            continue
        if file.header.title or file.header.menu_title:
            files.append(file)
    if not files:
        raise ImportRefused(
            "no-course",
            _("There is no course here: no Markdown file begins with the header of a course (TITLE: …)."),
        )
    return files


def _natural(path: str) -> list[Any]:
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part.casefold()) for part in re.split(r"(\d+)", path)]


def _common_folder(names: list[str]) -> str:
    """The folder an archive puts everything in, when it only holds folders: it is the archive's name once more."""
    tops = {name.split("/", 1)[0] for name in names}
    top = next(iter(tops))
    return f"{top}/" if len(tops) == 1 and all(name.count("/") >= 2 for name in names) else ""


# -- Questions ---


def _questions_of(
    text: str, file: str, key: str, category: str, report: Report, actor: User | None, now: datetime
) -> None:
    parsed = gift.parse(text)
    names: Counter[str] = Counter()
    for question in parsed.questions:
        path = "/".join(part for part in (category, _without_top(question.category)) if part)
        names[f"{path}#{question.name}"] += 1
        rank = names[f"{path}#{question.name}"]
        saved = save_question(
            parsed=question,
            category=path,
            source_key=source_key(key, path, question.name, *([rank] if rank > 1 else [])),
            actor=actor,
            now=now,
        )
        record(report, saved)
        notes: list[Note | Message] = [*question.warnings, *saved.notes]
        if rank > 1:
            notes.append(("name-twice", question.name))
        report.count("questions", file, question.line, notes, refused=saved.question is None)
    for refused in parsed.refused:
        report.count("questions", file, refused.line, [refused], refused=True)


def _without_top(category: str) -> str:
    """Moodle writes `$course$/top/Module 1`: where the file came from says nothing here."""
    return re.sub(r"^(\$[a-z]+\$/)?(top/)?", "", category).strip("/ ")


# -- Pages ---


@dataclass(slots=True)
class _CourseImport:
    """One run of `import_course`."""

    tree: Tree
    files: list[CourseFile]
    name: str
    into: CoursePage | None
    parent: AcademyHomePage
    actor: User | None
    now: datetime
    report: Report = field(default_factory=Report)

    def run(self) -> Report:
        slug = self.into.slug if self.into else slugify(self.name) or "course"
        names = self.tree.names()
        prefix = _common_folder(names)
        course = self.into or self._course(slug)
        used: set[str] = set()
        modules: list[str] = []
        for file in self.files:
            path = file.path.removeprefix(prefix)
            shelf = CourseShelf(
                tree=self.tree,
                folder=posixpath.dirname(file.path),
                source=slug,
                report=self.report,
                actor=self.actor,
            )
            modules.append(self._module(course, file, source_key(slug, path), shelf))
            used |= shelf.used_paths | {file.path}
        self._keep_rest(course, slug, [name for name in names if name not in used])
        for module in ModulePage.objects.child_of(course).exclude(source_key="").exclude(source_key__in=modules):
            self.report.say("sections", self.name, 0, [("module-gone", module.title)])
        return self.report

    def _course(self, slug: str) -> CoursePage:
        found: CoursePage | None = CoursePage.objects.child_of(self.parent).filter(source_key=slug).first()
        if found:
            return found
        title = self.name.replace("-", " ").replace("_", " ").strip().capitalize() or self.files[0].header.title
        authors = dict.fromkeys(file.header.author for file in self.files if file.header.author)
        if len(self.files) == 1:
            title = self.files[0].header.title
        course = CoursePage(title=title[:255], source_key=slug, credits=", ".join(authors), live=False)
        return self._add(course, under=self.parent)

    def _module(self, course: CoursePage, file: CourseFile, key: str, shelf: CourseShelf) -> str:
        title = (file.header.title or file.header.menu_title)[:255]
        content = {"title": title}
        module = ModulePage.objects.child_of(course).filter(source_key=key).first()
        if module is None:
            module = self._add(
                ModulePage(title=title, source_key=key, source_digest=digest(content), live=False), under=course
            )
        else:
            self._update(module, content, lambda page: {"title": page.title}, file.path)
        shelf.gather(file.media)
        category = f"{course.title}/{title}"
        reader = LessonReader(file, key, category, shelf, self.report, self.actor, self.now)
        # Fences say these themselves, each at its own line.
        said = [message for message in file.messages if not message.code.startswith("fence-")]
        self.report.say("sections", file.path, 0, said)
        self._lessons(module, file, key, reader)
        shelf.count(file.media, file.path)
        return key

    def _lessons(self, module: ModulePage, file: CourseFile, key: str, reader: LessonReader) -> None:
        plans = plan(file)
        for _title, line in sections_without_lesson(file, plans):
            self.report.count("sections", file.path, line)
        known = {page.source_key: page for page in LessonPage.objects.child_of(module).exclude(source_key="")}
        before: LessonPage | None = None
        seen: set[str] = set()
        for lesson_plan in plans:
            lesson_key = source_key(key, lesson_plan.place)
            content = reader.read(lesson_plan)
            seen.add(lesson_key)
            before = self._lesson(module, lesson_key, content, known.get(lesson_key), before, file.path)
        for lesson_key, page in known.items():
            if lesson_key not in seen:
                self.report.say("sections", file.path, 0, [("lesson-gone", page.title)])

    def _lesson(
        self,
        module: ModulePage,
        key: str,
        content: LessonContent,
        page: LessonPage | None,
        before: LessonPage | None,
        file: str,
    ) -> LessonPage:
        told = {
            "title": content.title,
            "section": content.section,
            "planned_minutes": content.minutes,
            "finish": content.finish.value,
            "body": content.blocks,
        }
        if page is not None:
            self._update(page, told, content_of_lesson, file)
            return page
        page = LessonPage(**told, source_key=key, live=False)
        page.source_digest = digest(content_of_lesson(page))
        return self._add(page, under=module, after=before)

    def _keep_rest(self, course: CoursePage, slug: str, paths: list[str]) -> None:
        shelf = CourseShelf(tree=self.tree, folder="", source=slug, report=self.report, actor=self.actor)
        others: dict[str, list[str]] = {"unreferenced": [], "not-a-module": []}
        for path in sorted(paths, key=_natural):
            if path.lower().endswith(".gift"):
                text = _decoded(self.tree.read(path), path)
                category = f"{course.title}/{posixpath.splitext(posixpath.basename(path))[0]}"
                _questions_of(text, path, source_key(slug, path), category, self.report, self.actor, self.now)
                self.report.say("questions", path, 0, [("bank-only", posixpath.basename(path))])
            else:
                others["not-a-module" if path.lower().endswith((".md", ".markdown")) else "unreferenced"].append(path)
        for note, rest in others.items():
            shelf.count_rest(rest, note)

    # -- Drafts ---

    def _add[P: Page](self, page: P, *, under: Page, after: Page | None = None) -> P:
        if after is not None:
            Page.objects.get(pk=after.pk).add_sibling(pos="right", instance=page)
        else:
            Page.objects.get(pk=under.pk).add_child(instance=page)
        page.save_revision(user=self.actor)
        self.report.created(page)
        return page

    def _update(self, page: Any, told: dict[str, Any], content_of: Any, file: str) -> None:
        """Write a new draft of a page when the source changed and no editor did."""
        draft = page.get_latest_revision_as_object()
        kept = digest(content_of(draft))
        for name, value in told.items():
            setattr(draft, name, value)
        new = digest(content_of(draft))
        if new == page.source_digest:
            return
        if kept != page.source_digest:
            self.report.say("sections", file, 0, [("edited-by-hand", page.title)])
            return
        before = page.latest_revision_id
        draft.source_digest = new
        draft.save_revision(user=self.actor)
        type(page).objects.filter(pk=page.pk).update(source_digest=new)
        self.report.updated(page, before=before)


def content_of_lesson(page: LessonPage) -> dict[str, Any]:
    """Everything an import gives to a lesson, in a form that compares."""
    return {
        "title": page.title,
        "section": page.section,
        "planned_minutes": page.planned_minutes,
        "finish": str(page.finish),
        "body": [{"type": b["type"], "value": b["value"], "id": b["id"]} for b in page.body.raw_data],
    }

