"""Raised hands, in the order of the queue, up to the stage and down again."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.kit.live import push
from seminars.enums import HandState, SessionState
from seminars.live import room_group
from seminars.models import Hand, LiveSession, Stay
from seminars.queries.room import hand_event
from seminars.queries.sight import role_in

from .held import RoomRefusal, hold_open, note_change, unknown

MOST_SPEAKING = 4
KEPT_UP = timedelta(seconds=60)
"""How long a hand, or a place on stage, waits for somebody who has lost her connection."""


def raise_hand(*, session: LiveSession, actor: User, now: datetime) -> Hand:
    """Stand in the queue; whoever stands in it already keeps her place.

    Raises:
        RoomRefusal: the room is not open.
    """
    with transaction.atomic():
        held = hold_open(session)
        up = _up(held, actor)
        if up is not None:
            return up
        hand = Hand.objects.create(session=held, person=actor, raised_at=now, changed_at=now)
        push(room_group(held), hand_event(hand))
    return hand


def lower(*, session: LiveSession, actor: User, now: datetime, hand: UUID | None = None) -> None:
    """Lower one's own hand, or another one's for those who run the session: she leaves the stage too. One that is
    down already stays down."""
    with transaction.atomic():
        held = hold_open(session)
        found = _up(held, actor) if hand is None else _hand(held, hand)
        if found is None or found.state == HandState.LOWERED:
            return
        if found.person_id != actor.pk:
            note_change(held, "hand-lowered", actor=actor, about=found.person, now=now)
        _move(found, HandState.LOWERED, now)


def invite(*, session: LiveSession, person: User, actor: User, now: datetime) -> Hand:
    """Ask somebody to speak, whether or not her hand is up; she says yes herself (`take_stage`).

    Raises:
        RoomRefusal: she is not of this room (`unknown`); four people speak already (`too-many`).
    """
    with transaction.atomic():
        held = hold_open(session)
        _refuse_crowd(held)
        if role_in(person, held) is None:
            raise unknown()
        hand = _up(held, person)
        if hand is None:
            hand = Hand.objects.create(session=held, person=person, raised_at=now, changed_at=now)
        if hand.state != HandState.SPEAKING:
            note_change(held, "invited", actor=actor, about=person, now=now)
            _move(hand, HandState.INVITED, now)
    return hand


def take_stage(*, session: LiveSession, actor: User, now: datetime) -> Hand:
    """Say yes to an invitation: from now on she may be heard and seen.

    Raises:
        RoomRefusal: nobody has invited her (`not-invited`); she does not want to be recorded
            (`recorded`); four people speak already (`too-many`).
    """
    with transaction.atomic():
        held = hold_open(session)
        if held.is_recorded and held.registrations.filter(person=actor, consents_to_recording=False).exists():
            words = _("You chose not to be recorded. To speak, change your answer on the page of the session.")
            raise RoomRefusal("recorded", words)
        hand = _up(held, actor)
        if hand is None or hand.state == HandState.RAISED:
            raise RoomRefusal("not-invited", _("You have not been invited to speak yet."))
        if hand.state == HandState.INVITED:
            _refuse_crowd(held)
            _move(hand, HandState.SPEAKING, now)
    return hand


def sweep_hands(now: datetime) -> int:
    """Lower the hands of those who left; every minute. Returns how many."""
    still_open = Q(left_at=None) | Q(left_at__gt=now - KEPT_UP)
    here = Stay.objects.filter(still_open, session=OuterRef("session"), person=OuterRef("person"))
    up = Hand.objects.exclude(state=HandState.LOWERED).filter(session__state=SessionState.LIVE)
    gone = up.filter(~Exists(here), changed_at__lte=now - KEPT_UP).select_related("person", "session")
    count = 0
    for found in list(gone):
        with suppress(RoomRefusal), transaction.atomic():  # it ended meanwhile
            hold_open(found.session)
            hand = gone.filter(pk=found.pk).first()  # unless she came back, or was called
            if hand is not None:
                _move(hand, HandState.LOWERED, now)
                count += 1
    return count


def _up(session: LiveSession, person: User) -> Hand | None:
    up = Hand.objects.filter(session=session, person=person).exclude(state=HandState.LOWERED)
    return up.select_related("person").first()


def _hand(session: LiveSession, public_id: UUID) -> Hand:
    hand = Hand.objects.filter(session=session, public_id=public_id).select_related("person").first()
    if hand is None:
        raise unknown()
    return hand


def _move(hand: Hand, state: HandState, now: datetime) -> None:
    hand.state, hand.changed_at = state, now
    hand.save(update_fields=["state", "changed_at"])
    push(room_group(hand.session), hand_event(hand))


def _refuse_crowd(session: LiveSession) -> None:
    here = Stay.objects.filter(session=session, left_at=None).values("person")
    if Hand.objects.filter(session=session, state=HandState.SPEAKING, person__in=here).count() >= MOST_SPEAKING:
        raise RoomRefusal("too-many", _("Four people speak already. Thank one of them first."))
