"""Dates as calendars read them (RFC 5545): invitations by mail (RFC 5546), one file, a feed.

A date keeps one UID for life; each change that is told raises its SEQUENCE. The academy is the organizer: a change of
coach or of speaker then changes an attendee, where a change of organizer would be another event to most calendars.
"""

from calendar import timegm
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from icalendar import Calendar, Component, Event, Timezone, vCalAddress

from lms.kit.tokens import digest_of

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who comes, and as what: CHAIR or REQ-PARTICIPANT."""

    email: str
    name: str
    role: str = "REQ-PARTICIPANT"


@dataclass(frozen=True, slots=True)
class Entry:
    """One date as its reader's calendar shows it. `stamp` is when it was last said."""

    uid: str
    stamp: datetime
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    description: str
    url: str
    people: Sequence[Party] = ()
    is_cancelled: bool = False


def uid_of(public_id: Any) -> str:
    """The name of a date in every calendar, for ever."""
    return f"{public_id}@{urlsplit(settings.SITE_URL).hostname}"


def calendar(entries: Iterable[Entry], zone: ZoneInfo, *, method: str, product: str, name: str = "") -> str:
    """A VCALENDAR in the zone of its reader. REQUEST tells a new or changed date, CANCEL takes it away.

    The same entries give the same bytes: what a feed needs to answer "not modified".
    """
    head = Calendar()
    head.add("prodid", product)
    head.add("version", "2.0")
    head.add("method", method)
    if name:
        head.add("x-wr-calname", name)
    events = [_event(entry, zone, cancelled=method == CANCEL) for entry in entries]
    years = [event.start.year for event in events]
    zones = [_zone(zone.key, min(years), max(years))] if years and zone.key != "UTC" else []
    end = "END:VCALENDAR\r\n"
    return "".join([_text(head).removesuffix(end), *zones, *map(_text, events), end])


def _event(entry: Entry, zone: ZoneInfo, *, cancelled: bool) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.stamp)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.starts_at.astimezone(zone))
    event.add("dtend", entry.ends_at.astimezone(zone))
    event.add("summary", entry.title)
    event.add("location", entry.place)
    event.add("description", entry.description)
    event.add("url", entry.url)
    event.add("status", "CANCELLED" if cancelled or entry.is_cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("organizer", _party(settings.DEFAULT_FROM_EMAIL, settings.WAGTAIL_SITE_NAME))
    for person in entry.people:
        event.add("attendee", _party(person.email, person.name, person.role))
    return event


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


def _text(component: Component) -> str:
    text: str = component.to_ical().decode()
    return text


@cache
def _zone(key: str, first_year: int, last_year: int) -> str:
    """The VTIMEZONE of these years: the whole history of a zone is forty lines nobody needs."""
    since, until = date(first_year - 1, 1, 1), date(last_year + 2, 1, 1)
    return _text(Timezone.from_tzinfo(ZoneInfo(key), key, since, until))


def answer(request: HttpRequest, content: str, *, changed: datetime | None = None) -> HttpResponseBase:
    """A feed, or "not modified" to whoever has these very bytes; `changed`: when what it says last did."""
    etag = f'"{digest_of(content)}"'
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    when = None if changed is None else timegm(changed.utctimetuple())
    if when is not None:
        response["Last-Modified"] = http_date(when)
    return get_conditional_response(request, etag=etag, last_modified=when, response=response) or response
