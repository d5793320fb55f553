"""Our own pages of an account, as browsers meet them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from lms.accounts import services
from lms.accounts.models import Invitation, User
from tests.factories import UserFactory

NEW_PASSWORD = "lanterne violette et trois chats"
FORM = {
    "display_name": "Nour B.",
    "certificate_name": "Nour Benali",
    "language": "fr",
    "password": NEW_PASSWORD,
}
CHOICES = {
    "display_name": "Lina M.",
    "certificate_name": "Lina Morel",
    "phone": "0199001234",
    "language": "fr",
    "time_zone": "Indian/Reunion",
    "theme": "dark",
    "text_size": "large",
    "line_spacing": "wide",
    "typeface": "system",
    "data_saver": "on",
}


@pytest.fixture
def link(newcomer: User) -> str:
    _row, token = services.invite(user=newcomer, actor=None, now=timezone.now())
    return f"/accounts/invitation/{token}/"


# --- Invitation -------------------------------------------------------------------------------------------------------


def test_from_the_link_to_ones_own_account(client: Client, newcomer: User, link: str) -> None:
    page = client.get(link, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert page["Content-Language"] == newcomer.language == "fr"
    assert b'value="new@example.org" readonly' in page.content
    assert "no-store" in page["Cache-Control"]

    response = client.post(link, FORM)

    assert response.status_code == 302
    overview = client.get("/accounts/")
    assert overview.status_code == 200
    assert b"Nour Benali" in overview.content
    assert client.get(link).status_code == 404, "the link worked twice"


def test_looking_at_the_link_uses_nothing_up(client: Client, link: str) -> None:
    before = Invitation.objects.values().get()
    for method in (client.get, client.head, client.get):
        assert method(link).status_code == 200
    assert Invitation.objects.values().get() == before


def test_a_weak_password_says_why(client: Client, link: str) -> None:
    response = client.post(link, FORM | {"password": "kz9!x"})

    assert response.status_code == 422
    assert b'id="id_password_error"' in response.content
    assert b"kz9!x" not in response.content
    assert client.post(link, FORM).status_code == 302


def test_a_forwarded_link_opens_no_other_account(link: str, newcomer: User) -> None:
    """Whoever holds it can only become the invited person: what the form adds changes nothing."""
    other = UserFactory()
    thief = Client()
    thief.force_login(other)

    thief.post(link, FORM | {"email": other.email, "user": other.pk, "is_superuser": "on", "staff_since": "2020-01-01"})

    other.refresh_from_db()
    assert other.display_name != "Nour B."
    person = User.objects.get(pk=newcomer.pk)
    assert (person.email, person.is_superuser, person.staff_since) == ("new@example.org", False, None)
    assert thief.get("/accounts/").context["user"] == person


def test_unusable_links_all_look_alike(client: Client, newcomer: User) -> None:
    now = timezone.now()
    _row, used = services.invite(user=newcomer, actor=None, now=now)
    services.accept_invitation(token=used, now=now, **FORM)
    second, third = User.objects.create_user("b@example.org"), User.objects.create_user("c@example.org")
    _row, expired = services.invite(user=second, actor=None, now=now - timedelta(days=400))
    _row, revoked = services.invite(user=third, actor=None, now=now)
    services.invite(user=third, actor=None, now=now)

    answers = [client.get(f"/accounts/invitation/{token}/") for token in ("unknown", used, expired, revoked)]

    assert {answer.status_code for answer in answers} == {404}
    assert len({_masked(answer) for answer in answers}) == 1


def _masked(response: Any) -> bytes:
    """The page without what differs at each request: nonce, CSRF token, and its own address."""
    page = response.content.replace(response.wsgi_request.path.encode(), b"")
    return re.sub(rb'(nonce=|name="csrfmiddlewaretoken" value=|hx-headers=)"[^"]*"', b"", page)


def test_trying_link_after_link_is_slowed_down(client: Client, link: str) -> None:
    statuses = [client.get(f"/accounts/invitation/{n}/").status_code for n in range(12)]

    assert statuses == [404] * 10 + [429] * 2
    assert client.get(link).status_code == 200, "an invited person in the same room is not kept out"


# --- One's account ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/accounts/", "/accounts/preferences/"])
def test_strangers_sign_in_first(client: Client, db: None, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={path}")


def test_the_overview_leads_to_everything(client: Client, lina: User) -> None:
    client.force_login(lina)
    page = client.get("/accounts/").content.decode()
    for path in ("preferences/", "email/", "password/change/", "2fa/", "sessions/"):
        assert f'href="/accounts/{path}' in page


def test_preferences_are_saved_and_show_at_once(client: Client, lina: User) -> None:
    client.force_login(lina)

    response = client.post("/accounts/preferences/", CHOICES | {"language": "en"})

    assert (response.status_code, response["Location"]) == (302, "/accounts/preferences/")
    page = client.get("/accounts/preferences/")
    assert [str(message) for message in get_messages(page.wsgi_request)] == ["Your preferences are saved."]
    assert page["Content-Language"] == "en"
    for attribute in (b'data-theme="dark"', b'data-text="large"', b'data-spacing="wide"', b'data-font="system"'):
        assert attribute in page.content
    lina.refresh_from_db()
    assert (lina.time_zone, lina.data_saver, lina.certificate_name) == ("Indian/Reunion", True, "Lina Morel")


@pytest.mark.parametrize(
    ("field", "value"),
    [("theme", "neon"), ("language", "xx"), ("time_zone", "Mars/Olympus"), ("display_name", ""), ("text_size", "")],
)
def test_what_is_not_a_choice_is_refused_and_nothing_changes(
    client: Client, lina: User, field: str, value: str
) -> None:
    client.force_login(lina)
    before = User.objects.values().get(pk=lina.pk)

    response = client.post("/accounts/preferences/", CHOICES | {field: value})

    assert response.status_code == 422
    assert f'id="id_{field}_error"'.encode() in response.content
    assert b"data-theme" not in response.content
    assert User.objects.values().get(pk=lina.pk) == before


def test_preferences_give_no_rights(client: Client, lina: User) -> None:
    """T04."""
    client.force_login(lina)
    before = User.objects.values("is_superuser", "is_active", "staff_since", "email", "authz_epoch").get(pk=lina.pk)

    client.post(
        "/accounts/preferences/",
        CHOICES
        | {"is_superuser": "on", "is_active": "", "staff_since": "2020-01-01", "email": "x@y.org", "groups": "1"},
    )

    assert User.objects.values(*before).get(pk=lina.pk) == before
    assert not lina.groups.exists()


# --- Wagtail's doors --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/admin/login/", "/_util/login/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_wagtail_has_no_login_of_its_own(client: Client, lina: User, path: str, method: str) -> None:
    response = getattr(client, method)(
        path + "?next=/admin/pages/", {"username": lina.email, "password": "correct horse battery staple"}
    )
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_strangers_of_the_admin_come_to_the_one_login(client: Client, db: None) -> None:
    assert client.get("/admin/")["Location"] == "/accounts/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/pages/")["Location"] == "/accounts/login/?next=%2Fadmin%2Fpages%2F"


@pytest.mark.parametrize("path", ["", "done/", "complete/", "confirm/MQ/set-password/"])
def test_wagtail_resets_no_password(client: Client, lina: User, path: str) -> None:
    assert client.get(f"/admin/password_reset/{path}").status_code == 404
    assert client.post(f"/admin/password_reset/{path}", {"email": lina.email}).status_code == 404


def test_the_admins_log_out_button_ends_the_session_and_tells_sockets(
    client: Client, db: None, sign_in: Callable[..., Any]
) -> None:
    admin = UserFactory(is_superuser=True)
    sign_in(client, admin.email)
    assert client.get("/admin/logout/").status_code == 405

    client.post("/admin/logout/")

    assert client.get("/accounts/").status_code == 302
    assert User.objects.get(pk=admin.pk).authz_epoch == 1


def test_wagtails_account_page_asks_for_no_name(client: Client, db: None) -> None:
    client.force_login(UserFactory(is_superuser=True))
    page = client.get("/admin/account/")
    assert page.status_code == 200
    for field in (b"first_name", b"password", b"preferred_language", b"avatar-avatar"):
        assert field not in page.content
    assert b"theme" in page.content

    client.logout()
    assert client.get("/admin/account/").status_code == 302
