"""Makes the database itself refuse to change what was written: triggers on both engines, put up by migrations.

SQLite loses the triggers of a table that Django rebuilds: a migration that alters a table under triggers takes
them down first and puts them up again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_REFUSAL = "evidence is append-only"


@dataclass(frozen=True, slots=True)
class Trigger:
    """Refuses a write to `table`: `event` is `DELETE`, `UPDATE` or `UPDATE OF columns`, `when` a condition on OLD."""

    name: str
    event: str
    table: str
    when: str = ""


def put_up(editor: BaseDatabaseSchemaEditor, triggers: Iterable[Trigger]) -> None:
    """Create the triggers; a refused write is an IntegrityError on both engines.

    They watch rows, so PostgreSQL can still TRUNCATE tables between tests.
    """
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE OR REPLACE FUNCTION evidence_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" RAISE EXCEPTION '{_REFUSAL}: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"
            " END $$",
            None,
        )
        action = "EXECUTE FUNCTION evidence_refuse()"
    else:
        action = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    for trigger in triggers:
        when = f"WHEN ({trigger.when}) " if trigger.when else ""
        editor.execute(
            f"CREATE TRIGGER {trigger.name} BEFORE {trigger.event} ON {trigger.table} FOR EACH ROW {when}{action}", None
        )


def take_down(editor: BaseDatabaseSchemaEditor, triggers: Iterable[Trigger]) -> None:
    """Drop the triggers; the function PostgreSQL calls stays for those of other tables."""
    for trigger in triggers:
        on_table = f" ON {trigger.table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER {trigger.name}{on_table}", None)
