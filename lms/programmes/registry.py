"""What other apps do when an enrolment changes its state, registered from above."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from lms.accounts.models import User

from .enums import EnrolmentState
from .models import Enrolment

type StateHook = Callable[..., Any]

_on_state_changed: list[StateHook] = []


def on_state_changed(hook: StateHook) -> StateHook:
    """Call `hook(enrolment=…, old=…, new=…, actor=…, now=…)` in the transaction that changes a state; once, from
    `AppConfig.ready()`. A hook that raises undoes the change."""
    if hook in _on_state_changed:
        raise ValueError(f"{hook.__qualname__} is already called when a state changes")
    _on_state_changed.append(hook)
    return hook


def state_changed(
    *, enrolment: Enrolment, old: EnrolmentState, new: EnrolmentState, actor: User | None, now: datetime
) -> None:
    for hook in _on_state_changed:
        hook(enrolment=enrolment, old=old, new=new, actor=actor, now=now)
