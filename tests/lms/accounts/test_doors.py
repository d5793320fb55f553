"""The doors an address can be tried at answer at the same pace, known or not (T50)."""

from dataclasses import dataclass

import pytest
from django.test import Client
from pytest_django import Settings

from lms.accounts import doors
from lms.accounts.models import User
from tests.factories import PASSWORD

PACE = 30


@dataclass
class Clock:
    """In whole seconds; `work` of them pass between one look at it and the next, and whoever sleeps moves it on."""

    work: int = 7
    now: int = 1000
    began: int = 0
    slept: int | None = None

    def perf_counter(self) -> int:
        self.now += self.work
        self.began = self.began or self.now
        return self.now

    def sleep(self, seconds: int) -> None:
        self.slept = seconds
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Clock:
    settings.ANSWER_PACE = PACE
    mine = Clock()
    monkeypatch.setattr(doors, "time", mine)
    return mine


@pytest.mark.parametrize("work", [1, 7, 31])
@pytest.mark.parametrize("email", ["lina@example.org", "nobody@example.org"])
@pytest.mark.parametrize(
    ("path", "field"),
    [("/accounts/login/", "login"), ("/accounts/login/code/", "email"), ("/accounts/password/reset/", "email")],
)
def test_answers_fall_on_the_pace(
    client: Client, lina: User, clock: Clock, path: str, field: str, email: str, work: int
) -> None:
    clock.work = work

    client.post(path, {field: email, "password": "not this one"})

    assert clock.slept
    assert clock.now - clock.began == PACE * (1 + work // PACE)


def test_who_gets_in_does_not_wait(client: Client, lina: User, clock: Clock) -> None:
    response = client.post("/accounts/login/", {"login": lina.email, "password": PASSWORD})

    assert response.status_code == 302
    assert clock.slept is None
