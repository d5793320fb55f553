"""What changes in a room: who comes and goes, what is said, ticked and noted."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from coaching.live import room_group
from coaching.models import Appointment, ChecklistItem, RoomMessage, RoomNotes, RoomPresence
from coaching.queries.room import item_event, message_event, notes_event
from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.live import push

MOST_ITEMS = 50
LOST_AFTER = timedelta(minutes=3)
"""Six heartbeats: the process that wrote them is gone."""


class RoomRefusal(DomainError):
    """Nothing changed: `key-taken`, `checklist-full`, `unknown-item`."""


class NotesConflict(DomainError):
    """Somebody else has written since: `notes-conflict`. `notes` are the ones to look at; nothing was overwritten."""

    def __init__(self, notes: RoomNotes) -> None:
        super().__init__("notes-conflict", _("The other person has written at the same time. Both texts are kept."))
        self.notes = notes


# --- Coming and going -------------------------------------------------------------------------------------------------


def enter_room(*, appointment: Appointment, person: User, now: datetime) -> RoomPresence:
    """Begin a stay: one for each connection; `coaching.queries.presence` counts what overlaps once."""
    return RoomPresence.objects.create(appointment=appointment, person=person, joined_at=now, seen_at=now)


def keep_stays(pks: list[int], now: datetime) -> None:
    """These stays go on: one UPDATE for a whole process. One that the sweeper took for lost goes on as well."""
    RoomPresence.objects.filter(pk__in=pks).update(seen_at=now, left_at=None)


def leave_room(*, stay: int, now: datetime) -> None:
    """End a stay; the second time changes nothing."""
    RoomPresence.objects.filter(pk=stay, left_at=None).update(seen_at=now, left_at=now)


def close_lost_stays(*, now: datetime) -> int:
    """End the stays of processes that died, at their last sign of life; swept every minute. Returns how many."""
    lost = RoomPresence.objects.filter(left_at=None, seen_at__lt=now - LOST_AFTER)
    return lost.update(left_at=F("seen_at"))


# --- Chat, checklist, notes: written first, told after commit ---------------------------------------------------------


def say(*, appointment: Appointment, author: User, text: str, key: UUID, now: datetime) -> RoomMessage:
    """Add a line to the chat. `key` is made by the browser: the same one again is the same line, said once.

    Raises:
        RoomRefusal: the key is that of somebody else's message, or of another room's.
    """
    with transaction.atomic():
        _lock(appointment)
        said = RoomMessage.objects.filter(public_id=key).first()
        if said is not None and (said.appointment_id, said.author_id) == (appointment.pk, author.pk):
            return said
        if said is not None:
            raise RoomRefusal("key-taken", _("This message could not be sent. Write it again."))
        last = RoomMessage.objects.filter(appointment=appointment).aggregate(last=Max("seq"))["last"] or 0
        message = RoomMessage.objects.create(
            public_id=key, appointment=appointment, seq=last + 1, author=author, text=text, at=now
        )
        push(room_group(appointment), message_event(message))
    return message


def add_item(*, appointment: Appointment, text: str) -> ChecklistItem:
    """Put a line at the end of the shared list.

    Raises:
        RoomRefusal: the list has fifty lines already.
    """
    with transaction.atomic():
        _lock(appointment)
        items = ChecklistItem.objects.filter(appointment=appointment)
        if items.count() >= MOST_ITEMS:
            raise RoomRefusal("checklist-full", _("This list is full: 50 lines at most."))
        last = items.aggregate(last=Max("order"))["last"] or 0
        item = ChecklistItem.objects.create(appointment=appointment, text=text, order=last + 1)
        push(room_group(appointment), item_event(item))
    return item


def tick_item(*, appointment: Appointment, item: UUID, done: bool) -> ChecklistItem:
    """Tick a line, or untick it.

    Raises:
        RoomRefusal: no such line in this room.
    """
    with transaction.atomic():
        if not ChecklistItem.objects.filter(appointment=appointment, public_id=item).update(done=done):
            raise RoomRefusal("unknown-item", _("This line is not on the list any more."))
        ticked = ChecklistItem.objects.get(appointment=appointment, public_id=item)
        push(room_group(appointment), item_event(ticked))
    return ticked


def remove_item(*, appointment: Appointment, item: UUID) -> None:
    """Take a line off the list; one that is gone already stays gone."""
    with transaction.atomic():
        ChecklistItem.objects.filter(appointment=appointment, public_id=item).delete()
        push(room_group(appointment), {"type": "item-removed", "id": str(item)})


def write_notes(*, appointment: Appointment, text: str, version: int, now: datetime) -> RoomNotes:
    """Replace the shared notes, if they are still at the version the writer had in front of her.

    Raises:
        NotesConflict: they are not.
    """
    with transaction.atomic():
        notes, _created = RoomNotes.objects.get_or_create(appointment=appointment)
        current = RoomNotes.objects.filter(pk=notes.pk, version=version)
        if not current.update(text=text, version=version + 1, updated_at=now):
            notes.refresh_from_db()
            raise NotesConflict(notes)
        notes.refresh_from_db()
        push(room_group(appointment), notes_event(notes))
    return notes


def _lock(appointment: Appointment) -> None:
    """One writer at a time in a room: numbers without gaps, and a list that does not outgrow its bound."""
    Appointment.objects.select_for_update().only("pk").get(pk=appointment.pk)
