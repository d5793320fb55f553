"""Many tables at once: the same as one after the other, and Django's models made once."""

from contextlib import closing
from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState, StateApps

from lms.kit.tables import at_once


def shelf() -> list[Operation]:
    """Two tables that know each other, a field that comes later, and a third table after it."""
    number = ("id", models.BigAutoField(primary_key=True))
    kept = ("shelf", models.ForeignKey("things.shelf", models.CASCADE))
    written = ("book", models.OneToOneField("things.book", models.CASCADE))
    return [
        migrations.CreateModel("Shelf", [number]),
        migrations.CreateModel("Book", [number, kept], {"indexes": [models.Index("shelf", name="things_book_shelf")]}),
        migrations.AddField("Shelf", "last", models.ForeignKey("things.book", models.SET_NULL, null=True)),
        migrations.CreateModel("Note", [number, written]),
    ]


def tables_after(operations: list[Operation], *, backwards: bool = False) -> dict[str, Any]:
    """What a database of its own holds once they are done, columns in no order; or done and undone."""
    migration = type("Tables", (migrations.Migration,), {"operations": operations})("0001", "things")
    other = DatabaseWrapper(connection.settings_dict | {"NAME": ":memory:", "OPTIONS": {}})
    with closing(other), other.cursor() as cursor:
        with other.schema_editor() as editor:
            migration.apply(ProjectState(), editor)
        if backwards:
            with other.schema_editor() as editor:
                migration.unapply(ProjectState(), editor)
        look = other.introspection
        return {
            table.name: (
                sorted(cursor.execute(f"PRAGMA table_info({table.name})").fetchall(), key=lambda row: row[1]),
                look.get_constraints(cursor, table.name),
            )
            for table in look.get_table_list(cursor)
        }


@pytest.mark.django_db
def test_the_tables_are_the_same() -> None:
    one_by_one, at_a_time = tables_after(shelf()), tables_after(at_once(shelf()))

    assert set(one_by_one) == {"things_shelf", "things_book", "things_note"}
    for name, (columns, constraints) in one_by_one.items():
        assert [row[1:] for row in columns] == [row[1:] for row in at_a_time[name][0]]
        assert constraints == at_a_time[name][1]
    assert tables_after(at_once(shelf()), backwards=True) == {}


def test_models_are_made_once_for_each_run_of_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    render = StateApps.render_multiple

    def counted(apps: StateApps, states: list[Any]) -> None:
        made.append(len(states))
        render(apps, states)

    monkeypatch.setattr(StateApps, "render_multiple", counted)
    [library, named] = at_once([*shelf(), migrations.RenameModel("Note", "Review")])
    state = ProjectState()
    assert state.apps.get_models() == []

    library.state_forwards("things", state)
    assert [model.__name__ for model in state.apps.get_models()] == ["Shelf", "Book", "Note"]
    assert state.apps.get_model("things", "shelf")._meta.get_field("last")
    assert made == [0, 3]
    assert library.describe() == "Create 3 models"
    assert isinstance(named, migrations.RenameModel)


def test_what_is_added_to_a_model_of_before_stays_by_itself() -> None:
    [library, added] = at_once([*shelf()[:2], migrations.AddField("Pupil", "age", models.IntegerField())])
    assert library.describe() == "Create 2 models"
    assert isinstance(added, migrations.AddField)
