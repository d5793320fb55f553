"""Forums that administrators send: checked by the worker, written when they say so, taken back."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from itertools import batched
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from django.core.files.base import File
from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q
from django.utils.translation import gettext as _

from community.models import ForumImport, Post, Space, Thread, UpkeepLine
from courses.enums import ImportState
from courses.services import import_steps
from lms.accounts.models import User
from lms.kit.defer import defer
from lms.kit.errors import DomainError

from .importing import ARCHIVE_HOST, ForumRefused, import_file
from .posting import recount

_AT_ONCE = 500
_MODELS: dict[str, Any] = {"spaces": Space, "people": User, "threads": Thread, "posts": Post}
# Somebody has done something with a message since.
_LIVED = (
    Q(version__gt=1)
    | Q(decisions__isnull=False)
    | Q(flags__isnull=False)
    | Q(reactions__isnull=False)
    | Q(bookmarks__isnull=False)
)


class UndoRefused(DomainError):
    """Nothing to take back: `not-done`."""


def receive_file(*, file: File[bytes], source: str, actor: User, now: datetime) -> ForumImport:
    """Keep a file an administrator sent, and have the worker check it: nothing of it is written yet."""
    from community.tasks import check_forum  # a task calls the services of this module

    name = PurePosixPath(file.name or "forum").name[:255]
    with transaction.atomic():
        record = ForumImport.objects.create(
            file=file, name=name, source=source, actor=actor, created_at=now, asked_at=now
        )
        defer(check_forum, record.pk)
    return record


def ask_to_write(*, record: ForumImport, actor: User, now: datetime) -> None:
    """Raises NotReady."""
    from community.tasks import write_forum  # a task calls the services of this module

    import_steps.ask_to_write(record=record, task=write_forum, actor=actor, now=now)


def start_again(*, record: ForumImport, actor: User, now: datetime) -> None:
    """Raises NotReady."""
    from community.tasks import check_forum, write_forum  # a task calls the services of this module

    import_steps.start_again(record=record, check=check_forum, write=write_forum, actor=actor, now=now)


def check(*, record: ForumImport, now: datetime) -> None:
    """Do everything and take it back: the report is what the administrator decides on."""
    import_steps.run(record=record, read=_read, now=now, dry_run=True)


def write(*, record: ForumImport, now: datetime) -> None:
    """Import a checked file for good. Nothing when that is done already."""
    import_steps.run(record=record, read=_read, now=now, dry_run=False)


def _read(record: ForumImport, file: BinaryIO, now: datetime, dry_run: bool) -> dict[str, Any]:
    report = import_file(file=file, name=record.name, source=record.source, now=now, dry_run=dry_run)
    if not any(tally.found for tally in report.tallies.values()):
        raise ForumRefused("nothing", _("This file holds no thread and no message. Choose another one."))
    return report.as_json() | {"changes": {} if dry_run else report.changes}


def undo_import(*, record: ForumImport, actor: User, now: datetime) -> dict[str, int]:
    """Remove what an import wrote. Kept: threads in which somebody has written, changed, thanked or decided something
    since, and the spaces and people that something still needs.

    Returns `{"removed": …, "kept": …}`, of threads, messages, spaces and people; noted in the record too.

    Raises:
        UndoRefused: the import was not done, or already undone.
    """
    with transaction.atomic():
        row = ForumImport.objects.select_for_update().get(pk=record.pk)
        if row.state != ImportState.DONE:
            raise UndoRefused("not-done", _("There is nothing to take back."))
        wrote: dict[str, list[int]] = row.report.get("changes", {})
        posts = set(wrote.get("posts", ()))
        for threads in batched(wrote.get("threads", ()), _AT_ONCE):
            _drop_threads(threads, posts)
        for some in batched(sorted(posts), _AT_ONCE):
            _drop_posts(some, set(wrote.get("threads", ())))
        for spaces in batched(wrote.get("spaces", ()), _AT_ONCE):
            used = Thread.objects.filter(space=OuterRef("pk"))
            Space.objects.filter(pk__in=spaces, members=None).exclude(Exists(used)).delete()
        for people in batched(wrote.get("people", ()), _AT_ONCE):
            _drop_people(people)
        found = sum(map(len, wrote.values()))
        kept = sum(
            _MODELS[kind].objects.filter(pk__in=some).count()
            for kind, pks in wrote.items()
            for some in batched(pks, _AT_ONCE)
        )
        done = {"removed": found - kept, "kept": kept}
        row.state, row.finished_at, row.report = ImportState.UNDONE, now, row.report | {"undone": done}
        row.save(update_fields=["state", "finished_at", "report"])
    return done


def _drop_threads(threads: Sequence[int], posts: set[int]) -> None:
    """Those that hold nothing but messages of the import, as it left them."""
    inside = Post.objects.filter(thread__in=threads)
    lived = {thread for pk, thread in inside.values_list("pk", "thread") if pk not in posts}
    lived |= set(inside.filter(_LIVED).values_list("thread", flat=True))
    steered = UpkeepLine.objects.filter(Q(thread__in=threads) | Q(other__in=threads))
    lived |= {pk for pair in steered.values_list("thread", "other") for pk in pair}
    Thread.objects.filter(pk__in=set(threads) - lived).delete()


def _drop_posts(posts: Sequence[int], threads: set[int]) -> None:
    """Messages that the import added to threads that were there before."""
    rows = Post.objects.filter(pk__in=posts).exclude(thread__in=threads).exclude(_LIVED).order_by("thread")
    found = list(rows.distinct().values_list("pk", "thread"))
    Post.objects.filter(pk__in=[pk for pk, _thread in found]).delete()
    for thread in Thread.objects.select_for_update().filter(pk__in={pk for _post, pk in found}):
        recount(thread)


def _drop_people(people: Sequence[int]) -> None:
    """Names without an account that nothing holds any more."""
    wrote = (Exists(model.objects.filter(author=OuterRef("pk"))) for model in (Post, Thread))
    rows = User.objects.filter(pk__in=people, email__endswith=f"@{ARCHIVE_HOST}", is_active=False)
    with suppress(ProtectedError), transaction.atomic():
        rows.exclude(next(wrote)).exclude(next(wrote)).delete()
