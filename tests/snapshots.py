"""The whole database in a few digests, to prove that a request changed nothing."""

import hashlib
from typing import Any

from django.db import connection

# Reading a page may open or touch a session; nothing else.
_VOLATILE = {"django_session", "usersessions_usersession"}


def database() -> dict[str, tuple[int, str]]:
    """For each table, its number of rows and a digest of them all."""
    tables = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - _VOLATILE):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
            rows = sorted(repr(row) for row in cursor.fetchall())
            tables[table] = len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return tables


def as_others_left_it(*apps: str) -> Any:
    """Equal as long as no other connection has written: SQLite counts that; elsewhere the rows of these apps' tables
    are read."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return cursor.execute("PRAGMA data_version").fetchone()
        found = {}
        for table in connection.introspection.table_names(cursor):
            if table.startswith(tuple(f"{app}_" for app in apps)):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
                found[table] = cursor.fetchall()
        return found
