"""What every test of accounts stands on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from lms.accounts.models import User
from tests.factories import PASSWORD, UserFactory

type SignIn = Callable[..., Any]


@pytest.fixture(autouse=True)
def _quick_pace(settings: Settings) -> None:
    settings.ANSWER_PACE = 0.001


@pytest.fixture
def lina(db: None) -> User:
    user: User = UserFactory(email="lina@example.org", display_name="Lina")
    return user


@pytest.fixture
def newcomer(db: None) -> User:
    """Known to the academy, not yet in."""
    return User.objects.create_user("new@example.org", display_name="Nour")


@pytest.fixture
def sign_in() -> SignIn:
    """Posts the login form, from an address of its own if asked."""

    def post(client: Client, email: str, password: str = PASSWORD, **kwargs: Any) -> Any:
        return client.post("/accounts/login/", {"login": email, "password": password}, **kwargs)

    return post


@pytest.fixture
def mailed_code() -> Callable[[], str]:
    """The code of the last message sent."""

    def last() -> str:
        words = str(mail.outbox[-1].body).split()
        return next(word for word in words if len(word) == 9 and word[4] == "-")

    return last
