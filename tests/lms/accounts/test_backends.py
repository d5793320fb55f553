"""The demo password opens the demo only."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from lms.accounts.backends import DEMO_PASSWORD
from tests.factories import UserFactory


@pytest.mark.parametrize(("debug", "opened"), [(True, True), (False, False)])
def test_the_demo_password(
    db: None, settings: Settings, sign_in: Callable[..., Any], client: Client, debug: bool, opened: bool
) -> None:
    settings.DEBUG = debug
    person = UserFactory(password=DEMO_PASSWORD)

    sign_in(client, person.email, DEMO_PASSWORD)

    assert (client.get("/accounts/").status_code == 200) is opened
