"""When a calendar (RFC 5545) says its owner is busy: periods alone, never a title, a place or a person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component

from coaching.periods import Period, Periods

MOST_OCCURRENCES = 20_000
_FREE = {
    "STATUS": "CANCELLED",
    "TRANSP": "TRANSPARENT",
    "X-MICROSOFT-CDO-BUSYSTATUS": "FREE",
}
"""What says that an event leaves its owner free."""


class NotACalendar(Exception):
    """The bytes are not a calendar."""


class TooManyOccurrences(Exception):
    """More than MOST_OCCURRENCES in the window: a machine wrote this, and nobody is that busy."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to read: the window, the zone of dates and floating times, whose refusals count, which UIDs are ours."""

    start: datetime
    end: datetime
    zone: ZoneInfo
    people: frozenset[str] = frozenset()
    own_suffix: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Busy periods (UTC), merged and within the window, and how many events could not be read."""

    periods: tuple[Period, ...]
    unread: int = 0


def read(contents: Iterable[bytes], wanted: Wanted) -> Reading:
    """The busy time of one or several calendars.

    An event counts unless it is transparent, cancelled, free, declined by one of `people`, or ours. Of a zone nobody
    knows, the wall time is taken as the owner's. An event that cannot be read is counted and left.

    Raises:
        NotACalendar: one of them is something else.
        TooManyOccurrences: see MOST_OCCURRENCES.
    """
    found: list[Period] = []
    unread = 0
    for content in contents:
        for calendar in _calendars(content):
            found.extend(_free_busy(calendar))
            for series in _series(calendar, wanted.own_suffix):
                try:
                    found.extend(_busy(series, wanted))
                except TooManyOccurrences:
                    raise
                # A library that meets a stranger's file fails in its own ways; the other events are still good.
                except Exception:  # noqa: BLE001
                    unread += 1
                if len(found) > MOST_OCCURRENCES:
                    raise TooManyOccurrences
    return Reading(tuple(_within(found, wanted)), unread)


def _calendars(content: bytes) -> list[Component]:
    try:
        # Each VCALENDAR of a stream; some exports begin with a mark or with empty lines.
        found = Calendar.from_ical(content.removeprefix(b"\xef\xbb\xbf").strip(), multiple=True)
    except Exception as error:
        raise NotACalendar from error
    calendars: list[Component] = [component for component in found if component.name == "VCALENDAR"]
    if not calendars:
        raise NotACalendar
    return calendars


def _series(calendar: Component, own_suffix: str) -> Iterator[Calendar]:
    """The events that share a UID, each in a calendar of their own, so that a broken one spoils no other."""
    by_uid: dict[str, Calendar] = {}
    for place, event in enumerate(calendar.walk("VEVENT")):
        uid = str(event.get("UID", place))
        if own_suffix and uid.endswith(own_suffix):
            continue
        by_uid.setdefault(uid, Calendar()).add_component(event)
    return iter(by_uid.values())


def _busy(series: Calendar, wanted: Wanted) -> Iterator[Period]:
    day = timedelta(days=1)
    occurrences = recurring_ical_events.of(series).between(wanted.start - day, wanted.end + day)
    if len(occurrences) > MOST_OCCURRENCES:
        raise TooManyOccurrences
    for event in occurrences:
        if not _leaves_free(event, wanted.people):
            starts_at, ends_at = _instant(event.start, wanted.zone), _instant(event.end, wanted.zone)
            if starts_at < ends_at:
                yield Period(starts_at, ends_at)


def _leaves_free(event: Component, people: frozenset[str]) -> bool:
    if any(str(event.get(name, "")).upper() == value for name, value in _FREE.items()):
        return True
    attendees = event.get("ATTENDEE", [])
    return any(
        str(attendee).lower().removeprefix("mailto:") in people and attendee.params.get("PARTSTAT") == "DECLINED"
        for attendee in (attendees if isinstance(attendees, list) else [attendees])
    )


def _free_busy(calendar: Component) -> Iterator[Period]:
    """What a published VFREEBUSY calls busy: every FBTYPE but FREE."""
    for component in calendar.walk("VFREEBUSY"):
        periods: Any = component.get("FREEBUSY", [])
        for period in periods if isinstance(periods, list) else [periods]:
            bounds = (getattr(period, "start", None), getattr(period, "end", None))
            if period.params.get("FBTYPE", "BUSY") != "FREE" and all(isinstance(bound, datetime) for bound in bounds):
                yield Period(*(_instant(bound, ZoneInfo("UTC")) for bound in bounds if bound is not None))


def _instant(moment: date | datetime, zone: ZoneInfo) -> datetime:
    """A date begins at midnight, and a floating time is a wall time, in the owner's zone."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _within(found: Iterable[Period], wanted: Wanted) -> Iterator[Period]:
    for period in Periods(found):
        starts_at, ends_at = max(period.starts_at, wanted.start), min(period.ends_at, wanted.end)
        if starts_at < ends_at:
            yield Period(starts_at, ends_at)
