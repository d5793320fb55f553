"""The demo password opens the demo only; rights are those that Django finds."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.test import Client
from pytest_django import Settings

from lms.accounts.backends import DEMO_PASSWORD, AcademyBackend
from lms.accounts.models import User
from tests.factories import UserFactory


@pytest.mark.parametrize(("debug", "opened"), [(True, True), (False, False)])
def test_the_demo_password(
    db: None, settings: Settings, sign_in: Callable[..., Any], client: Client, debug: bool, opened: bool
) -> None:
    settings.DEBUG = debug
    person = UserFactory(password=DEMO_PASSWORD)

    sign_in(client, person.email, DEMO_PASSWORD)

    assert (client.get("/accounts/").status_code == 200) is opened


@pytest.mark.parametrize("fields", [{}, {"is_active": False}, {"is_superuser": True}], ids=["on", "off", "super"])
@pytest.mark.parametrize("ask", ["get_user_permissions", "get_group_permissions", "get_all_permissions"])
def test_rights_are_those_that_django_finds(db: None, ask: str, fields: dict[str, bool]) -> None:
    pk = UserFactory(**fields).pk
    own, shared, both, _nobodys = Permission.objects.order_by("pk")[:4]
    group = Group.objects.create(name="Ours")
    group.permissions.set([shared, both])
    User.objects.get(pk=pk).groups.add(group)
    User.objects.get(pk=pk).user_permissions.set([own, both])

    found = getattr(AcademyBackend(), ask)(User.objects.get(pk=pk))

    assert found == getattr(ModelBackend(), ask)(User.objects.get(pk=pk))
    assert bool(found) is fields.get("is_active", True)
    assert getattr(AcademyBackend(), ask)(User.objects.get(pk=pk), group) == set()
