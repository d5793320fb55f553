"""On PostgreSQL the words of a post are kept as the index wants them: whoever goes through posts, the newest first, to
find a frequent word does not take each text apart again. SQLite's index has them already."""

from typing import Any

from django.db import migrations

INDEX = "CREATE INDEX community_post_search ON community_post USING gin (words) WITH (fastupdate = off)"
FORWARD = (
    "DROP INDEX community_post_search",
    "ALTER TABLE community_post ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', terms)) STORED",
    "ALTER TABLE community_post ALTER COLUMN words SET STATISTICS 300",
    INDEX,
)
BACK = (
    "DROP INDEX community_post_search",
    "ALTER TABLE community_post DROP COLUMN words",
    """CREATE INDEX community_post_search ON community_post
       USING gin (to_tsvector('simple', terms)) WITH (fastupdate = off)""",
)


def build(apps: Any, editor: Any) -> None:
    _run(editor, FORWARD)


def remove(apps: Any, editor: Any) -> None:
    _run(editor, BACK)


def _run(editor: Any, statements: tuple[str, ...]) -> None:
    if editor.connection.vendor == "postgresql":
        for statement in statements:
            editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("community", "0004_rules")]

    operations = [migrations.RunPython(build, remove)]
