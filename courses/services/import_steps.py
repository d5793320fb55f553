"""The steps of a file sent in the admin: checked by the worker, written when who sent it says so."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.tasks import Task
from django.utils import translation
from django.utils.translation import gettext as _

from courses.enums import ImportState
from courses.models import ImportRecord
from lms.accounts.models import User
from lms.kit.defer import defer
from lms.kit.errors import DomainError

type Read[Record: ImportRecord] = Callable[[Record, BinaryIO, datetime, bool], dict[str, Any]]


class NotReady(DomainError):
    """The import is not at the step that was asked for: `not-checked`, `not-interrupted`, `no-home`."""


def ask_to_write(*, record: ImportRecord, task: Task[..., None], actor: User, now: datetime) -> None:
    """Have the worker write what was checked; asked twice, it is written once.

    Raises:
        NotReady: the file is being read, was refused, or is already imported.
    """
    with transaction.atomic():
        asked = type(record).objects.filter(pk=record.pk, state=ImportState.CHECKED)
        if not asked.update(state=ImportState.WAITING, actor=actor, asked_at=now):
            raise NotReady("not-checked", _("This file is not waiting to be imported."))
        defer(task, record.pk)


def start_again(
    *, record: ImportRecord, check: Task[..., None], write: Task[..., None], actor: User, now: datetime
) -> None:
    """Ask the worker once more for the step it was stopped in; what it had begun was never written.

    Raises:
        NotReady: less than `ImportRecord.PATIENCE` has passed, or the step is done.
    """
    with transaction.atomic():
        asked = type(record).objects.interrupted(now).filter(pk=record.pk)
        if not asked.update(actor=actor, asked_at=now):
            raise NotReady("not-interrupted", _("This import was not interrupted."))
        defer(write if record.report else check, record.pk)


def run[Record: ImportRecord](*, record: Record, read: Read[Record], now: datetime, dry_run: bool) -> None:
    """Check a file, or import it for good: `read` does it and returns the report. Nothing when that is done already."""
    with translation.override(record.actor.language if record.actor else None):
        try:
            # What is written and the state together: a worker stopped half way leaves neither.
            with transaction.atomic():
                if not _is_next(record, checking=dry_run):
                    return
                with record.file.open("rb") as file:
                    report = read(record, file, now, dry_run)  # type: ignore[arg-type]
                _end(record, ImportState.CHECKED if dry_run else ImportState.DONE, report, now)
        except DomainError as refusal:
            _end(record, ImportState.REFUSED, {"refusal": str(refusal)}, now)
        except Exception:
            told = _("The academy could not read this file, and nothing was written. Tell your administrator.")
            _end(record, ImportState.REFUSED, {"refusal": told}, now)
            raise


def _is_next(record: ImportRecord, *, checking: bool) -> bool:
    """Whether this step is still to be done; a second worker waits here for the first one to end."""
    row = type(record).objects.select_for_update().get(pk=record.pk)
    return row.state == ImportState.WAITING and checking == (not row.report)


def _end(record: ImportRecord, state: ImportState, report: dict[str, Any], now: datetime) -> None:
    record.state = state
    record.report = report
    record.finished_at = now
    record.save(update_fields=["state", "report", "finished_at"])
