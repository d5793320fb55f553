"""What other apps do when a person accepts her invitation; they register it here, since they stand higher."""

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
