"""The full-text index of posts: GIN on PostgreSQL; on SQLite an FTS5 table without text of its own, with triggers."""

from typing import Any

from django.db import migrations

POSTGRESQL = (
    """CREATE INDEX community_post_search ON community_post
       USING gin (to_tsvector('simple', terms)) WITH (fastupdate = off)""",
)
POSTGRESQL_BACK = ("DROP INDEX community_post_search",)

_FORGET = """
    INSERT INTO community_post_search (community_post_search, rowid, terms) VALUES ('delete', old.id, old.terms);
"""
_KEEP = "INSERT INTO community_post_search (rowid, terms) VALUES (new.id, new.terms);"

SQLITE = (
    """CREATE VIRTUAL TABLE community_post_search USING fts5 (
         terms, content='community_post', content_rowid='id', detail='none', tokenize="unicode61 remove_diacritics 0"
       )""",
    "INSERT INTO community_post_search (community_post_search) VALUES ('rebuild')",
    f"CREATE TRIGGER community_post_search_new AFTER INSERT ON community_post BEGIN {_KEEP} END",
    f"CREATE TRIGGER community_post_search_gone AFTER DELETE ON community_post BEGIN {_FORGET} END",
    f"""CREATE TRIGGER community_post_search_changed AFTER UPDATE OF terms ON community_post
        BEGIN {_FORGET} {_KEEP} END""",
)
SQLITE_BACK = (
    "DROP TRIGGER community_post_search_changed",
    "DROP TRIGGER community_post_search_gone",
    "DROP TRIGGER community_post_search_new",
    "DROP TABLE community_post_search",
)


def build(apps: Any, editor: Any) -> None:
    _run(editor, POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE)


def remove(apps: Any, editor: Any) -> None:
    _run(editor, POSTGRESQL_BACK if editor.connection.vendor == "postgresql" else SQLITE_BACK)


def _run(editor: Any, statements: tuple[str, ...]) -> None:
    for statement in statements:
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("community", "0001_initial")]

    operations = [migrations.RunPython(build, remove)]
