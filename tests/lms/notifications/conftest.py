"""Kinds of news that exist for the tests only, and somebody to tell."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from lms.accounts.models import User
from lms.notifications import registry
from lms.notifications.models import Notification, TellingChoices
from lms.notifications.registry import Kind
from lms.notifications.services import Message, notify
from tests.factories import UserFactory

# A Tuesday, 11:00 in Paris: no quiet hours, and the digest of the day is made.
NOON = datetime(2026, 3, 10, 10, tzinfo=UTC)


def _kind(monkeypatch: pytest.MonkeyPatch, **fields: Any) -> Kind:
    kind = Kind(group="Tests", **fields)
    monkeypatch.setitem(registry._kinds, kind.code, kind)
    return kind


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch) -> Kind:
    return _kind(monkeypatch, code="tests.calm", label="An answer is there")


@pytest.fixture
def urgent(monkeypatch: pytest.MonkeyPatch) -> Kind:
    return _kind(monkeypatch, code="tests.urgent", label="A date moves", is_urgent=True, may_be_refused=False)


@pytest.fixture
def lina(db: None) -> User:
    person: User = UserFactory(email="lina@example.org", display_name="Lina Benali")
    return person


type Tell = Callable[..., Notification | None]


@pytest.fixture
def tell(calm: Kind, lina: User) -> Tell:
    """`tell("key")` tells Lina something calm at NOON; every argument can be said otherwise."""

    def told(key: str = "one", **options: Any) -> Notification | None:
        options = {"kind": calm, "recipient": lina, "now": NOON} | options
        title = options.pop("title", f"News {key}")
        fields = options.pop("fields", {})
        return notify(key=key, message=lambda: Message(title=title, **fields), **options)

    return told


def choose(person: User, **fields: Any) -> TellingChoices:
    return TellingChoices.objects.create(person=person, **fields)
