"""Which moments of a diary are free: pure computing on what `queries.slots` has read, half-open periods in UTC."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto
from heapq import merge
from uuid import UUID

from .enums import Mode
from .hours import OpenHours, starts_within
from .periods import Period, Periods


class Obstacle(Enum):
    """Why a start cannot be booked."""

    CLOSED = auto()
    OUTSIDE = auto()
    TOO_SOON = auto()
    TOO_FAR = auto()
    TAKEN = auto()
    FULL = auto()
    OWN_APPOINTMENT = auto()
    PLACE_TAKEN = auto()
    DAY_FULL = auto()
    WEEK_FULL = auto()


@dataclass(frozen=True, slots=True)
class Offer:
    """What is asked for: a kind of appointment."""

    kind_id: int
    minutes: int
    modes: tuple[str, ...]
    capacity: int = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """A start that can be booked. `mode` "" leaves the choice between the kind's modes, in person where there is a
    place. `appointment` is an open group appointment that still has seats; None is a new appointment."""

    coach_id: int
    kind_id: int
    starts_at: datetime
    ends_at: datetime
    mode: str
    place_id: int | None
    appointment: UUID | None
    seats_left: int

    def modes_among(self, modes: Collection[str]) -> list[str]:
        """The ways this slot may be held, in the order of `modes`."""
        ways = [self.mode] if self.mode else modes
        return [mode for mode in ways if mode != Mode.PLACE or self.place_id is not None]


@dataclass(frozen=True, slots=True)
class OneOff:
    """A start offered outside the week: no holiday, window or limit holds it back."""

    kind_id: int
    starts_at: datetime
    mode: str = ""
    place_id: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A live appointment of the coach. Where `is_joinable`, the seats of a group that others may take."""

    appointment: UUID
    kind_id: int
    period: Period
    mode: str = ""
    place_id: int | None = None
    seats_left: int = 0
    is_joinable: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """The booking rules of a diary. Minutes and days; days and ISO weeks are those of the coach's zone."""

    buffer_before: int = 0
    buffer_after: int = 0
    step: int = 15
    notice: int = 0
    window_days: int = 365
    per_day: int = 100
    per_week: int = 500
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides about one diary: its appointments, the absences and busy periods that block it, when its
    places are taken by others, and the other dates of the learner who books."""

    coach_id: int
    hours: OpenHours
    limits: Limits
    one_offs: tuple[OneOff, ...] = ()
    given: tuple[Given, ...] = ()
    blocked: tuple[Period, ...] = ()
    places: dict[int, tuple[Period, ...]] = field(default_factory=dict)
    own: tuple[Period, ...] = ()


class Board:
    """One diary at one moment, ready to be asked for the slots of an offer.

    Between two appointments there is room for what follows the one and what precedes the other: both buffers.
    `grace` shortens the notice, for somebody who chooses from a page she opened a moment ago.
    """

    def __init__(self, plan: Plan, offer: Offer, now: datetime, *, grace: timedelta = timedelta()) -> None:
        self.plan, self.offer = plan, offer
        limits, zone = plan.limits, plan.hours.zone
        pad = timedelta(minutes=limits.buffer_before + limits.buffer_after)
        padded = [Period(one.period.starts_at - pad, one.period.ends_at + pad) for one in plan.given]
        self._taken = Periods([*plan.blocked, *padded])
        self._blocked = Periods(plan.blocked)
        self._own = Periods(plan.own)
        self._places = {place_id: Periods(periods) for place_id, periods in plan.places.items()}
        days = [one.period.starts_at.astimezone(zone).date() for one in plan.given]
        self._by_day = Counter(days)
        self._by_week = Counter(_iso_week(day) for day in days)
        self._first = max(now, now + timedelta(minutes=limits.notice) - grace)
        self._last_day = now.astimezone(zone).date() + timedelta(days=limits.window_days)

    def free(self, start: datetime, end: datetime) -> Iterator[Slot]:
        """The slots that start in [start, end), in order, one a start."""
        last = None
        for slot, is_one_off in self._candidates(start, end):
            if slot.starts_at != last and self._obstacle(slot, is_one_off=is_one_off) is None:
                last = slot.starts_at
                yield self._settled(slot)

    def at(self, starts_at: datetime) -> Slot | Obstacle:
        """The slot that starts at this very instant, or what stands in its way."""
        found = None
        for slot, is_one_off in self._candidates(starts_at, starts_at + timedelta.resolution):
            obstacle = self._obstacle(slot, is_one_off=is_one_off)
            if obstacle is None:
                return self._settled(slot)
            found = found or obstacle
        return found or (Obstacle.OUTSIDE if self.plan.limits.is_open else Obstacle.CLOSED)

    def _candidates(self, start: datetime, end: datetime) -> Iterator[tuple[Slot, bool]]:
        """What the diary offers, free or not, by start; at one start a group with seats comes first, then one-offs."""
        if not self.plan.limits.is_open:
            return
        fixed = [(slot, True) for slot in (*self._groups(), *self._one_offs()) if start <= slot.starts_at < end]
        fixed.sort(key=lambda pair: pair[0].starts_at)
        week = ((slot, False) for slot in self._of_the_week(start, end))
        yield from merge(fixed, week, key=lambda pair: pair[0].starts_at)

    def _groups(self) -> Iterator[Slot]:
        for one in self.plan.given:
            if one.is_joinable and one.kind_id == self.offer.kind_id:
                slot = self._slot(one.period.starts_at, one.mode, one.place_id)
                yield replace(slot, ends_at=one.period.ends_at, appointment=one.appointment, seats_left=one.seats_left)

    def _one_offs(self) -> Iterator[Slot]:
        for one in self.plan.one_offs:
            if one.kind_id == self.offer.kind_id:
                yield self._slot(one.starts_at, one.mode, one.place_id)

    def _of_the_week(self, start: datetime, end: datetime) -> Iterator[Slot]:
        zone = self.plan.hours.zone
        day, last_day = start.astimezone(zone).date(), end.astimezone(zone).date()
        while day <= last_day:
            of_the_day = (
                (at, stretch.mode, stretch.place_id)
                for stretch in self.plan.hours.on(day)
                if self._serves(stretch.mode, stretch.place_id, stretch.kind_ids)
                for at in starts_within(stretch, day, zone, self.plan.limits.step, self.offer.minutes)
                if start <= at < end
            )
            # Two stretches may overlap, by their dates of validity or an exception.
            for at, mode, place_id in sorted(of_the_day, key=lambda found: found[0]):
                yield self._slot(at, mode, place_id)
            day += timedelta(days=1)

    def _serves(self, mode: str, place_id: int | None, kind_ids: frozenset[int]) -> bool:
        """Whether a stretch is for this kind, and can be held in one of its modes."""
        if kind_ids and self.offer.kind_id not in kind_ids:
            return False
        ways = [mode] if mode in self.offer.modes else [] if mode else self.offer.modes
        return any(way != Mode.PLACE or place_id is not None for way in ways)

    def _slot(self, starts_at: datetime, mode: str, place_id: int | None) -> Slot:
        ends_at = starts_at + timedelta(minutes=self.offer.minutes)
        kind_id, seats = self.offer.kind_id, self.offer.capacity
        return Slot(self.plan.coach_id, kind_id, starts_at, ends_at, mode, place_id, None, seats)

    def _obstacle(self, slot: Slot, *, is_one_off: bool) -> Obstacle | None:
        if slot.starts_at < self._first:
            return Obstacle.TOO_SOON
        if not is_one_off and self._day(slot) > self._last_day:
            return Obstacle.TOO_FAR
        if slot.appointment and slot.seats_left < 1:
            return Obstacle.FULL
        if self._own.meet(slot.starts_at, slot.ends_at):
            return Obstacle.OWN_APPOINTMENT
        # A group that already has its date is not in its own way.
        if (self._blocked if slot.appointment else self._taken).meet(slot.starts_at, slot.ends_at):
            return Obstacle.TAKEN
        if not self._settled(slot).modes_among(self.offer.modes):
            return Obstacle.PLACE_TAKEN
        return None if is_one_off else self._limit(self._day(slot))

    def _limit(self, day: date) -> Obstacle | None:
        if self._by_day[day] >= self.plan.limits.per_day:
            return Obstacle.DAY_FULL
        return Obstacle.WEEK_FULL if self._by_week[_iso_week(day)] >= self.plan.limits.per_week else None

    def _day(self, slot: Slot) -> date:
        return slot.starts_at.astimezone(self.plan.hours.zone).date()

    def _settled(self, slot: Slot) -> Slot:
        """The same slot without a place that is taken; where one mode is left, that one."""
        if slot.place_id is not None:
            place = self._places.get(slot.place_id)
            if place is not None and place.meet(slot.starts_at, slot.ends_at):
                slot = replace(slot, place_id=None)
        modes = slot.modes_among(self.offer.modes)
        return replace(slot, mode=modes[0]) if len(modes) == 1 else slot


def _iso_week(day: date) -> tuple[int, int]:
    return day.isocalendar()[:2]
