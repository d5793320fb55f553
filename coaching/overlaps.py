"""Makes the database itself refuse two appointments at once: exclusion constraints on PostgreSQL, triggers on SQLite.

A refused write is an IntegrityError that carries the rule's name on both engines. SQLite loses the triggers of a table
that Django rebuilds: a migration that alters one of these tables takes the rules down first and puts them up again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


@dataclass(frozen=True, slots=True)
class NoOverlap:
    """Two rows of `table` with the same `column`, both in one of `states`, never share an instant.

    Intervals are half-open, [starts_at, ends_at): one may start when the other ends. A row without `column` is free.
    """

    name: str
    table: str
    column: str
    states: tuple[str, ...]


COACH = NoOverlap("coaching_appointment_coach_overlap", "coaching_appointment", "coach_id", ("held", "confirmed"))
PLACE = NoOverlap("coaching_appointment_place_overlap", "coaching_appointment", "place_id", ("held", "confirmed"))
LEARNER = NoOverlap("coaching_seat_learner_overlap", "coaching_seat", "learner_id", ("held", "booked"))
RULES = (COACH, PLACE, LEARNER)


def put_up(editor: BaseDatabaseSchemaEditor, rules: Iterable[NoOverlap] = RULES) -> None:
    """Have the database watch every row from now on; rows already there are checked by PostgreSQL alone."""
    if editor.connection.vendor == "postgresql":
        editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist", None)
    for rule in rules:
        for statement in _constraint(rule) if editor.connection.vendor == "postgresql" else _triggers(rule):
            editor.execute(statement, None)


def take_down(editor: BaseDatabaseSchemaEditor, rules: Iterable[NoOverlap] = RULES) -> None:
    """Stop watching; the extension stays, other tables may use it."""
    for rule in rules:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"ALTER TABLE {rule.table} DROP CONSTRAINT {rule.name}", None)
        else:
            editor.execute(f"DROP TRIGGER {rule.name}_insert", None)
            editor.execute(f"DROP TRIGGER {rule.name}_update", None)


def broken_rule(error: IntegrityError) -> NoOverlap | None:
    """The rule a refused write broke; None when the database refused for another reason."""
    words = str(error)
    return next((rule for rule in RULES if rule.name in words), None)


def _constraint(rule: NoOverlap) -> list[str]:
    what = f"{rule.column} WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&"
    where = f"WHERE (state IN {_sql(rule.states)})"
    return [f"ALTER TABLE {rule.table} ADD CONSTRAINT {rule.name} EXCLUDE USING gist ({what}) {where}"]


def _triggers(rule: NoOverlap) -> list[str]:
    states = _sql(rule.states)

    def body(others: str = "") -> str:
        overlapping = (
            f"other.{rule.column} = NEW.{rule.column} AND other.state IN {states}"
            f" AND other.ends_at > NEW.starts_at AND other.starts_at < NEW.ends_at{others}"
        )
        refuse = f"SELECT RAISE(ABORT, '{rule.name}') FROM {rule.table} AS other WHERE {overlapping} LIMIT 1"  # noqa: S608
        return f"ON {rule.table} FOR EACH ROW WHEN NEW.state IN {states} BEGIN {refuse}; END"

    columns = f"{rule.column}, starts_at, ends_at, state"
    return [
        f"CREATE TRIGGER {rule.name}_insert BEFORE INSERT {body()}",
        f"CREATE TRIGGER {rule.name}_update BEFORE UPDATE OF {columns} {body(' AND other.id <> OLD.id')}",
    ]


def _sql(states: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{state}'" for state in states) + ")"
