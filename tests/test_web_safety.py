"""T08, T09, T12: reading writes nothing, forms need their token, every page carries its headers, `next` stays here."""

import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lms.accounts.models import User
from tests.factories import PASSWORD
from tests.routes import address, routes
from tests.world import World, client_for

pytestmark = pytest.mark.slow  # what it sweeps does not depend on the database

READERS: dict[str, Callable[[World], User | None]] = {
    "a stranger": lambda world: None,
    "a learner": lambda world: world.a.learner,
    "an editor": lambda world: world.editor,
    "the administrator": lambda world: world.administrator,
}

# --- T08: reading writes nothing --------------------------------------------------------------------------------------

_WRITE = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)', re.IGNORECASE)
# What Wagtail notes when somebody opens something in its admin: who is on it, and her settings the first time.
WAGTAIL_S_OWN = {"wagtailadmin_editingsession", "wagtailusers_userprofile"}


@contextmanager
def write_trap() -> Iterator[list[str]]:
    """The tables written to while it is open."""
    written: list[str] = []

    def note(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if found := _WRITE.match(str(sql)):
            written.append(found[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written


def _written_by(client: Client, method: str, url: str) -> tuple[Any, str]:
    """The answer, and the tables that were written to (nothing of it is kept)."""
    with transaction.atomic(), write_trap() as written:
        response = client.generic(method, url)
        transaction.set_rollback(True)
    return response, ", ".join(sorted(set(written) - WAGTAIL_S_OWN))


def test_asking_for_the_headers_alone_writes_nothing(world: World) -> None:
    client = client_for(world.a.learner, raise_request_exception=False)
    written = {name: _written_by(client, "HEAD", address(route, world))[1] for name, route in routes().items()}
    assert {name: tables for name, tables in written.items() if tables} == {}


def test_the_trap_sees_a_write(world: World) -> None:
    with write_trap() as written:
        world.a.learner.save()
    assert written == ["accounts_user"]


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


# The token is looked at before the person is: who is nobody and who may do everything stand for those between.
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
    wrong = []
    for name, route in routes().items():
        for method in ("POST", "DELETE"):
            with transaction.atomic():
                status = client.generic(method, address(route, world), headers=headers).status_code
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


# --- T08, T09, T12: every page, read once -----------------------------------------------------------------------------


def policy_of(response: Any) -> dict[str, set[str]]:
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: set(sources) for name, *sources in parts}


def _missing(url: str, response: Any) -> list[str]:
    """What a page's headers and its scripts should say and do not."""
    policy = policy_of(response)
    script = policy["script-src"]
    checks = {
        "object-src": policy["object-src"] == {"'none'"},
        "base-uri": policy["base-uri"] == {"'none'"},
        "frame-ancestors": policy["frame-ancestors"] == {"'self'"},
        "default-src": policy["default-src"] == {"'none'"},
        "unsafe-eval": not any("'unsafe-eval'" in sources for sources in policy.values()),
        "opener": response["Cross-Origin-Opener-Policy"] == "same-origin",
        "resource": response["Cross-Origin-Resource-Policy"] == "same-origin",
        "nosniff": response["X-Content-Type-Options"] == "nosniff",
        "referrer": response["Referrer-Policy"] == "same-origin",
        "permissions": "geolocation=()" in response["Permissions-Policy"],
    }
    if not url.startswith("/admin/"):
        nonces = [source[7:-1] for source in script if source.startswith("'nonce-")]
        marks = re.findall(rb"<script\b(?![^>]*application/json)([^>]*)>", response.content)
        checks |= {
            "strict-dynamic": "'strict-dynamic'" in script and "'unsafe-inline'" not in script,
            "inline styles": policy["style-src"] == {"'self'"} and b"<style" not in response.content,
            "a nonce on each script": all(f'nonce="{nonces[0]}"'.encode() in mark for mark in marks)
            if nonces
            else not marks,
            "no handler in the page": not re.search(rb"<[^>]+\son[a-z]+=", response.content),
        }
    return [name for name, holds in checks.items() if not holds]


@pytest.mark.parametrize("who", READERS)
def test_every_page_is_read_safely(world: World, who: str) -> None:
    """T08, T09 and T12 of each page in one visit: it writes nothing, carries its headers, is stored by nobody."""
    client = client_for(READERS[who](world), raise_request_exception=False)
    wrong: dict[str, list[str]] = defaultdict(list)
    seen = 0
    for name, route in routes().items():
        url = address(route, world)
        response, tables = _written_by(client, "GET", url)
        if tables:
            wrong[f"writes to {tables}"].append(name)
        if not response.get("Content-Type", "").startswith("text/html"):
            continue
        seen += 1
        for what in _missing(url, response):
            wrong[what].append(name)
        if who != "a stranger" and "no-store" not in response["Cache-Control"]:
            wrong["no-store"].append(name)
    assert seen > 10
    assert not wrong, dict(wrong)


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
