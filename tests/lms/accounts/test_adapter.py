"""What allauth does in our house: no enumeration (T50), sessions (T51), limits (T52), one identity provider."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from lms.accounts import services
from lms.accounts.models import User
from tests.factories import PASSWORD, TrainingProviderFactory, UserFactory

NEW_PASSWORD = "lanterne violette et trois chats"
type SignIn = Callable[..., HttpResponse]
type Code = Callable[[], str]


def is_in(client: Client) -> bool:
    return client.get("/accounts/").status_code == 200


def totp_code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


# --- T50: no door tells who has an account ----------------------------------------------------------------------------

DOORS = [
    ("/accounts/login/", "login"),
    ("/accounts/login/code/", "email"),
    ("/accounts/password/reset/", "email"),
    ("/accounts/signup/", "email"),
]


def masked(response: Any, email: str) -> bytes:
    page = response.content.replace(email.encode(), b"ADDRESS")
    return re.sub(rb'(nonce=|name="csrfmiddlewaretoken" value=)"[^"]*"', b"", page)


@pytest.mark.parametrize(("path", "field"), DOORS)
def test_known_and_unknown_addresses_are_answered_alike(lina: User, newcomer: User, path: str, field: str) -> None:
    suspended = UserFactory(is_active=False)
    answers = []
    for email in ("nobody@example.org", lina.email, newcomer.email, suspended.email):
        mail.outbox.clear()
        client = Client()
        response = client.post(path, {field: email, "password": "not this one"}, follow=True)
        answers.append((response.redirect_chain, response.status_code, masked(response, email), len(mail.outbox)))

    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("path", ["/accounts/login/code/", "/accounts/password/reset/"])
def test_a_message_leaves_either_way(lina: User, path: str) -> None:
    for email in ("nobody@example.org", lina.email):
        Client().post(path, {"email": email})
    assert [message.to for message in mail.outbox] == [["nobody@example.org"], [lina.email]]


def test_nobody_registers_herself(client: Client, db: None) -> None:
    client.post("/accounts/signup/", {"email": "me@example.org", "password1": NEW_PASSWORD})
    assert not User.objects.exists()


def test_a_wrong_code_and_a_code_for_nobody_are_answered_alike(lina: User) -> None:
    answers = []
    for email in ("nobody@example.org", lina.email):
        client = Client()
        client.post("/accounts/login/code/", {"email": email})
        response = client.post("/accounts/login/code/confirm/", {"code": "BBBB-BBBB"})
        answers.append((response.status_code, masked(response, email)))
    assert answers[0] == answers[1]


# --- Who is not in stays out ------------------------------------------------------------------------------------------


def test_a_mailbox_alone_does_not_replace_the_invitation(client: Client, newcomer: User, mailed_code: Code) -> None:
    """It may be the wrong mailbox: that is why invitations are withdrawn."""
    client.post("/accounts/login/code/", {"email": newcomer.email})
    response = client.post("/accounts/login/code/confirm/", {"code": mailed_code()})
    assert response["Location"] == "/accounts/inactive/"
    assert not is_in(client)

    mail.outbox.clear()
    client.post("/accounts/password/reset/", {"email": newcomer.email})
    assert "/password/reset/key/" not in str(mail.outbox[0].body)


# --- Where one goes after ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "followed"),
    [
        ("/hours/", True),
        ("/admin/pages/?p=2", True),
        ("https://evil.example/", False),
        ("//evil.example/", False),
        ("///evil.example/", False),
        ("\\\\evil.example", False),
        ("/\\evil.example", False),
        ("http:///evil.example", False),
        ("https:evil.example", False),
        ("javascript:alert(1)", False),
        ("http://localhost/", False),  # a name of ALLOWED_HOSTS, and another site
        ("http://testserver@evil.example/", False),
        ("\thttps://evil.example/", False),
    ],
)
def test_next_stays_on_this_site(client: Client, lina: User, sign_in: SignIn, target: str, followed: bool) -> None:
    response = client.post("/accounts/login/", {"login": lina.email, "password": PASSWORD, "next": target})

    assert response.status_code == 302
    assert response["Location"] == (target if followed else "/")


# --- T51: sessions ----------------------------------------------------------------------------------------------------


def test_the_key_of_a_session_changes_at_every_proof(client: Client, lina: User, sign_in: SignIn) -> None:
    secret = generate_totp_secret()
    TOTP.activate(lina, secret)
    client.session.save()  # a session somebody could have planted
    keys = [client.session.session_key]

    assert sign_in(client, lina.email)["Location"] == "/accounts/2fa/authenticate/"
    keys.append(client.session.session_key)
    assert not is_in(client), "half-way in is not in"
    with time_machine.travel(timezone.now(), tick=False):  # a code holds for half a minute, and not for the next
        client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    keys.append(client.session.session_key)
    assert is_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    keys.append(client.session.session_key)

    assert len(set(keys)) == 4
    assert is_in(client)
    assert [row.session_key for row in UserSession.objects.filter(user=lina)] == [keys[-1]]
    for key in keys[:-1]:
        planted = Client()
        planted.cookies["sessionid"] = str(key)
        assert not is_in(planted)


@pytest.mark.parametrize("path", ["/accounts/", "/accounts/preferences/", "/admin/", "/accounts/sessions/", "/home/"])
def test_half_way_in_is_a_stranger(client: Client, sign_in: SignIn, db: None, path: str) -> None:
    admin = UserFactory(is_superuser=True)
    TOTP.activate(admin, generate_totp_secret())
    sign_in(client, admin.email)

    half, stranger = client.get(path), Client().get(path)

    assert (half.status_code, half.headers.get("Location")) == (stranger.status_code, stranger.headers.get("Location"))


@pytest.fixture
def devices(lina: User, sign_in: SignIn) -> tuple[Client, Client]:
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client, lina.email)
        assert is_in(client)
    return here, there


def epoch(user: User) -> int:
    return int(User.objects.get(pk=user.pk).authz_epoch)


def test_a_changed_password_ends_the_other_sessions(devices: tuple[Client, Client], lina: User) -> None:
    here, there = devices
    response = here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )
    assert response.status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)
    assert epoch(lina) == 1
    assert mail.outbox[-1].to == [lina.email]


def test_a_reset_password_ends_every_session(devices: tuple[Client, Client], lina: User) -> None:
    stranger = Client()
    stranger.post("/accounts/password/reset/", {"email": lina.email})
    [link] = re.findall(r"/accounts/password/reset/key/\S+", str(mail.outbox[-1].body))
    page = stranger.get(link, follow=True)
    path = page.redirect_chain[-1][0]

    stranger.post(path, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert User.objects.get(pk=lina.pk).check_password(NEW_PASSWORD)
    assert not any(is_in(client) for client in (*devices, stranger))
    assert epoch(lina) == 1
    assert b"password1" not in Client().get(link, follow=True).content, "the link worked twice"


def test_devices_are_listed_and_ended_from_one_of_them(devices: tuple[Client, Client], lina: User) -> None:
    here, there = devices
    assert len(here.get("/accounts/sessions/").context["sessions"]) == 2

    here.post("/accounts/sessions/")

    assert (is_in(here), is_in(there)) == (True, False)
    assert len(here.get("/accounts/sessions/").context["sessions"]) == 1
    assert epoch(lina) == 1


def test_signing_out_ends_this_session_for_good(devices: tuple[Client, Client], lina: User) -> None:
    here, there = devices
    kept = here.cookies["sessionid"].value

    assert here.get("/accounts/logout/").status_code == 200
    assert is_in(here), "a link must not sign anybody out"
    here.post("/accounts/logout/")

    here.cookies["sessionid"] = kept
    assert (is_in(here), is_in(there)) == (False, True)
    assert epoch(lina) == 1


# --- T52: limits ------------------------------------------------------------------------------------------------------


def tried(client: Client, email: str, address: str) -> bool:
    """Whether the password was looked at, not only refused for trying too often: the right one then opens."""
    response = client.post("/accounts/login/", {"login": email, "password": "wrong"}, REMOTE_ADDR=address)
    return (
        response.status_code == 200
        and "__all__" in response.context["form"].errors.as_data()
        and (response.context["form"].errors.as_data()["__all__"][0].code == "email_password_mismatch")
    )


def test_one_account_from_many_addresses(lina: User) -> None:
    assert sum(tried(Client(), lina.email, f"203.0.113.{n}") for n in range(30)) == 5


def test_many_accounts_from_one_address(db: None) -> None:
    assert sum(tried(Client(), f"person{n}@example.org", "203.0.113.1") for n in range(30)) == 10


def test_many_accounts_from_one_ipv6_network(db: None) -> None:
    assert sum(tried(Client(), f"person{n}@example.org", f"2001:db8::{n:x}") for n in range(30)) == 10


def test_a_header_does_not_hide_an_address(db: None) -> None:
    opened = [
        tried(Client(headers={"X-Forwarded-For": f"198.51.100.{n}"}), f"person{n}@example.org", "203.0.113.1")
        for n in range(15)
    ]
    assert sum(opened) == 10


def test_a_success_does_not_give_tries_back(lina: User, sign_in: SignIn) -> None:
    other = UserFactory()
    looked_at = 0
    for n in range(15):
        looked_at += tried(Client(), f"person{n}@example.org", "203.0.113.1")
        sign_in(Client(), other.email, REMOTE_ADDR="203.0.113.1")
    assert looked_at <= 10


@pytest.mark.parametrize("path", ["/accounts/login/code/", "/accounts/password/reset/"])
def test_letters_for_many_accounts_from_one_address(db: None, path: str) -> None:
    for n in range(30):
        Client().post(path, {"email": f"person{n}@example.org"}, REMOTE_ADDR="203.0.113.1")
    assert len(mail.outbox) == 10


def test_a_pause_is_asked_for_in_words(db: None) -> None:
    contact = TrainingProviderFactory()
    for n in range(11):
        page = Client().post("/accounts/password/reset/", {"email": f"person{n}@example.org"})

    assert page.status_code == 429
    shown = page.content.decode().partition("<main")[2].partition("</main>")[0]
    assert "429" not in shown
    assert contact.help_phone in shown
    assert '<a class="btn wide" href="/accounts/password/reset/">' in shown


@pytest.mark.parametrize(("path", "field"), [("reauthenticate", "password"), ("password/change", "oldpassword")])
def test_a_stolen_session_does_not_find_the_password(
    client: Client, lina: User, sign_in: SignIn, path: str, field: str
) -> None:
    sign_in(client, lina.email)
    words = {"password1": "trois-chevaux-verts", "password2": "trois-chevaux-verts"}
    answers = [client.post(f"/accounts/{path}/", {field: f"wrong{n}", **words}).status_code for n in range(12)]
    assert answers.count(429) == 7


def test_the_victim_of_a_lock_still_gets_in_by_mail(
    client: Client, lina: User, sign_in: SignIn, mailed_code: Code
) -> None:
    for n in range(10):
        tried(Client(), lina.email, f"203.0.113.{n}")
    sign_in(client, lina.email)
    assert not is_in(client), "the account is not locked: this test proves nothing"

    client.post("/accounts/login/code/", {"email": lina.email})
    client.post("/accounts/login/code/confirm/", {"code": mailed_code()})

    assert is_in(client)


def test_codes_by_mail_are_few_and_die_after_three_tries(client: Client, lina: User, mailed_code: Code) -> None:
    for n in range(10):
        Client().post("/accounts/login/code/", {"email": lina.email}, REMOTE_ADDR=f"203.0.113.{n}")
    assert len(mail.outbox) == 3

    UserFactory(email="otto@example.org")
    client.post("/accounts/login/code/", {"email": "otto@example.org"})
    right = mailed_code()
    for _try in range(3):
        client.post("/accounts/login/code/confirm/", {"code": "BBBB-BBBB"})
    client.post("/accounts/login/code/confirm/", {"code": right})
    assert not is_in(client)


def test_a_second_factor_is_not_guessed(client: Client, lina: User, sign_in: SignIn) -> None:
    secret = generate_totp_secret()
    TOTP.activate(lina, secret)
    sign_in(client, lina.email)
    for _try in range(6):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})

    client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})

    assert not is_in(client)


# --- The identity provider --------------------------------------------------------------------------------------------

SERVER = "https://id.example.org"


@pytest.fixture
def provider(settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": "Compte du réseau",
                    "client_id": "academy",
                    "secret": "s",
                    "settings": {"server_url": SERVER},
                }
            ]
        }
    }


def come_back(client: Client, email: str, *, verified: bool) -> HttpResponse:
    """What the callback does once the provider has answered: allauth's own flow, without the network."""
    from allauth.core import context
    from allauth.socialaccount.adapter import get_adapter
    from allauth.socialaccount.helpers import complete_social_login
    from django.contrib.auth import get_user
    from django.contrib.messages.storage.fallback import FallbackStorage
    from django.test import RequestFactory

    request = RequestFactory().get("/accounts/oidc/oidc/login/callback/")
    request.session = client.session
    request.user = get_user(request)
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    request.csp_nonce = ""  # type: ignore[attr-defined]
    with context.request_context(request):
        provider = get_adapter().get_provider(request, "oidc")
        claims = {"sub": f"sub-{email}", "email": email, "email_verified": verified, "name": "Whoever"}
        login = provider.sociallogin_from_response(request, {"userinfo": claims, "id_token": claims})
        response: HttpResponse = complete_social_login(request, login)
    request.session.save()
    client.cookies["sessionid"] = str(request.session.session_key)
    return response


def test_the_button_is_there_only_when_a_provider_is(client: Client, db: None, request: pytest.FixtureRequest) -> None:
    assert b"/accounts/oidc/" not in client.get("/accounts/login/").content
    request.getfixturevalue("provider")
    page = client.get("/accounts/login/").content.decode()
    assert "/accounts/oidc/oidc/login/" in page
    assert "Compte du réseau" in page


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize(
    ("theirs", "ours", "opened"),
    [(True, True, True), (False, True, False), (True, False, False), (False, False, False)],
)
def test_an_address_verified_on_both_sides_signs_in(
    client: Client, db: None, theirs: bool, ours: bool, opened: bool
) -> None:
    lina = UserFactory(email="lina@example.org", verified=False)
    EmailAddress.objects.create(user=lina, email=lina.email, verified=ours, primary=True)

    come_back(client, "Lina@example.org", verified=theirs)

    assert is_in(client) is opened
    assert SocialAccount.objects.exists() is opened
    assert User.objects.count() == 1
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.usefixtures("provider")
def test_a_stranger_to_us_stays_one(client: Client, db: None) -> None:
    response = come_back(client, "nobody@example.org", verified=True)

    assert response.status_code == 200
    assert not User.objects.exists()
    assert not is_in(client)


@pytest.mark.usefixtures("provider")
def test_the_provider_skips_neither_second_factor_nor_suspension(client: Client, lina: User) -> None:
    TOTP.activate(lina, generate_totp_secret())
    assert come_back(client, lina.email, verified=True)["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)

    services.suspend(user=lina, actor=UserFactory(), now=timezone.now())
    assert come_back(Client(), lina.email, verified=True)["Location"] == "/accounts/inactive/"


# --- Nobody turns in circles ------------------------------------------------------------------------------------------


def test_who_may_not_enter_the_administration_ends_at_home(lina: User) -> None:
    client = Client()
    client.force_login(lina)

    page = client.get("/admin/", follow=True)

    assert page.status_code == 200
    assert page.redirect_chain[-1] == ("/", 302)


def test_who_may_enter_the_administration_is_sent_on_to_it(db: None) -> None:
    client = Client()
    client.force_login(UserFactory(is_superuser=True))

    assert client.get("/accounts/login/?next=/admin/")["Location"] == "/admin/"
