"""allauth's pages in the academy's frame: our words, our fields, scripts our policy lets run."""

import re

import pytest
from django.core import mail
from django.test import Client

from lms.accounts.models import User
from tests.factories import PASSWORD, TrainingProviderFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    TrainingProviderFactory()
    user: User = UserFactory(email="amina@example.org")
    return user


@pytest.fixture
def inside(person: User) -> Client:
    client = Client()
    client.force_login(person)
    # Pages that protect the account ask again for the password, and then open.
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def check(page_html: str, policy: str) -> None:
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce
    assert 'class="topbar"' in page_html
    assert 'id="help"' in page_html
    assert len(re.findall("<h1", page_html)) == 1
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", page_html)
    for tag in re.findall(r"<script[^>]*>", page_html):
        assert f'nonce="{nonce[1]}"' in tag or 'type="application/json"' in tag


@pytest.mark.parametrize(
    "path",
    [
        "login/",
        "login/code/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/1-abc/",
        "inactive/",
        "signup/",
    ],
)
def test_doors(client: Client, person: User, path: str) -> None:
    page = client.get(f"/accounts/{path}")

    assert page.status_code == 200
    check(page.content.decode(), page.headers["Content-Security-Policy"])


@pytest.mark.parametrize(
    "path",
    [
        "logout/",
        "email/",
        "password/change/",
        "sessions/",
        "reauthenticate/",
        "2fa/",
        "2fa/totp/activate/",
        "2fa/webauthn/",
        "2fa/webauthn/add/",
    ],
)
def test_rooms(inside: Client, path: str) -> None:
    page = inside.get(f"/accounts/{path}")

    assert page.status_code == 200
    check(page.content.decode(), page.headers["Content-Security-Policy"])


def test_login_has_the_other_ways(client: Client, person: User) -> None:
    html = client.get("/accounts/login/").content.decode()

    assert 'href="/accounts/login/code/' in html
    assert 'href="/accounts/password/reset/"' in html
    assert 'form="mfa_login" id="passkey_login" hidden' in html, "without script, no button that does nothing"
    assert 'autocomplete="current-password"' in html
    assert "placeholder" not in html


def test_a_refused_sign_in_keeps_the_address_and_says_why_once(client: Client, person: User) -> None:
    html = client.post("/accounts/login/", {"login": "amina@example.org", "password": "wrong"}).content.decode()

    assert html.count('role="alert"') == 1
    assert 'value="amina@example.org"' in html
    assert "wrong" not in html


def test_signing_in_is_not_announced(client: Client, person: User) -> None:
    client.post("/accounts/login/", {"login": "amina@example.org", "password": PASSWORD})

    assert 'class="callout ok"' not in client.get("/help/").content.decode()


def test_the_mail_for_a_new_password_is_kind(client: Client, person: User) -> None:
    client.post("/accounts/password/reset/", {"email": "amina@example.org"})

    [message] = mail.outbox
    assert "/accounts/password/reset/key/" in message.body
    assert "Camille Petit" in message.body
    assert "testserver" not in message.subject


def test_the_mail_with_a_code_holds_it(client: Client, person: User) -> None:
    answer = client.post("/accounts/login/code/", {"email": "amina@example.org"}, follow=True)

    assert "amina@example.org" in answer.content.decode()
    assert re.search(r"^\S{6,9}$", str(mail.outbox[0].body), re.MULTILINE)


def test_devices_are_named(inside: Client, person: User) -> None:
    browser = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0; rv:133.0) Gecko/20100101 Firefox/133.0"})
    browser.post("/accounts/login/", {"login": "amina@example.org", "password": PASSWORD})

    html = browser.get("/accounts/sessions/").content.decode()

    assert "Firefox" in html
    assert "Mozilla" not in html
