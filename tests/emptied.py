"""After a test that committed, its database is as it was migrated once; Django's own way takes thirty times as long.

Django deletes all rows and makes again the few that the academy begins with; the triggers that keep evidence refuse it.
"""

import sqlite3
from contextlib import closing
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import TransactionTestCase

from tests.migrated import migrated_file

VAR = settings.VAR_DIR
# Neither triggers nor foreign keys are asked: all that refers to a row goes with it.
_RESTORE = """DO $$ DECLARE one text; is_full boolean; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', one) INTO is_full;
    IF is_full THEN EXECUTE format('DELETE FROM %I', one); END IF;
  END LOOP;
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'kept' LOOP
    EXECUTE format('INSERT INTO public.%I SELECT * FROM kept.%I', one, one);
  END LOOP;
END $$"""


def empty_when_done() -> None:
    """Every transactional test of this process ends so."""
    TransactionTestCase._fixture_teardown = _restore  # type: ignore[method-assign]


def _restore(_case: Any) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(_pattern())) as pattern:
            pattern.backup(connection.connection)
    else:
        with connection.cursor() as cursor:
            cursor.execute(_RESTORE)
    ContentType.objects.clear_cache()


@cache
def _pattern() -> Any:
    return migrated_file(VAR)
