"""Appointments as calendars read them (RFC 5545): invitations by mail (RFC 5546), one file, a feed.

An appointment keeps one UID for life; each change that is told raises its SEQUENCE. The academy is the organizer: a
change of coach then changes an attendee, where a change of organizer would be another event to most calendars. A
learner's file names nobody but her coach and herself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Component, Event, Timezone, vCalAddress

from coaching.enums import AppointmentState, Mode, SeatState
from coaching.models import Appointment, Seat
from lms.accounts.models import User
from lms.accounts.zones import zone_named

PRODUCT = "-//lms//coaching//FR"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
FEED_KEEPS = timedelta(days=90)
"""How long a feed still carries what is over."""


def uid(appointment: Appointment) -> str:
    """The name of an appointment in every calendar, for ever."""
    return f"{appointment.public_id}@{urlsplit(settings.SITE_URL).hostname}"


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
    head = Calendar()
    head.add("prodid", PRODUCT)
    head.add("version", "2.0")
    head.add("method", method)
    if name:
        head.add("x-wr-calname", name)
    events = [_event(one, recipient, zone, cancelled=method == CANCEL, now=now) for one in dates]
    years = [event.start.year for event in events]
    zones = [_zone(zone.key, min(years), max(years))] if years and zone.key != "UTC" else []
    end = "END:VCALENDAR\r\n"
    parts = [_text(head).removesuffix(end), *zones, *map(_text, events), end]
    return "".join(parts)


def dates_for(person: User, appointments: Iterable[Appointment]) -> list[Date]:
    """What one person's calendar shows of appointments whose seats are at hand: her own seat, or all to their coach."""
    return [
        Date(row, [seat for seat in row.seats.all() if seat.learner_id == person.pk or row.coach_id == person.pk])
        for row in appointments
    ]


def _text(component: Component) -> str:
    text: str = component.to_ical().decode()
    return text


def place_words(appointment: Appointment, seats: Sequence[Seat]) -> str:
    """Where to be: the room's address, the phone numbers to call, or the place's name and address."""
    if appointment.mode == Mode.PLACE and appointment.place is not None:
        return ", ".join(part for part in (appointment.place.name, *appointment.place.address.split("\n")) if part)
    if appointment.mode == Mode.PHONE:
        return ", ".join(dict.fromkeys(seat.phone for seat in seats if seat.phone)) or _("By phone")
    return address_of(appointment)


def _event(one: Date, recipient: User, zone: ZoneInfo, *, cancelled: bool, now: datetime | None) -> Event:
    appointment = one.appointment
    seats = [seat for seat in one.seats if cancelled or seat.state == SeatState.BOOKED]
    event = Event()
    event.add("uid", uid(appointment))
    event.add("dtstamp", now or max([appointment.created_at, *(seat.booked_at for seat in seats)]))
    event.add("sequence", appointment.sequence)
    event.add("dtstart", appointment.starts_at.astimezone(zone))
    event.add("dtend", appointment.ends_at.astimezone(zone))
    event.add("summary", _title(appointment, recipient, seats))
    event.add("location", place_words(appointment, seats))
    event.add("description", _description(appointment))
    event.add("url", address_of(appointment))
    gone = cancelled or appointment.state == AppointmentState.CANCELLED
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("organizer", _party(settings.DEFAULT_FROM_EMAIL, settings.WAGTAIL_SITE_NAME))
    event.add("attendee", _party(appointment.coach.email, appointment.coach.get_full_name(), role="CHAIR"))
    for seat in seats:
        event.add("attendee", _party(seat.learner.email, seat.learner.get_full_name(), role="REQ-PARTICIPANT"))
    return event


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


def _party(email: str, name: str, role: str = "") -> vCalAddress:
    """A person of the event; those who come have said yes by booking."""
    address = email.rpartition("<")[2].rstrip(">")
    party = vCalAddress(f"mailto:{address}")
    party.params["CN"] = name
    if role:
        party.params["ROLE"] = role
        party.params["PARTSTAT"] = "ACCEPTED"
        party.params["RSVP"] = "FALSE"
    return party


@cache
def _zone(key: str, first_year: int, last_year: int) -> str:
    """The VTIMEZONE of these years: the whole history of a zone is forty lines nobody needs."""
    since, until = date(first_year - 1, 1, 1), date(last_year + 2, 1, 1)
    return _text(Timezone.from_tzinfo(ZoneInfo(key), key, since, until))
