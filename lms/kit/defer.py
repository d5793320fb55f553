"""Work left for the background worker, handed over only once the transaction has committed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.tasks import Task


def defer(task: "Task[..., Any] | Any", *args: Any, **kwargs: Any) -> None:
    """Enqueue `task` after commit: a rollback sends nothing, and the worker never reads a row too early.

    Arguments must be JSON (ids, not objects). What must survive a crash between commit and enqueue is a row of
    its own, swept by the worker.
    """
    enqueue: Callable[[], Any] = partial(task.enqueue, *args, **kwargs)
    transaction.on_commit(enqueue)


def defer_once(task: "Task[..., Any] | Any") -> None:
    """Like `defer` without arguments, but once a transaction however often it is asked for.

    For a task that takes its work from rows: telling two hundred people wakes the outbox once.
    """
    enqueue = task.enqueue
    if all(waiting[1] != enqueue for waiting in connection.run_on_commit):
        transaction.on_commit(enqueue)


@dataclass(frozen=True, slots=True)
class Queue:
    """How many tasks of one queue wait, run, and have failed (those whose worker died are among them)."""

    name: str
    waiting: int
    running: int
    failed: int


def queue_counts() -> list[Queue]:
    """Each queue of the worker; nothing where tasks are not kept in the database."""
    if not _is_kept():
        return []
    from django_ox.stats import queue_stats  # its tables are there only with this backend

    return [Queue(row.queue_name, row.ready, row.running, row.failed + row.lost) for row in queue_stats()]


def prune_finished(older_than_days: int) -> None:
    """Forget tasks that have ended, and the strokes of the clock, of longer ago."""
    if _is_kept():
        call_command("ox_prune", older_than=f"{older_than_days}d", verbosity=0)


def _is_kept() -> bool:
    return str(settings.TASKS["default"]["BACKEND"]).startswith("django_ox.")
