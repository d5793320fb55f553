"""Appointments every week or every two weeks: what can be booked is said in words before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from coaching import notices
from coaching.enums import Mode, SeatState
from coaching.models import AppointmentSeries, Diary, Seat
from coaching.queries.slots import offer_of, plans, words
from coaching.slots import Board, Obstacle, Slot
from lms.accounts.models import User
from lms.accounts.zones import zone_named
from lms.kit.templatetags.kit import day

from .booking import check_allowed, check_quota, known_answer, remember_answer, settle
from .seats import BookingRefused, SlotTaken, Wish, take_seat, turn

LONGEST = 26


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a series; `problem` is the sentence why it cannot be booked, empty when it can."""

    starts_at: datetime
    ends_at: datetime
    problem: str


def occurrences(first: datetime, *, every_weeks: int, count: int, zone_name: str) -> list[datetime]:
    """`count` starts, `every_weeks` apart, at the same time of day in `zone_name` whatever the season; in UTC."""
    zone = zone_named(zone_name)
    local = first.astimezone(zone)
    return [
        (local + timedelta(weeks=every_weeks * rank)).astimezone(first.tzinfo)  # wall clock, then back to UTC
        for rank in range(count)
    ]


def plan_series(*, wish: Wish, every_weeks: int, count: int, now: datetime) -> list[Occurrence]:
    """Every date of the series and whether it can be booked; nine queries, writes nothing.

    Local time is the coach's: it is her week that repeats. The booking window does not hold a series back.
    """
    length = timedelta(minutes=wish.kind.minutes)
    return [
        Occurrence(starts_at, starts_at + length, found if isinstance(found, str) else "")
        for starts_at, found in _slots(wish.diary, wish, _starts(wish, every_weeks, count), now).items()
    ]


def book_series(
    *, wish: Wish, every_weeks: int, starts: Sequence[datetime], key: UUID, actor: User, now: datetime
) -> list[Seat]:
    """Book the dates the learner chose, all of them or none, in one transaction; both people get one message.

    Raises:
        SlotTaken: one of them was taken meanwhile; nothing is booked.
        BookingRefused: fewer than two dates, more than 26, or more than the quota.
    """
    if not 2 <= len(starts) <= LONGEST:
        raise BookingRefused("series-length", _("Choose between 2 and 26 dates."))
    first = replace(wish, starts_at=min(starts))
    check_allowed(first, actor, now)
    with turn(wish.diary, now) as diary:
        known = known_answer(first, key, actor)
        if known is not None and known.appointment.series_id:
            return list(Seat.objects.filter(appointment__series=known.appointment.series_id))
        check_quota(wish, len(starts))
        series = AppointmentSeries.objects.create(
            coach_id=diary.coach_id,
            enrolment=wish.enrolment,
            every_weeks=every_weeks,
            occurrences=len(starts),
            created_at=now,
        )
        seats = []
        for starts_at, slot in _slots(diary, wish, sorted(starts), now).items():
            if isinstance(slot, str):
                raise SlotTaken("slot-taken", _("%(day)s: %(why)s") % {"day": day(starts_at), "why": slot})
            dated = replace(wish, starts_at=starts_at)
            seats.append(take_seat(slot=slot, wish=dated, state=SeatState.BOOKED, actor=actor, now=now, series=series))
        remember_answer(first, key, seats[0], actor, now)
        for seat in seats:
            settle(seat, actor=actor, now=now, tell=False)
        notices.tell_booked(seats, actor=actor, now=now)
    return seats


def _slots(diary: Diary, wish: Wish, starts: Sequence[datetime], now: datetime) -> dict[datetime, Slot | str]:
    """The slot of each start, or the sentence why there is none."""
    last = max(starts)
    known = plans([diary], start=min(starts), end=last + timedelta(days=1), now=now, learner=wish.enrolment.learner)
    offer, window = offer_of(wish.kind), timedelta(days=diary.window_days)
    found: dict[datetime, Slot | str] = {}
    for starts_at in starts:
        answer = Board(known[diary.pk], offer, max(now, starts_at - window)).at(starts_at)
        if isinstance(answer, Slot) and wish.mode and wish.mode not in answer.modes_among(wish.kind.modes):
            answer = Obstacle.PLACE_TAKEN if wish.mode == Mode.PLACE else Obstacle.OUTSIDE
        found[starts_at] = answer if isinstance(answer, Slot) else words(answer)
    return found


def _starts(wish: Wish, every_weeks: int, count: int) -> list[datetime]:
    if every_weeks not in (1, 2) or not 2 <= count <= LONGEST:
        raise BookingRefused("series-length", _("Choose between 2 and 26 dates."))
    zone_name = wish.diary.coach.time_zone
    return occurrences(wish.starts_at, every_weeks=every_weeks, count=count, zone_name=zone_name)
