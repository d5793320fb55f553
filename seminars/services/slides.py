"""The page on stage, and the run sheet."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lms.accounts.models import User
from lms.kit.live import push
from seminars.live import room_group, staff_group
from seminars.models import Deck, LiveSession, SlideTurn
from seminars.queries.room import sheet_event, slide_event

from .held import hold, unknown


def turn(*, session: LiveSession, deck: UUID | None, page: int, actor: User, now: datetime) -> LiveSession:
    """Put a page on stage, or none (`deck` None); once the room is open, it is a chapter of the replay.

    Raises:
        RoomRefusal: over; no such deck, or no such page in it (`unknown`).
    """
    with transaction.atomic():
        held = hold(session)
        shown = None
        if deck is not None:
            shown = Deck.objects.filter(session=held, public_id=deck, slides__number=page).first()
            if shown is None:
                raise unknown()
        if (held.shown_deck_id, held.shown_page) == (shown.pk if shown else None, page):
            return held
        held.shown_deck, held.shown_page = shown, page
        held.save(update_fields=["shown_deck", "shown_page"])
        if shown is not None and held.is_live:
            SlideTurn.objects.create(session=held, deck=shown, page=page, at=now)
        push(room_group(held), slide_event(held))
    return held


def tick_sheet(*, session: LiveSession, place: int, done: bool, actor: User, now: datetime) -> None:
    """Mark a line of the run sheet (its place, from 1) as done, or not.

    Raises:
        RoomRefusal: over; no such line (`unknown`).
    """
    with transaction.atomic():
        held = hold(session)
        items = list(held.run_sheet.all())
        if place not in range(1, len(items) + 1):
            raise unknown()
        item = items[place - 1]
        item.done_at = (item.done_at or now) if done else None
        item.save(update_fields=["done_at"])
        push(staff_group(held), sheet_event(held))
