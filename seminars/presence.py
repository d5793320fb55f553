"""How long somebody was there: what several connections make, merged and cut to the time that counts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from lms.kit.intervals import Interval, merged
from seminars.enums import HalfDay

LATE_AFTER = timedelta(minutes=5)
"""Whoever comes in, or leaves, within five minutes of the hour is on time: a door takes a moment."""
AFTERNOON = time(13)
"""Where a day is cut in two for signatures, on the clocks of the session."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One stay. `is_lost`: its end is a last sign of life, not a goodbye."""

    start: datetime
    end: datetime
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class HalfDayPart:
    """What of a session falls in one half-day, in the session's zone."""

    day: date
    half: HalfDay
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Presence:
    """One person in one window of time. `first_in` and `last_out` are what the clock said, also outside the window;
    `intervals` are cut to it, in order and apart. `uncertain_seconds` of them rest on a last sign of life alone."""

    window: Interval
    intervals: tuple[Interval, ...]
    first_in: datetime | None
    last_out: datetime | None
    uncertain_seconds: int
    ends_uncertain: bool

    @property
    def seconds(self) -> int:
        return int(_total(self.intervals).total_seconds())

    @property
    def window_seconds(self) -> int:
        return int((self.window[1] - self.window[0]).total_seconds())

    @property
    def came(self) -> bool:
        return self.first_in is not None

    @property
    def gaps(self) -> list[Interval]:
        """When she was away between her first minute and her last."""
        return [(left[1], right[0]) for left, right in pairwise(self.intervals)]

    @property
    def is_late(self) -> bool:
        return bool(self.intervals) and self.intervals[0][0] - self.window[0] > LATE_AFTER

    @property
    def left_early(self) -> bool:
        return bool(self.intervals) and self.window[1] - self.intervals[-1][1] > LATE_AFTER

    def reaches(self, percent: int) -> bool:
        """Whether she was there for `percent` of the window or more."""
        return self.window_seconds > 0 and self.seconds * 100 >= percent * self.window_seconds


def measure(connections: Iterable[Connection], window: Interval) -> Presence:
    """Two devices at once and reconnections are one presence; what lies outside the window does not count."""
    start, end = window
    stays = [one for one in connections if one.start < end and one.end >= start]
    whole = merged((one.start, one.end) for one in stays)
    intervals = _cut(whole, window)
    sure = _cut(merged((one.start, one.end) for one in stays if not one.is_lost), window)
    last_out = whole[-1][1] if whole else None
    said_goodbye = any(one.end == last_out and not one.is_lost for one in stays)
    return Presence(
        window=window,
        intervals=intervals,
        first_in=whole[0][0] if whole else None,
        last_out=last_out,
        uncertain_seconds=int((_total(intervals) - _total(sure)).total_seconds()),
        ends_uncertain=last_out is not None and last_out < end and not said_goodbye,
    )


def half_days(starts_at: datetime, ends_at: datetime, zone: str) -> list[HalfDayPart]:
    """The half-days a session touches, cut at 13:00 and at midnight on the clocks of `zone`."""
    clocks = ZoneInfo(zone)
    return [
        HalfDayPart(day, half, max(start, starts_at), min(end, ends_at))
        for day, half, start, end in _halves(starts_at.astimezone(clocks).date(), ends_at, clocks)
        if max(start, starts_at) < min(end, ends_at)
    ]


def _halves(day: date, until: datetime, clocks: ZoneInfo) -> Iterator[tuple[date, HalfDay, datetime, datetime]]:
    while (morning := datetime.combine(day, time(), clocks)) < until:
        noon = datetime.combine(day, AFTERNOON, clocks)
        following = day + timedelta(days=1)
        yield day, HalfDay.MORNING, morning, noon
        yield day, HalfDay.AFTERNOON, noon, datetime.combine(following, time(), clocks)
        day = following


def _cut(intervals: Iterable[Interval], window: Interval) -> tuple[Interval, ...]:
    pairs = ((max(start, window[0]), min(end, window[1])) for start, end in intervals)
    return tuple((start, end) for start, end in pairs if start < end)


def _total(intervals: Iterable[Interval]) -> timedelta:
    return sum((end - start for start, end in intervals), timedelta())
