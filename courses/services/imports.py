"""Files sent by editors: kept, checked by the worker, written when the editor says so."""

from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from courses.enums import ImportState
from courses.models import AcademyHomePage, CourseImport, CoursePage
from lms.accounts.models import User
from lms.kit.archives import Limits, Tree, open_tree
from lms.kit.defer import defer

from . import import_steps
from .import_steps import NotReady
from .importing import import_course, import_questions
from .reports import Report

COURSE_LIMITS = Limits(file=25 * 1024 * 1024)
TEXT_FILES = (".md", ".markdown")
_MOST_TEXT = 5 * 1024 * 1024 + 1  # bytes: one more than `courses.formats.text` reads, which then says so


def open_course(path: Path | BinaryIO, *, name: str, limits: Limits = COURSE_LIMITS) -> Tree:
    """Open a folder, a zip, or one Markdown file as a tree of one file. Raises UnsafeArchive."""
    if not name.lower().endswith(TEXT_FILES) or (isinstance(path, Path) and path.is_dir()):
        return open_tree(path, limits=limits)
    return Tree({PurePosixPath(name).name: lambda: read_question_file(path)}, close=lambda: None)


def read_question_file(path: Path | BinaryIO) -> bytes:
    """The bytes of one text file, no more than the formats accept."""
    if isinstance(path, Path):
        with path.open("rb") as file:
            return file.read(_MOST_TEXT)
    path.seek(0)
    return path.read(_MOST_TEXT)


def note_import(*, report: Report, name: str, actor: User | None, now: datetime) -> CourseImport:
    """Keep the record of an import done from the command line, so that it can be read and undone like the others."""
    return CourseImport.objects.create(
        name=name[:255],
        state=ImportState.DONE,
        report=_kept(report),
        actor=actor,
        created_at=now,
        finished_at=now,
    )


def receive_file(*, file: File[bytes], course: CoursePage | None, actor: User, now: datetime) -> CourseImport:
    """Keep a file an editor sent, and have the worker check it: nothing of it is written yet."""
    from courses.tasks import check_import  # a task calls the services of this module

    with transaction.atomic():
        record = CourseImport.objects.create(
            file=file,
            name=PurePosixPath(file.name or "import").name[:255],
            course=course,
            actor=actor,
            created_at=now,
            asked_at=now,
        )
        defer(check_import, record.pk)
    return record


def ask_to_write(*, record: CourseImport, actor: User, now: datetime) -> None:
    """Raises NotReady."""
    from courses.tasks import write_import  # a task calls the services of this module

    import_steps.ask_to_write(record=record, task=write_import, actor=actor, now=now)


def start_again(*, record: CourseImport, actor: User, now: datetime) -> None:
    """Raises NotReady."""
    from courses.tasks import check_import, write_import  # a task calls the services of this module

    import_steps.start_again(record=record, check=check_import, write=write_import, actor=actor, now=now)


def check(*, record: CourseImport, now: datetime) -> None:
    """Do everything and take it back: the report is what the editor decides on. Nothing when that is done already."""
    import_steps.run(record=record, read=_read, now=now, dry_run=True)


def write(*, record: CourseImport, now: datetime) -> None:
    """Import a checked file for good. Nothing when that is done already."""
    import_steps.run(record=record, read=_read, now=now, dry_run=False)


def _read(record: CourseImport, file: BinaryIO, now: datetime, dry_run: bool) -> dict[str, Any]:
    reader = _read_questions if record.name.lower().endswith((".gift", ".txt")) else _read_course
    return _kept(reader(record, file, now, dry_run))


def _kept(report: Report) -> dict[str, Any]:
    return report.as_json() | {"changes": report.changes}


def _read_questions(record: CourseImport, file: BinaryIO, now: datetime, dry_run: bool) -> Report:
    return import_questions(
        data=read_question_file(file),
        name=record.name,
        category=record.course.title if record.course else "",
        actor=record.actor,
        now=now,
        dry_run=dry_run,
    )


def _read_course(record: CourseImport, file: BinaryIO, now: datetime, dry_run: bool) -> Report:
    parent = AcademyHomePage.objects.first()
    if parent is None:
        raise NotReady("no-home", _("The academy has no home page yet: create it first."))
    with open_course(file, name=record.name) as tree:
        return import_course(
            tree=tree,
            name=PurePosixPath(record.name).stem,
            into=record.course,
            parent=parent,
            actor=record.actor,
            now=now,
            dry_run=dry_run,
        )
