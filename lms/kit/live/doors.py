"""Who stands behind a socket: signed in, wholly, still; and how sockets learn that rights have changed."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from channels.auth import get_user
from channels.db import database_sync_to_async
from django.conf import settings
from django.http import parse_cookie

from .publishing import close

RIGHTS_CHANGED = 4403
"""Close code: what this person may do has changed; a client that may still come in simply comes back."""

type Check = Callable[[Any], bool]

_checks: list[Check] = []


def shut_door_unless(check: Check) -> Check:
    """Let no socket be opened by a person for whom `check(user)` is false; once, from `AppConfig.ready()`."""
    if check in _checks:
        raise ValueError(f"{check.__qualname__} is already asked at the door")
    _checks.append(check)
    return check


def rights_group(person_pk: int) -> str:
    """Every socket of one person."""
    return f"rights.{person_pk}"


def rights_changed(person_pk: int) -> None:
    """Close this person's sockets after commit: called wherever `authz_epoch` is raised."""
    close(rights_group(person_pk), RIGHTS_CHANGED)


async def person_behind(scope: dict[str, Any]) -> Any | None:
    """The person whose session this socket carries, read from the database now; None for a stranger.

    A session that is half way (second factor still to give), ended, or of somebody suspended has nobody in it.
    """
    key = _session_key(scope)
    if not key:
        return None
    store = import_module(settings.SESSION_ENGINE).SessionStore
    person = await get_user({"session": store(session_key=key)})
    if not person.is_authenticated or not person.is_active:
        return None
    return person if await database_sync_to_async(_may_pass)(person) else None


def _session_key(scope: dict[str, Any]) -> str:
    cookies = next((value for name, value in scope["headers"] if name == b"cookie"), b"")
    return parse_cookie(cookies.decode("latin1")).get(settings.SESSION_COOKIE_NAME, "")


def _may_pass(person: Any) -> bool:
    return all(check(person) for check in _checks)
