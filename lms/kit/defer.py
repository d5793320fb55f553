"""Work left for the background worker, handed over only once the transaction has committed."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django.tasks import Task


def defer(task: "Task[..., Any] | Any", *args: Any, **kwargs: Any) -> None:
    """Enqueue `task` after commit: a rollback sends nothing, and the worker never reads a row too early.

    Arguments must be JSON (ids, not objects). What must survive a crash between commit and enqueue is a row of
    its own, swept by the worker.
    """
    enqueue: Callable[[], Any] = partial(task.enqueue, *args, **kwargs)
    transaction.on_commit(enqueue)
