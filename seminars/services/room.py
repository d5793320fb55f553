"""What a host does with the room: opens it, locks it, pauses its chat, sends somebody out, ends it for all."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.kit.live import close, push, rights_changed
from seminars.enums import HandState, SessionState
from seminars.live import OVER, room_group, staff_group
from seminars.models import BreakoutRound, Hand, LiveSession, Removal, SessionPoll
from seminars.queries.room import person_event, room_event
from seminars.queries.sight import role_in
from seminars.rules import can_moderate

from .held import RoomRefusal, hold, hold_open, note_change, unknown

OPENS_BEFORE = timedelta(hours=2)
"""A host may come early and rehearse; a room that was opened by mistake the day before could not be closed again."""


def open_room(*, session: LiveSession, actor: User, now: datetime) -> LiveSession:
    """Let in those who wait. A second time changes nothing.

    Raises:
        RoomRefusal: it is over (`over`), not announced (`not-open`), or more than two hours away (`too-early`).
    """
    with transaction.atomic():
        held = hold(session)
        if held.is_live:
            return held
        if now < held.starts_at - OPENS_BEFORE:
            raise RoomRefusal("too-early", _("A room opens two hours before its time at the earliest."))
        held.state, held.opened_at = SessionState.LIVE, now
        held.media_pin = held.media_pin or secrets.token_hex(16)
        held.save(update_fields=["state", "opened_at", "media_pin"])
        note_change(held, "opened", actor=actor, now=now)
        tell_room(held)
    return held


def end_room(*, session: LiveSession, actor: User | None, now: datetime) -> LiveSession:
    """End it for everybody: recording stopped, attendance settled, every socket hung up. A second time changes nothing.

    Raises:
        RoomRefusal: it was never opened (`not-open`).
    """
    from . import attendance, recording

    with transaction.atomic():
        held = LiveSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
        if held.is_over:
            return held
        if not held.is_live:
            raise RoomRefusal("not-open", _("This room was not opened: there is nothing to end."))
        held.state, held.ended_at = SessionState.ENDED, now
        held.save(update_fields=["state", "ended_at"])
        up = Hand.objects.filter(session=held).exclude(state=HandState.LOWERED)
        up.update(state=HandState.LOWERED, changed_at=now)
        SessionPoll.objects.filter(session=held, opened_at__isnull=False, closed_at=None).update(closed_at=now)
        BreakoutRound.objects.filter(session=held, opened_at__isnull=False, closed_at=None).update(closed_at=now)
        note_change(held, "ended", actor=actor, now=now)
        recording.stop(session=held, now=now)
        attendance.settle_session(session=held, actor=actor, now=now)
        tell_room(held)
        close(room_group(held), OVER)
    return held


def lock(*, session: LiveSession, actor: User, now: datetime) -> None:
    """Let nobody new in; whoever was in may come back."""
    _set(session, "locked_at", now, what="locked", actor=actor, now=now)


def unlock(*, session: LiveSession, actor: User, now: datetime) -> None:
    _set(session, "locked_at", None, what="unlocked", actor=actor, now=now)


def pause_chat(*, session: LiveSession, actor: User, now: datetime, paused: bool = True) -> None:
    """Only those who run the session write in the chat, until it goes on."""
    what = "chat-paused" if paused else "chat-resumed"
    _set(session, "chat_paused_at", now if paused else None, what=what, actor=actor, now=now)


def remove(*, session: LiveSession, person: User, reason: str, actor: User, now: datetime) -> Removal:
    """Send somebody out: her sockets close at once, and she does not come back until it is lifted. She reads why.

    Raises:
        RoomRefusal: no reason (`no-reason`); she runs the session herself (`runs-it`), or is nobody here (`unknown`).
    """
    reason = reason.strip()
    if not reason:
        raise RoomRefusal("no-reason", _("Say why, in one sentence: the person reads it."))
    with transaction.atomic():
        held = hold(session)
        standing = Removal.objects.filter(session=held, person=person, lifted_at=None).first()
        if standing is not None:
            return standing
        role = role_in(person, held)
        if role is None:
            raise RoomRefusal("unknown", _("This person is not in this room."))
        if can_moderate(role):
            raise RoomRefusal("runs-it", _("Somebody who runs the session cannot be sent out of it."))
        removal = Removal.objects.create(session=held, person=person, actor=actor, reason=reason, at=now)
        lowered = Hand.objects.filter(session=held, person=person).exclude(state=HandState.LOWERED)
        lowered.update(state=HandState.LOWERED, changed_at=now)
        note_change(held, "removed", actor=actor, about=person, now=now, reason=reason)
        rights_changed(person.pk)
        push(room_group(held), {"type": "removed", "person": str(person.public_id)})
        push(staff_group(held), {"type": "removal", **person_event(person), "reason": reason, "standing": True})
    return removal


def let_back(*, session: LiveSession, person: User, actor: User, now: datetime) -> None:
    """Lift the removal of somebody; a second time changes nothing.

    Raises:
        RoomRefusal: she was never sent out of this room (`unknown`).
    """
    with transaction.atomic():
        held = hold(session)
        removals = Removal.objects.filter(session=held, person=person)
        if not removals.exists():
            raise unknown()
        if not removals.filter(lifted_at=None).update(lifted_at=now):
            return
        note_change(held, "let-back", actor=actor, about=person, now=now)
        push(staff_group(held), {"type": "removal", **person_event(person), "reason": "", "standing": False})


def tell_room(session: LiveSession) -> None:
    """Tell everybody what state the room is in, after commit: for whoever changes it (a recording too)."""
    push(room_group(session), room_event(session))


def _set(session: LiveSession, field: str, value: datetime | None, *, what: str, actor: User, now: datetime) -> None:
    """Write one state of an open room, its line in the journal, and tell everybody; what is so already stays."""
    with transaction.atomic():
        held = hold_open(session)
        if (getattr(held, field) is None) == (value is None):
            return
        setattr(held, field, value)
        held.save(update_fields=[field])
        note_change(held, what, actor=actor, now=now)
        tell_room(held)
