"""Files sent by editors: kept, checked by the worker, written when the editor says so."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django.core.files.base import File
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from courses.enums import ImportState
from courses.models import AcademyHomePage, CourseImport, CoursePage
from lms.accounts.models import User
from lms.kit.archives import Limits, Tree, open_tree
from lms.kit.defer import defer
from lms.kit.errors import DomainError

from .importing import import_course, import_questions
from .reports import Report

COURSE_LIMITS = Limits(file=25 * 1024 * 1024)
TEXT_FILES = (".md", ".markdown")
_MOST_TEXT = 5 * 1024 * 1024 + 1  # bytes: one more than `courses.formats.text` reads, which then says so


class NotReady(DomainError):
    """The import is not at the step that was asked for: `not-checked`, `not-interrupted`, `no-home`."""


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
    """Have the worker write what was checked; asked twice, it is written once.

    Raises:
        NotReady: the file is being read, was refused, or is already imported.
    """
    from courses.tasks import write_import  # a task calls the services of this module

    with transaction.atomic():
        asked = CourseImport.objects.filter(pk=record.pk, state=ImportState.CHECKED)
        if not asked.update(state=ImportState.WAITING, actor=actor, asked_at=now):
            raise NotReady("not-checked", _("This file is not waiting to be imported."))
        defer(write_import, record.pk)


def start_again(*, record: CourseImport, actor: User, now: datetime) -> None:
    """Ask the worker once more for the step it was stopped in; what it had begun was never written.

    Raises:
        NotReady: less than `CourseImport.PATIENCE` has passed, or the step is done.
    """
    from courses.tasks import check_import, write_import  # a task calls the services of this module

    with transaction.atomic():
        asked = CourseImport.objects.interrupted(now).filter(pk=record.pk)
        if not asked.update(actor=actor, asked_at=now):
            raise NotReady("not-interrupted", _("This import was not interrupted."))
        defer(write_import if record.report else check_import, record.pk)


def check(*, record: CourseImport, now: datetime) -> None:
    """Do everything and take it back: the report is what the editor decides on. Nothing when that is done already."""
    _run(record, now, dry_run=True, after=ImportState.CHECKED)


def write(*, record: CourseImport, now: datetime) -> None:
    """Import a checked file for good. Nothing when that is done already."""
    _run(record, now, dry_run=False, after=ImportState.DONE)


def _run(record: CourseImport, now: datetime, *, dry_run: bool, after: ImportState) -> None:
    with translation.override(record.actor.language if record.actor else None):
        try:
            # The pages and the state together: a worker stopped half way leaves neither.
            with transaction.atomic():
                if not _is_next(record, checking=dry_run):
                    return
                with record.file.open("rb") as file:
                    report = _reader(record.name)(record, file, now, dry_run)  # type: ignore[arg-type]
                _end(record, after, _kept(report), now)
        except DomainError as refusal:
            _end(record, ImportState.REFUSED, {"refusal": str(refusal)}, now)
        except Exception:
            told = _("The academy could not read this file, and nothing was written. Tell your administrator.")
            _end(record, ImportState.REFUSED, {"refusal": told}, now)
            raise


def _is_next(record: CourseImport, *, checking: bool) -> bool:
    """Whether this step is still to be done; a second worker waits here for the first one to end."""
    row = CourseImport.objects.select_for_update().get(pk=record.pk)
    return row.state == ImportState.WAITING and checking == (not row.report)


def _end(record: CourseImport, state: ImportState, report: dict[str, Any], now: datetime) -> None:
    record.state = state
    record.report = report
    record.finished_at = now
    record.save(update_fields=["state", "report", "finished_at"])


def _kept(report: Report) -> dict[str, Any]:
    return report.as_json() | {"changes": report.changes}


def _reader(name: str) -> Callable[[CourseImport, BinaryIO, datetime, bool], Report]:
    return _read_questions if name.lower().endswith((".gift", ".txt")) else _read_course


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
