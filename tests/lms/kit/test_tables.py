"""Many tables at once: the same SQL as one after the other, and Django's models made once."""

from contextlib import closing
from typing import Any

import pytest
from django.db import connections, migrations, models
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
        migrations.CreateModel("Book", [number, kept], {"indexes": [models.Index("shelf", name="things_shelf")]}),
        migrations.AddField("Shelf", "last", models.ForeignKey("things.book", models.SET_NULL, null=True)),
        migrations.CreateModel("Note", [number, written]),
    ]


def asked_by(operations: list[Operation], *, backwards: bool) -> list[str]:
    """What they ask of the database, which is not done."""
    migration = migrations.Migration("0001", "things")
    migration.operations = operations
    run = migration.unapply if backwards else migration.apply
    other = connections.create_connection("default")  # in no transaction: SQLite alters no table in one
    with closing(other), other.schema_editor(collect_sql=True, atomic=False) as editor:
        run(ProjectState(), editor, collect_sql=True)
    return [line for line in editor.collected_sql if not line.startswith("--")]


@pytest.mark.django_db
@pytest.mark.parametrize(("backwards", "asked"), [(False, "CREATE TABLE"), (True, "DROP TABLE")])
def test_the_database_is_asked_the_same(backwards: bool, asked: str) -> None:
    one_by_one = asked_by(shelf(), backwards=backwards)
    assert sum(asked in line for line in one_by_one) >= 3

    assert asked_by(at_once(shelf()), backwards=backwards) == one_by_one


def test_models_are_made_once_for_each_run_of_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    render = StateApps.render_multiple

    def counted(apps: StateApps, states: list[Any]) -> None:
        made.append(len(states))
        render(apps, states)

    monkeypatch.setattr(StateApps, "render_multiple", counted)
    [shelves, last, note] = at_once(shelf())
    state = ProjectState()
    assert state.apps.get_models() == []

    shelves.state_forwards("things", state)
    assert [model.__name__ for model in state.apps.get_models()] == ["Shelf", "Book"]
    assert made == [0, 2]
    assert (shelves.describe(), note.describe()) == ("Create 2 models", "Create 1 models")
    assert isinstance(last, migrations.AddField)
