"""Who stands behind a socket: signed in, wholly, still; and how sockets learn that rights have changed."""

from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user, get_user_model
from django.http import parse_cookie

from lms.kit.prepared import Prepared

from .publishing import close

RIGHTS_CHANGED = 4403
"""Close code: what this person may do has changed; a client that may still come in simply comes back."""

_person: Prepared[Any] = Prepared(lambda pk: get_user_model().objects.filter(pk=pk), int)

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


def person_behind(scope: dict[str, Any]) -> Any | None:
    """The person whose session this socket carries, read from the database now; None for a stranger. Sync.

    A session that is half way (second factor still to give), ended, or of somebody suspended has nobody in it.
    """
    key = _session_key(scope)
    if not key:
        return None
    store = import_module(settings.SESSION_ENGINE).SessionStore
    person = get_user(SimpleNamespace(session=store(session_key=key)))  # type: ignore[arg-type]
    if not person.is_authenticated or not person.is_active:
        return None
    return person if all(check(person) for check in _checks) else None


def is_unchanged(person: Any) -> bool:
    """Whether nothing has happened to the rights of `person` since she was read."""
    now = _person.first(person.pk)
    return now is not None and now.is_active and now.authz_epoch == person.authz_epoch


def _session_key(scope: dict[str, Any]) -> str:
    cookies = next((value for name, value in scope["headers"] if name == b"cookie"), b"")
    return parse_cookie(cookies.decode("latin1")).get(settings.SESSION_COOKIE_NAME, "")
