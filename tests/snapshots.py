"""The whole database in a few digests, to prove that a request changed nothing."""

import hashlib
from functools import cache
from typing import Any

from django.apps import apps as registry
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
    """Equal as long as no other connection has written: SQLite counts that; PostgreSQL marks each version of a row with
    the transaction that wrote it, in these apps' tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return cursor.execute("PRAGMA data_version").fetchone()
        cursor.execute(" UNION ALL ".join(_versions(table) for table in _tables(apps)))
        return cursor.fetchall()


@cache
def _tables(apps: tuple[str, ...]) -> list[str]:
    models = [model for app in apps for model in registry.get_app_config(app).get_models(include_auto_created=True)]
    return sorted(model._meta.db_table for model in models)


def _versions(table: str) -> str:
    return f"SELECT '{table}', count(*), max(xmin::text::bigint) FROM \"{table}\""  # noqa: S608 - our own tables
