"""The journal of what moderators do to threads, spaces and rules."""

from datetime import datetime

from community.enums import Upkeep
from community.models import Space, Thread, UpkeepLine
from lms.accounts.models import User

_LONGEST = 250


def note_upkeep(
    action: Upkeep,
    *,
    actor: User,
    now: datetime,
    space: Space | None = None,
    thread: Thread | None = None,
    other: Thread | None = None,
    words: str = "",
) -> None:
    """One line more, in the transaction of what it tells. `words`: from what to what."""
    UpkeepLine.objects.create(
        moderator=actor, action=action, space=space, thread=thread, other=other, words=words[:_LONGEST], at=now
    )


def from_to(before: object, after: object, unit: str = "") -> str:
    return f"{before}{unit} → {after}{unit}"
