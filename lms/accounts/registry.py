"""What other apps do for a person (when she accepts her invitation, when a page loads her), registered from above."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from .models import User

type InvitationHook = Callable[..., Any]

_on_invitation_accepted: list[InvitationHook] = []


def on_invitation_accepted(hook: InvitationHook) -> InvitationHook:
    """Call `hook(user=…, now=…)` in the transaction that accepts an invitation; once, from `AppConfig.ready()`.

    A hook that raises undoes the acceptance: the link stays good for another try.
    """
    if hook in _on_invitation_accepted:
        raise ValueError(f"{hook.__qualname__} is already called when an invitation is accepted")
    _on_invitation_accepted.append(hook)
    return hook


def invitation_accepted(*, user: User, now: datetime) -> None:
    for hook in _on_invitation_accepted:
        hook(user=user, now=now)


# --- Loading the signed-in person -------------------------------------------------------------------------------------

_person_columns: dict[str, Callable[[], Any]] = {}


def add_person_column(name: str, expression: Callable[[], Any]) -> None:
    """Load `expression()` as the attribute `name` of `request.user`, in the query that loads her anyway.

    For what the frame of every page shows: it costs no query of its own. Once, from `AppConfig.ready()`.
    """
    if name in _person_columns:
        raise ValueError(f"{name} is already a column of the person")
    _person_columns[name] = expression


def person_columns() -> dict[str, Any]:
    return {name: expression() for name, expression in _person_columns.items()}
