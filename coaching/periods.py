"""Stretches of time, half-open: what the engine of slots and the reader of calendars both count with."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of time [starts_at, ends_at)."""

    starts_at: datetime
    ends_at: datetime


class Periods:
    """Periods merged and sorted, to ask quickly whether another one meets them."""

    def __init__(self, periods: Iterable[Period]) -> None:
        self._starts: list[datetime] = []
        self._ends: list[datetime] = []
        for period in sorted(periods):
            if self._ends and period.starts_at <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], period.ends_at)
            elif period.starts_at < period.ends_at:
                self._starts.append(period.starts_at)
                self._ends.append(period.ends_at)

    def __iter__(self) -> Iterator[Period]:
        return (Period(*bounds) for bounds in zip(self._starts, self._ends, strict=True))

    def meet(self, starts_at: datetime, ends_at: datetime) -> bool:
        place = bisect_right(self._ends, starts_at)
        return place < len(self._starts) and self._starts[place] < ends_at
