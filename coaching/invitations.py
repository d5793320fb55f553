"""Appointments as calendars read them (`lms.kit.calendars`): an invitation by mail, one file, a feed.

A learner's file names nobody but her coach and herself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.enums import AppointmentState, Mode, SeatState
from coaching.models import Appointment, Seat
from lms.accounts.models import User
from lms.accounts.zones import zone_named
from lms.kit import calendars
from lms.kit.calendars import CANCEL, PUBLISH, REQUEST, Party, uid_of

__all__ = ["CANCEL", "FEED_KEEPS", "PUBLISH", "REQUEST", "Date", "calendar", "dates_for", "place_words", "uid"]

PRODUCT = "-//lms//coaching//FR"
FEED_KEEPS = timedelta(days=90)
"""How long a feed still carries what is over."""


def uid(appointment: Appointment) -> str:
    """The name of an appointment in every calendar, for ever."""
    return uid_of(appointment.public_id)


def address_of(appointment: Appointment) -> str:
    """The whole address of an appointment's page."""
    return str(settings.SITE_URL + reverse("coaching:appointment", args=[appointment.public_id]))


@dataclass(frozen=True, slots=True)
class Date:
    """One appointment as its reader's calendar shows it: with these seats and no other."""

    appointment: Appointment
    seats: Sequence[Seat]


def calendar(
    dates: Iterable[Date], recipient: User, *, method: str, now: datetime | None = None, name: str = ""
) -> str:
    """A VCALENDAR in the zone of its reader. REQUEST tells a new or changed appointment, CANCEL takes it away.

    Without `now`, stamps are the rows' own, so the same rows give the same bytes: what a feed needs to answer "not
    modified".
    """
    zone = zone_named(recipient.time_zone)
    entries = [_entry(one, recipient, cancelled=method == CANCEL, now=now) for one in dates]
    return calendars.calendar(entries, zone, method=method, product=PRODUCT, name=name)


def dates_for(person: User, appointments: Iterable[Appointment]) -> list[Date]:
    """What one person's calendar shows of appointments whose seats are at hand: her own seat, or all to their coach."""
    return [
        Date(row, [seat for seat in row.seats.all() if seat.learner_id == person.pk or row.coach_id == person.pk])
        for row in appointments
    ]


def place_words(appointment: Appointment, seats: Sequence[Seat]) -> str:
    """Where to be: the room's address, the phone numbers to call, or the place's name and address."""
    if appointment.mode == Mode.PLACE and appointment.place is not None:
        return ", ".join(part for part in (appointment.place.name, *appointment.place.address.split("\n")) if part)
    if appointment.mode == Mode.PHONE:
        return ", ".join(dict.fromkeys(seat.phone for seat in seats if seat.phone)) or _("By phone")
    return address_of(appointment)


def _entry(one: Date, recipient: User, *, cancelled: bool, now: datetime | None) -> calendars.Entry:
    appointment = one.appointment
    seats = [seat for seat in one.seats if cancelled or seat.state == SeatState.BOOKED]
    coach = Party(appointment.coach.email, appointment.coach.get_full_name(), role="CHAIR")
    return calendars.Entry(
        uid=uid(appointment),
        stamp=now or max([appointment.created_at, *(seat.booked_at for seat in seats)]),
        sequence=appointment.sequence,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        title=_title(appointment, recipient, seats),
        place=place_words(appointment, seats),
        description=_description(appointment),
        url=address_of(appointment),
        people=[coach, *(Party(seat.learner.email, seat.learner.get_full_name()) for seat in seats)],
        is_cancelled=appointment.state == AppointmentState.CANCELLED,
    )


def _title(appointment: Appointment, recipient: User, seats: Sequence[Seat]) -> str:
    if recipient.pk != appointment.coach_id:
        return _("%(kind)s with %(person)s") % {"kind": appointment.kind, "person": appointment.coach.get_full_name()}
    names = ", ".join(seat.learner.get_full_name() for seat in seats)
    return f"{appointment.kind} – {names}" if names else str(appointment.kind)


def _description(appointment: Appointment) -> str:
    lines = [str(appointment.get_mode_display())]
    if appointment.mode == Mode.PLACE and appointment.place is not None and appointment.place.access:
        lines.append(appointment.place.access)
    lines.append(_("Join, move or cancel: %(address)s") % {"address": address_of(appointment)})
    return "\n".join(lines)
