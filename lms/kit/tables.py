"""First migrations of many models, run in seconds: see `at_once`."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateModels(SeparateDatabaseAndState):
    """Several `CreateModel` whose models are known to Django together, before the first table is made."""

    def __init__(self, models: list[Operation]) -> None:
        super().__init__(database_operations=models, state_operations=models)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.state_operations], {})

    def describe(self) -> str:
        return f"Create {len(self.state_operations)} models"

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        vars(state).pop("apps", None)  # made anew when the first table asks for its model
        super().state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model in self.database_operations:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model in reversed(self.database_operations):
            model.database_backwards(app_label, schema_editor, from_state, to_state)


def at_once(operations: Iterable[Operation]) -> list[Operation]:
    """The same operations, each run of `CreateModel` among them as one.

    After each operation Django makes every model anew that is related to it, through the person nearly all there are:
    thirty tables of one application took ten seconds, nearly all of them for models that were thrown away.
    """
    grouped: list[Operation] = []
    for creates, run in groupby(operations, key=lambda operation: isinstance(operation, CreateModel)):
        some = list(run)
        grouped += [CreateModels(some)] if creates else some
    return grouped
