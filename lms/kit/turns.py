"""Standing in line for SQLite's one pen: whoever came first writes first, and nobody waits until he is refused.

SQLite lets a waiting writer look again from time to time; where many write, an unlucky one starves until its timeout,
and a person reads "database is locked". A file lock beside the database is a queue kept by the kernel, and it ends with
the process that held it. PostgreSQL has queues of its own.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection


@contextmanager
def in_line(name: str) -> Iterator[None]:
    """Wait for one's turn before a transaction that writes; only those who queue under the same `name` wait here.

    Inside a transaction there is nothing to wait for: the pen is already held.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    database = Path(connection.settings_dict["NAME"])
    with database.with_name(f"{database.name}-{name}.lock").open("w") as line:
        fcntl.flock(line, fcntl.LOCK_EX)
        yield
