"""Every table of live seminars has a factory, whose rows the house accepts twice."""

import pytest
from django.apps import apps

from tests.seminars import factories

pytestmark = pytest.mark.django_db

FACTORIES = {
    factory._meta.model: factory
    for factory in vars(factories).values()
    if isinstance(factory, type) and factory.__module__ == factories.__name__
}
TABLES = [model for model in apps.get_app_config("seminars").get_models() if not model._meta.auto_created]


def test_every_table_has_a_factory() -> None:
    assert not {model.__name__ for model in TABLES} - {model.__name__ for model in FACTORIES}


@pytest.mark.parametrize("model", TABLES)
def test_rows_keep_to_the_rules_of_their_table_twice(model: type) -> None:
    for row in (FACTORIES[model](), FACTORIES[model]()):
        row.validate_constraints()
