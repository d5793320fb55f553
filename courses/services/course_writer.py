"""Writes the pages of an imported course as drafts, and counts everything on the way."""

import posixpath
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.text import slugify
from wagtail.models import Page

from courses.formats.escapad import CourseFile
from courses.formats.lesson_plan import plan
from courses.models import AcademyHomePage, CoursePage, LessonPage, ModulePage
from lms.accounts.models import User
from lms.kit.archives import Tree

from .bank_import import write_questions
from .drafts import digest, source_key
from .lesson_import import LessonContent, LessonReader, sections_without_lesson
from .reports import Report
from .shelves import CourseShelf
from .sources import common_folder, decoded, natural_order


@dataclass(slots=True)
class CourseWriter:
    """One run of `importing.import_course`."""

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
        prefix = common_folder(names)
        course = self.into or self._course(slug)
        used: set[str] = set()
        modules: list[str] = []
        for file in self.files:
            path = file.path.removeprefix(prefix)
            shelf = CourseShelf(
                tree=self.tree,
                prefix=prefix,
                folder=posixpath.dirname(file.path),
                source=slug,
                report=self.report,
                actor=self.actor,
            )
            modules.append(self._module(course, file, source_key(slug, path), shelf))
            used |= shelf.used_paths | {file.path}
        self._keep_rest(course, slug, prefix, [name for name in names if name not in used])
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
        said = self.files[0].header.language[:2].lower()
        course = CoursePage(
            title=title[:255],
            language=said if said in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
            source_key=slug,
            credits=", ".join(authors),
            live=False,
        )
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

    def _keep_rest(self, course: CoursePage, slug: str, prefix: str, paths: list[str]) -> None:
        shelf = CourseShelf(tree=self.tree, prefix=prefix, folder="", source=slug, report=self.report, actor=self.actor)
        others: dict[str, list[str]] = {"unreferenced": [], "not-a-module": []}
        for path in sorted(paths, key=natural_order):
            if path.lower().endswith(".gift"):
                text = decoded(self.tree.read(path), path)
                category = f"{course.title}/{posixpath.splitext(posixpath.basename(path))[0]}"
                key = source_key(slug, path.removeprefix(prefix))
                write_questions(text, path, key, category, self.report, self.actor, self.now)
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
