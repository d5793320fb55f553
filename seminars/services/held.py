"""One writer at a time in a room: every change begins by holding its session."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.kit.errors import DomainError
from seminars.enums import SessionState
from seminars.models import LiveSession, RoomChange


class RoomRefusal(DomainError):
    """Nothing changed; the code says why: `not-open`, `over`, `paused`, `unknown`, `not-yours`, `too-many`…"""


def hold(session: LiveSession, *, may_be_draft: bool = False) -> LiveSession:
    """The session as it is now, held until the end of the transaction: announced or live, or being prepared.

    Raises:
        RoomRefusal: it is over (`over`), or was never announced, or was cancelled (`not-open`).
    """
    held = LiveSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if held.state == SessionState.ENDED:
        raise RoomRefusal("over", _("This session is over."))
    known = (SessionState.ANNOUNCED, SessionState.LIVE)
    if held.state not in known and not (may_be_draft and held.state == SessionState.DRAFT):
        raise RoomRefusal("not-open", _("This session is not announced."))
    return held


def hold_open(session: LiveSession) -> LiveSession:
    """As `hold`, once a host has opened the room.

    Raises:
        RoomRefusal: nobody has opened it yet (`not-open`), or it is over (`over`).
    """
    held = hold(session)
    if not held.is_live:
        raise RoomRefusal("not-open", _("The room is not open yet."))
    return held


def unknown() -> RoomRefusal:
    return RoomRefusal("unknown", _("This is not there any more."))


def note_change(
    session: LiveSession, what: str, *, actor: User | None, now: datetime, about: User | None = None, **detail: Any
) -> RoomChange:
    """A line of the room's journal."""
    return RoomChange.objects.create(session=session, what=what, actor=actor, about=about, detail=detail, at=now)
