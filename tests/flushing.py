"""Lets Django empty the tables between transactional tests although the database refuses to delete evidence.

PostgreSQL truncates, which row triggers do not see; SQLite deletes, so its triggers are lifted for that statement.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

# Only Django's flush ends its statements with a semicolon: a test that deletes every row is still refused.
_FLUSH = re.compile(r'DELETE FROM "((?:evidence|coaching|community|seminars)_\w+)";')


def _flush_past_triggers(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    flush = _FLUSH.fullmatch(str(sql))
    if flush is None:
        return execute(sql, params, many, context)
    with context["connection"].cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [flush[1]])
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        result = execute(sql, params, many, context)
        for _name, creation in triggers:
            cursor.execute(creation)
    return result


@pytest.fixture(scope="session", autouse=True)
def flush_past_triggers() -> Iterator[None]:
    """Imported by `tests/conftest.py`, so that every transactional test can leave evidence behind."""
    with connection.execute_wrapper(_flush_past_triggers):
        yield
