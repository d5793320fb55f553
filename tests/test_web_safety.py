"""T08, T09, T12: reading writes nothing, forms need their token, every page carries its headers, `next` stays here."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lms.accounts.models import User
from tests.factories import PASSWORD
from tests.routes import address, routes
from tests.visits import WAGTAIL_S_OWN, faults, policy_of, write_trap
from tests.world import World, client_for

pytestmark = pytest.mark.sweep

READERS: dict[str, Callable[[World], User | None]] = {
    "a stranger": lambda world: None,
    "the administrator": lambda world: world.administrator,
}

# --- T08: reading writes nothing (each GET is tried by tests/test_permissions.py) -------------------------------------


def _our_own(world: World) -> dict[str, str]:
    """Every address but those of Wagtail's admin, which lets no learner in."""
    urls = {name: address(route, world) for name, route in routes().items()}
    return {name: url for name, url in urls.items() if not url.startswith(reverse("wagtailadmin_home"))}


def test_asking_for_the_headers_alone_writes_nothing(world: World) -> None:
    client = client_for(world.a.learner, raise_request_exception=False)
    wrong = {}
    for name, url in _our_own(world).items():
        with transaction.atomic(), write_trap() as written:
            client.head(url)
            transaction.set_rollback(True)
        if tables := written - WAGTAIL_S_OWN:
            wrong[name] = tables
    assert not wrong


def test_the_trap_sees_a_write(world: World) -> None:
    with write_trap() as written:
        world.a.learner.save()
    assert written == {"accounts_user"}


# --- T08: a form needs its token --------------------------------------------------------------------------------------

# The whole list of views that no token protects, each with its reason; three at most (T08).
CSRF_EXEMPT = {
    "notifications:stop-now": (
        "RFC 8058: a mail program posts; it takes one body only, and the signed link is its proof"
    ),
    "community:inbound": "a mail service posts: it says the secret it was given, in constant time, or finds nothing",
}
# Wagtail's admin API looks at the session before the token: strangers are led to the login page, others refused.
LOOKS_AT_THE_SESSION_FIRST = "wagtailadmin_api:"


# The token is looked at before the person is: who is nobody and who may do everything stand for those between. Where
# a form comes from is looked at beside the token, for every view that asks for one.
FOREIGN = [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}]


@pytest.mark.usefixtures("plain_errors")
@pytest.mark.parametrize(
    ("who", "headers"),
    [("a stranger", {}), ("the administrator", {}), *(("the administrator", headers) for headers in FOREIGN)],
)
def test_nothing_is_changed_without_its_token(world: World, who: str, headers: dict[str, str]) -> None:
    client = client_for(READERS[who](world), enforce_csrf_checks=True, raise_request_exception=False)
    if headers:
        # Even with the right token: it is another site that sends the form.
        client.get(reverse("account_login"))
        client.get(reverse("portal:help"))
        headers = headers | {"X-CSRFToken": client.cookies["csrftoken"].value}
    urls = _our_own(world) if headers else {name: address(route, world) for name, route in routes().items()}
    wrong = []
    for name, url in urls.items():
        for method in ("POST", "DELETE"):
            with transaction.atomic():
                status = client.generic(method, url, headers=headers).status_code
                transaction.set_rollback(True)
            led_away = name.startswith(LOOKS_AT_THE_SESSION_FIRST) and status == 302
            refused = status in (404, 405) and name in CSRF_EXEMPT
            if status != 403 and not led_away and not refused:
                wrong.append(f"{method} {name}: {status}")
    assert not wrong, "\n".join(wrong)


def test_no_other_view_goes_without_a_token() -> None:
    exempt = {name for name, route in routes().items() if getattr(route.view, "csrf_exempt", False)}
    # REST framework takes the exemption to check the token itself, for whoever comes with a session.
    exempt -= {name for name in exempt if name.startswith("wagtailadmin_api:")}

    assert exempt == set(CSRF_EXEMPT)


# --- T09, T12: what every page says (each is judged by tests/test_permissions.py) -------------------------------------


def test_the_judge_sees_what_is_wrong(world: World) -> None:
    """The witness: a page of the academy, spoilt in each of the ways that the judge knows."""

    def page() -> Any:
        return client_for(world.a.learner).get(reverse("portal:home"))

    def said(response: Any, written: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
        return faults("learner_own", "portal:home", response, written)

    assert b"CANARY-A" in page().content
    assert said(page()) == []
    assert said(page(), {"accounts_user", *WAGTAIL_S_OWN}) == ["it writes to accounts_user"]
    for spoilt, fault in (
        (b"canary-b", "it names something of the other partner"),
        (b"SECRET-A", "it shows a private note"),
        (b"<script>1</script>", "header or script: a nonce on each script"),
        (b"<style></style>", "header or script: inline styles"),
        (b"<p onclick='1'>", "header or script: no handler in the page"),
    ):
        response = page()
        response.content += spoilt
        assert said(response) == [fault]
    for header, value, fault in (
        ("Cache-Control", "private", "a cache may keep it"),
        ("X-Content-Type-Options", "", "header or script: nosniff"),
        ("Referrer-Policy", "unsafe-url", "header or script: referrer"),
        ("Cross-Origin-Opener-Policy", "", "header or script: opener"),
    ):
        response = page()
        response[header] = value
        assert said(response) == [fault]
    for wanted, instead in (("object-src 'none'", "object-src *"), ("'strict-dynamic'", "'unsafe-eval'")):
        response = page()
        response["Content-Security-Policy"] = response["Content-Security-Policy"].replace(wanted, instead)
        assert said(response)


def test_a_nonce_serves_once(client: Client, world: World) -> None:
    first, second = (policy_of(client.get("/help/"))["script-src"] for _visit in range(2))
    assert first != second


def test_cookies_over_https_belong_to_this_host_alone() -> None:
    code = (
        "from lms import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.SECURE_HSTS_SECONDS > 0, s.SECURE_SSL_REDIRECT)"
    )
    env = os.environ | {
        "DEBUG": "false",
        "SECRET_KEY": "x" * 60,
        "SITE_URL": "https://academy.example",
        "ALLOWED_HOSTS": "academy.example",
    }
    root = Path(__file__).resolve().parent.parent
    said = subprocess.run([sys.executable, "-c", code], env=env, cwd=root, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "__Host-sessionid __Host-csrftoken True True True Lax True True"


# --- T12: no way out by `next` ----------------------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/",
    "https:evil.example",
    "https:///evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "\x00//evil.example",
    " //evil.example",
    "//testserver@evil.example",
    "https://testserver@evil.example",
    "https://testserver.evil.example",
    "http://testserver:80@evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
]


def lands_here(location: str) -> bool:
    """As a browser reads it: backslashes are slashes, tabs and line ends are nothing, many slashes are two."""
    plain = re.sub(r"[\t\r\n]", "", location.strip("".join(map(chr, range(33))))).replace("\\", "/")
    plain = re.sub(r"^(https?:)?/{2,}", r"\1//", plain)
    found = urlsplit(urljoin("http://testserver/here/", plain))
    return found.scheme == "http" and found.netloc == "testserver"


def test_the_corpus_leads_elsewhere() -> None:
    assert [there for there in ELSEWHERE if lands_here(there)] == []
    assert lands_here("/home/")
    assert lands_here("/home/?next=//evil.example")


@pytest.mark.parametrize("there", ELSEWHERE)
def test_no_address_leads_out(world: World, settings: Settings, there: str) -> None:
    settings.ANSWER_PACE = 0
    credentials = {"login": world.a.learner.email, "password": PASSWORD}
    learner, login = client_for(world.a.learner), reverse("account_login")
    answers = {
        "sign in": Client().post(login, credentials | {"next": there}),
        "sign in, by the address": Client().post(login, credentials, query_params={"next": there}),
        "already in": learner.get(login, {"next": there}),
        "language": learner.post(reverse("portal:language"), {"language": "fr", "next": there}),
        "Wagtail's door": Client().get("/admin/login/", {"next": there}),
        "Wagtail's other door": Client().get("/_util/login/", {"next": there}),
        "sign out": learner.post(reverse("account_logout"), {"next": there}),
    }
    for name, response in answers.items():
        assert response.status_code == 302, name
        assert lands_here(response["Location"]), f"{name}: {response['Location']}"
