"""The doors an address can be tried at answer at the same pace, known or not (T50)."""

import time

import pytest
from django.test import Client
from pytest_django import Settings

from lms.accounts.models import User
from tests.factories import PASSWORD

PACE = 0.3


@pytest.mark.parametrize("email", ["lina@example.org", "nobody@example.org"])
@pytest.mark.parametrize(
    ("path", "field"),
    [("/accounts/login/", "login"), ("/accounts/login/code/", "email"), ("/accounts/password/reset/", "email")],
)
def test_answers_fall_on_the_pace(
    client: Client, lina: User, settings: Settings, path: str, field: str, email: str
) -> None:
    settings.ANSWER_PACE = PACE
    client.get(path)  # templates are loaded once

    started = time.perf_counter()
    client.post(path, {field: email, "password": "not this one"})
    took = time.perf_counter() - started

    assert took >= PACE
    # What the test client adds around the view, on a busy machine.
    assert took % PACE < PACE / 3


def test_who_gets_in_does_not_wait(client: Client, lina: User, settings: Settings) -> None:
    settings.ANSWER_PACE = 30
    started = time.perf_counter()

    response = client.post("/accounts/login/", {"login": lina.email, "password": PASSWORD})

    assert response.status_code == 302
    assert time.perf_counter() - started < 15
