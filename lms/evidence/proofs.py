"""Where the proof of an hour is read: each app says it for its kinds of activity; the hours know none of them."""

from collections.abc import Callable
from uuid import UUID

from lms.evidence.enums import ActivityKind

type Address = Callable[[UUID, bool], str]
"""Of an activity, and whether the reader is the learner herself."""

_addresses: dict[str, Address] = {}


def register(kind: ActivityKind, address: Address) -> None:
    """Called once for each kind, from `AppConfig.ready()`."""
    if kind in _addresses:
        raise ValueError(f"the proof of {kind} has its address already")
    _addresses[kind] = address


def proof_of(kind: str, activity_id: UUID, *, is_own: bool) -> str:
    """The page that shows it; "" where there is none."""
    address = _addresses.get(kind)
    return address(activity_id, is_own) if address else ""
