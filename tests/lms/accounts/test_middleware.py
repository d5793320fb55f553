"""Language and zone follow the person; staff without a second factor go nowhere once the grace is over."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils import timezone

from lms.accounts.models import User
from tests.factories import UserFactory


@pytest.fixture
def late(db: None) -> User:
    """Staff for too long without a second factor."""
    user: User = UserFactory(staff_since=timezone.now() - timedelta(days=400))
    return user


@pytest.mark.parametrize("path", ["/home/", "/admin/", "/lessons/", "/hours/"])
def test_the_grace_is_over(client: Client, late: User, path: str) -> None:
    client.force_login(late)

    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/")

    fragment = client.get(path, headers={"HX-Request": "true"})
    assert (fragment["HX-Redirect"], fragment.content) == ("/accounts/2fa/", b"")


@pytest.mark.parametrize("path", ["/accounts/", "/accounts/preferences/", "/accounts/email/", "/accounts/logout/"])
def test_what_stays_open(client: Client, late: User, path: str) -> None:
    client.force_login(late)

    assert client.get(path).status_code == 200


def test_with_a_second_factor_the_way_is_open(client: Client, late: User) -> None:
    TOTP.activate(late, generate_totp_secret())
    client.force_login(late)

    assert client.get("/accounts/preferences/").status_code == 200
    assert client.get("/home/").headers.get("Location") != "/accounts/2fa/"


@pytest.mark.parametrize(
    ("theirs", "asked", "spoken"), [("fr", "en", "fr"), ("en", "fr", "en"), (None, "en", "en"), (None, "de", "fr")]
)
def test_the_language_is_the_persons_else_the_browsers(
    client: Client, db: None, theirs: str | None, asked: str, spoken: str
) -> None:
    if theirs:
        client.force_login(UserFactory(language=theirs))

    response = client.get(
        "/accounts/preferences/" if theirs else "/accounts/login/", headers={"Accept-Language": asked}
    )

    assert response["Content-Language"] == spoken
    assert f'<html lang="{spoken}"'.encode() in response.content
