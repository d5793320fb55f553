"""When a diary is open: its local hours, its exceptions and the public holidays, as half-open periods in UTC.

A stretch covers the instants from its first wall time to its last. Where the clocks change, a wall time that comes
twice means its first occurrence, and one that does not exist means the instant the clocks jump: no stretch is ever
inverted, and no start is offered twice under the same wall time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from .enums import PublicHolidays

_MINUTE = timedelta(minutes=1)
_SUBDIVISIONS: Mapping[str, str | None] = {
    PublicHolidays.METROPOLITAN: None,
    PublicHolidays.ALSACE_MOSELLE: "6AE",
    PublicHolidays.GUYANE: "973",
}
"""Where the library's name for a place is not ours."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Hours of one day, in local time. `mode` "" leaves the choice; no `kind_ids` means every kind."""

    starts: time
    ends: time
    mode: str = ""
    place_id: int | None = None
    kind_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Weekly:
    """A stretch of every `weekday` (0 is Monday), between two dates included; None is no limit."""

    weekday: int
    stretch: Stretch
    valid_from: date | None = None
    valid_until: date | None = None

    def covers(self, day: date) -> bool:
        if day.weekday() != self.weekday or (self.valid_from and day < self.valid_from):
            return False
        return self.valid_until is None or day <= self.valid_until


@dataclass(frozen=True, slots=True)
class OpenHours:
    """The week of a diary and what departs from it. A day with an exception follows it alone, holiday or not."""

    zone: ZoneInfo
    holidays: str = PublicHolidays.NONE
    weekly: tuple[Weekly, ...] = ()
    exceptions: Mapping[date, tuple[Stretch, ...]] | None = None

    def on(self, day: date) -> list[Stretch]:
        """The stretches of one date, the earliest first; an exception without hours closes the day."""
        if self.exceptions and day in self.exceptions:
            stretches: Iterable[Stretch] = self.exceptions[day]
        elif day in public_holidays(self.holidays, day.year):
            stretches = ()
        else:
            stretches = (weekly.stretch for weekly in self.weekly if weekly.covers(day))
        return sorted(stretches, key=lambda stretch: stretch.starts)


@lru_cache(maxsize=64)
def public_holidays(region: str, year: int) -> frozenset[date]:
    """The public holidays of one of `PublicHolidays` (Code du travail, art. L3133-1, L3134-13, L3422-2)."""
    if not region:
        return frozenset()
    return frozenset(country_holidays("FR", subdiv=_SUBDIVISIONS.get(region, region), years=year))


def exists(day: date, at: time, zone: ZoneInfo) -> bool:
    """Whether the clocks of `zone` show `at` on that day."""
    wall = datetime.combine(day, at)
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) the clocks of `zone` show `at` on that day or, when they jump over it, that they jump."""
    wall = datetime.combine(day, at)
    while not exists(wall.date(), wall.time(), zone):
        wall += _MINUTE
    return wall.replace(tzinfo=zone).astimezone(UTC)


def starts_within(stretch: Stretch, day: date, zone: ZoneInfo, step: int, minutes: int) -> Iterator[datetime]:
    """Every `step` minutes of wall time in the stretch, the instants (UTC) that leave `minutes` before its end."""
    last = instant(day, stretch.ends, zone) - minutes * _MINUTE
    wall, end = datetime.combine(day, stretch.starts), datetime.combine(day, stretch.ends)
    while wall < end:
        if exists(day, wall.time(), zone):
            start = wall.replace(tzinfo=zone).astimezone(UTC)
            if start > last:
                return
            yield start
        wall += step * _MINUTE
