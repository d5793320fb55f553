"""What every page owes whoever opens it: judged on each visit that the table of permissions makes.

T08: reading writes nothing. T09: the headers. T12: what is private is stored by nobody. T02: a person of partner A
reads nothing of B, and a learner nobody's address. T65: a coach's private note is on one page, and only hers.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

OF_A = {"learner_own", "learner_same_cohort", "alumnus", "coach_own", "manager_own", "auditor_own"}
# Whoever learns knows people by the names they chose: the one address of world A that she may read is hers.
LEARNS = {"anonymous": b"", "learner_own": b"learner", "learner_same_cohort": b"classmate", "alumnus": b"alumnus"}
# Its key was sent to the one whose address it shows; so were those of calendars, which are no pages.
SENT_TO_HER = "accounts:invitation"
_ADDRESS = re.compile(rb"canary-a-(\w+)@example\.org")
SIGNED_OUT = {"anonymous", "suspended", "half_mfa"}
# A private note in world A, who wrote it, and the one page where she finds it.
SECRET, HERS = b"SECRET-A", ("coach_own", "coaching:person")
# What Wagtail notes when somebody opens something in its admin: who is on it, and her settings the first time.
WAGTAIL_S_OWN = {"wagtailadmin_editingsession", "wagtailusers_userprofile"}
# Where somebody stands who has given her password and not yet her second factor: allauth keeps it in the session.
HALF_WAY = {"half_mfa": {"django_session"}}

_WRITE = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)', re.IGNORECASE)


@contextmanager
def write_trap() -> Iterator[set[str]]:
    """The tables written to while it is open."""
    written: set[str] = set()

    def note(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if found := _WRITE.match(str(sql)):
            written.add(found[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written


def body_of(response: Any) -> bytes:
    body: bytes = response.getvalue() if response.streaming else response.content
    return body


def faults(actor: str, route: str, response: Any, written: set[str]) -> list[str]:
    """What is wrong with this answer to a GET, in words; `written` are the tables that it wrote to."""
    body = body_of(response)
    found = [f"it writes to {table}" for table in sorted(written - WAGTAIL_S_OWN - HALF_WAY.get(actor, set()))]
    if actor in OF_A and b"CANARY-B" in body.upper():
        found.append("it names something of the other partner")
    if SECRET in body and (actor, route) != HERS:
        found.append("it shows a private note")
    if response.get("Content-Type", "").startswith("text/html"):
        found += _missing_headers(response)
        whose = set(_ADDRESS.findall(body)) - {LEARNS[actor]} if actor in LEARNS else set()
        if whose and route != SENT_TO_HER:
            found.append(f"it shows the address of {whose}")
        if actor not in SIGNED_OUT and "no-store" not in response["Cache-Control"]:
            found.append("a cache may keep it")
    return found


def policy_of(response: Any) -> dict[str, set[str]]:
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: set(sources) for name, *sources in parts}


def _missing_headers(response: Any) -> list[str]:
    policy = policy_of(response)
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
    if not response.wsgi_request.path.startswith("/admin/"):
        script = policy["script-src"]
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
    return [f"header or script: {name}" for name, holds in checks.items() if not holds]
