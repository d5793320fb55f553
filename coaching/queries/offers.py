"""What a booking page offers: the free moments by day, a week at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils import timezone

from coaching.models import Appointment, AppointmentKind, Diary
from coaching.slots import Slot
from lms.accounts.models import User

from .slots import free_slots

DAYS = 7
SHOWN = 8
"""Moments of one day in plain sight; the others are one tap away."""


@dataclass(frozen=True, slots=True)
class DayOfSlots:
    """One day in the reader's zone and its moments; none is said in words."""

    day: date
    first: Sequence[Slot]
    more: Sequence[Slot]


@dataclass(frozen=True, slots=True)
class WeekOfSlots:
    """Seven days from the first that has a moment; `earlier` and `later` lead to the weeks beside, None at the ends."""

    days: Sequence[DayOfSlots]
    earlier: date | None
    later: date | None


def week_of_slots(
    *,
    diary: Diary,
    kind: AppointmentKind,
    learner: User,
    since: date | None,
    now: datetime,
    moving: Appointment | None = None,
) -> WeekOfSlots:
    """The free moments of one kind from `since`, else from the first there is; days are those of the active zone."""
    end = now + timedelta(days=diary.window_days + 1)
    slots = free_slots(diary=diary, kind=kind, start=now, end=end, now=now, learner=learner, moving=moving)
    by_day = {day: list(rows) for day, rows in groupby(slots, key=lambda slot: timezone.localdate(slot.starts_at))}
    if not by_day:
        return WeekOfSlots((), None, None)
    first, last = min(by_day), max(by_day)
    start = max(since, first) if since and since <= last else first
    days = [start + timedelta(days=rank) for rank in range(DAYS) if start + timedelta(days=rank) <= last]
    after = start + timedelta(days=DAYS)
    return WeekOfSlots(
        days=[DayOfSlots(day, by_day.get(day, [])[:SHOWN], by_day.get(day, [])[SHOWN:]) for day in days],
        earlier=max(first, start - timedelta(days=DAYS)) if start > first else None,
        later=after if after <= last else None,
    )
