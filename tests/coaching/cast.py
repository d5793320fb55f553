"""Who is in the room of an appointment, and what each of them may say."""

import uuid
from datetime import timedelta

from django.utils import timezone

from coaching.enums import SeatState
from coaching.models import Appointment, ChecklistItem, RoomNotes
from tests.factories import AppointmentFactory, EnrolmentFactory, SeatFactory
from tests.halls import Cast, Fields, Insider, Make, insider

DEVICES = {"mic": True, "camera": False, "screen": False, "sound_only": False}


def make_room() -> Appointment:
    now = timezone.now()
    appointment: Appointment = AppointmentFactory(starts_at=now, ends_at=now + timedelta(minutes=45), capacity=3)
    SeatFactory(appointment=appointment, enrolment__coach=appointment.coach)
    return appointment


def path_of(appointment: Appointment) -> str:
    return f"/ws/appointments/{appointment.public_id}/"


def build() -> Cast:
    """Coach and learner; `apart` is the coach of another partner, in a room of her own."""
    room, elsewhere = make_room(), make_room()
    seat = room.seats.get()
    gave_up = SeatFactory(appointment=room, enrolment__cohort=seat.enrolment.cohort, state=SeatState.CANCELLED)
    gone = ChecklistItem.objects.create(appointment=room, text="Parti", order=99)
    gone_id = str(gone.public_id)
    gone.delete()
    return Cast(
        path=path_of(room),
        inside={
            "coach": insider(room.coach, path_of(room), room, "coach"),
            "learner": insider(seat.learner, path_of(room), room, "learner"),
        },
        messages=MESSAGES,
        outside={
            "removed": gave_up.learner,
            "outsider": EnrolmentFactory(cohort=seat.enrolment.cohort).learner,
            "other_partner": elsewhere.coach,
            "anonymous": None,
        },
        apart=insider(elsewhere.coach, path_of(elsewhere), elsewhere, "apart"),
        gone=[gone_id],
        make_ready=lambda: ChecklistItem.objects.filter(appointment=room, order__gt=20).delete() and None,
    )


def item(me: Insider) -> str:
    order = ChecklistItem.objects.filter(appointment=me.place).count() + 1
    return str(ChecklistItem.objects.create(appointment=me.place, text="Relire", order=order).public_id)


def coach(me: Insider) -> str:
    return f"{me.place.coach.public_id}.{'coach'.ljust(8, '0')}"


def notes(me: Insider) -> Fields:
    notes, _made = RoomNotes.objects.get_or_create(appointment=me.place)
    return {"text": "Objectif", "version": notes.version}


MESSAGES: dict[str, Make] = {
    "ping": lambda me: {},
    "resume": lambda me: {"since": 0},
    "here": lambda me: {"to": coach(me), **DEVICES},
    "devices": lambda me: DEVICES,
    "typing": lambda me: {},
    "description": lambda me: {"to": coach(me), "kind": "offer", "sdp": "v=0\r\n"},
    "candidate": lambda me: {"to": coach(me), "candidate": "candidate:1", "mid": "0", "line": 0},
    "ice": lambda me: {},
    "say": lambda me: {"id": str(uuid.uuid4()), "text": "Bonjour"},
    "add-item": lambda me: {"text": "Relire la fiche 2"},
    "tick-item": lambda me: {"id": item(me), "done": True},
    "remove-item": lambda me: {"id": item(me)},
    "write-notes": notes,
}
