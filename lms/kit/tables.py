"""First migrations of many models, run in seconds: see `at_once`."""

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateModels(SeparateDatabaseAndState):
    """Several `CreateModel` and what is added to them: all of it known to Django before each table is made, whole."""

    def __init__(self, operations: list[Operation]) -> None:
        models = [operation for operation in operations if isinstance(operation, CreateModel)]
        super().__init__(database_operations=models, state_operations=operations)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.state_operations], {})

    def describe(self) -> str:
        return f"Create {len(self.database_operations)} models"

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
    """The same operations, each run of `CreateModel` among them as one, with what is added to these models meanwhile.

    After each operation Django makes every model anew that is related to it, through the person nearly all there are:
    thirty tables of one application took ten seconds, nearly all of them for models that were thrown away.
    """
    grouped: list[Operation] = []
    run: list[Operation] = []
    names: set[str] = set()
    for operation in operations:
        if isinstance(operation, CreateModel):
            names.add(operation.name_lower)
        elif not (isinstance(operation, AddField | AddIndex | AddConstraint) and operation.model_name_lower in names):
            grouped += [*([CreateModels(run)] if run else []), operation]
            run, names = [], set()
            continue
        run.append(operation)
    return [*grouped, *([CreateModels(run)] if run else [])]
