"""Reads of the 1:1 room: its door, its people, what was written in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from coaching.models import Appointment, ChecklistItem, RoomMessage, RoomNotes
from lms.accounts.models import User

OPENS_BEFORE = timedelta(minutes=10)
CLOSES_AFTER = timedelta(minutes=30)
MESSAGES_SHOWN = 200
"""Chat lines of a snapshot: what an hour of writing makes, and more."""


class Door(StrEnum):
    EARLY = "early"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who belongs in a room. `phone` is empty where it is not hers to see."""

    person: User
    is_coach: bool
    phone: str


def door_of(appointment: Appointment, now: datetime) -> Door:
    """A room opens ten minutes before the appointment and closes half an hour after its end."""
    if now < appointment.starts_at - OPENS_BEFORE:
        return Door.EARLY
    return Door.OPEN if now < appointment.ends_at + CLOSES_AFTER else Door.OVER


def participants_of(appointment: Appointment, reader: User) -> list[Participant]:
    """Coach first, then learners by name. The coach reads everybody's phone, a learner only the coach's."""
    coach = Participant(appointment.coach, True, appointment.coach.phone)
    seats = appointment.seats.booked().select_related("learner").order_by("learner__display_name", "pk")
    reads_all = reader.pk == appointment.coach_id
    learners = [
        Participant(seat.learner, False, (seat.phone or seat.learner.phone) if reads_all else "") for seat in seats
    ]
    return [coach, *learners]


def content_of(appointment: Appointment) -> dict[str, Any]:
    """Chat, checklist and notes as a client gets them: the same shapes as the events that change them."""
    last = RoomMessage.objects.filter(appointment=appointment).select_related("author").order_by("-seq")
    notes = RoomNotes.objects.filter(appointment=appointment).first() or RoomNotes(appointment=appointment)
    return {
        "messages": [message_event(message) for message in reversed(last[:MESSAGES_SHOWN])],
        "items": [item_event(item) for item in ChecklistItem.objects.filter(appointment=appointment)],
        "notes": notes_event(notes),
    }


def message_event(message: RoomMessage) -> dict[str, Any]:
    return {
        "type": "message",
        "id": str(message.public_id),
        "n": message.seq,
        "person": str(message.author.public_id),
        "name": message.author.get_full_name(),
        "initials": message.author.initials,
        "text": message.text,
        "at": message.at.isoformat(),
    }


def item_event(item: ChecklistItem) -> dict[str, Any]:
    return {"type": "item", "id": str(item.public_id), "text": item.text, "done": item.done, "order": item.order}


def notes_event(notes: RoomNotes) -> dict[str, Any]:
    return {"type": "notes", "text": notes.text, "version": notes.version}
