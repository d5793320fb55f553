"""The free slots of one diary or of many: reads everything that decides in a fixed number of queries, then computes.

What keeps a coach busy elsewhere only ever takes slots away: no answer tells it from an appointment or an absence.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import islice

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from coaching.enums import AppointmentState, Mode
from coaching.hours import OpenHours, Stretch, Weekly
from coaching.models import (
    Absence,
    Appointment,
    AppointmentKind,
    BusyPeriod,
    DayException,
    Diary,
    OneOffSlot,
    Seat,
    WeeklyHours,
)
from coaching.periods import Period
from coaching.slots import Board, Given, Limits, Obstacle, Offer, OneOff, Plan, Slot
from lms.accounts.models import User
from lms.accounts.zones import zone_named

__all__ = ["Slot", "free_slots", "next_free", "slot_at"]

_A_WEEK_AROUND = timedelta(days=8)
"""What the weekly limit counts beyond the days that were asked for."""

_TIME_TO_CHOOSE = timedelta(minutes=10)
"""A moment that was offered stays open to who is reading the list, though its notice has begun."""


def free_slots(
    *,
    diary: Diary,
    kind: AppointmentKind,
    start: datetime,
    end: datetime,
    now: datetime,
    learner: User | None = None,
    moving: Appointment | None = None,
) -> list[Slot]:
    """The slots of one diary that start in [start, end), in order; nine queries whatever the volume.

    `learner`: her other appointments take slots away. `moving`: an appointment that does not stand in its own way.
    """
    plan = plans([diary], start=start, end=end, now=now, learner=learner, moving=moving)[diary.pk]
    return list(Board(plan, offer_of(kind), now).free(start, end))


def next_free(
    *,
    diaries: Iterable[Diary],
    kind: AppointmentKind,
    start: datetime,
    end: datetime,
    now: datetime,
    learner: User | None = None,
    moving: Appointment | None = None,
    per_coach: int = 3,
) -> dict[int, list[Slot]]:
    """The first slots in [start, end) of each coach, by the coach's id; as many queries for fifty diaries as for one.

    The diaries carry their coach (`select_related`).
    """
    known = list(diaries)
    found = plans(known, start=start, end=end, now=now, learner=learner, moving=moving)
    boards = {diary.coach_id: Board(found[diary.pk], offer_of(kind), now) for diary in known}
    return {coach_id: list(islice(board.free(start, end), per_coach)) for coach_id, board in boards.items()}


def slot_at(
    *,
    diary: Diary,
    kind: AppointmentKind,
    starts_at: datetime,
    mode: str,
    now: datetime,
    learner: User | None,
    moving: Appointment | None = None,
) -> Slot | str:
    """The slot that starts then and can be held in `mode` ("" asks for none), or the sentence why there is none."""
    end = starts_at + timedelta(minutes=kind.minutes)
    plan = plans([diary], start=starts_at, end=end, now=now, learner=learner, moving=moving)[diary.pk]
    answer = Board(plan, offer_of(kind), now, grace=_TIME_TO_CHOOSE).at(starts_at)
    if isinstance(answer, Obstacle):
        return words(answer)
    if mode and mode not in answer.modes_among(kind.modes):
        return words(Obstacle.PLACE_TAKEN) if mode == Mode.PLACE else _("This slot cannot be held that way.")
    return answer


def words(obstacle: Obstacle) -> str:
    """An obstacle as the person who books reads it; what keeps a coach busy is nobody's business."""
    return {
        Obstacle.CLOSED: _("This diary takes no bookings at the moment."),
        Obstacle.OUTSIDE: _("There is no slot at this time."),
        Obstacle.TOO_SOON: _("It is too late to book this slot: it starts too soon."),
        Obstacle.TOO_FAR: _("It is too early to book this slot: it is too far ahead."),
        Obstacle.TAKEN: _("This slot is no longer free."),
        Obstacle.FULL: _("Every seat of this group is taken."),
        Obstacle.OWN_APPOINTMENT: _("There is already an appointment at this time."),
        Obstacle.PLACE_TAKEN: _("Nobody can be received in person at this time. Choose another time, or another way."),
        Obstacle.DAY_FULL: _("This day is full. Choose another day."),
        Obstacle.WEEK_FULL: _("This week is full. Choose another week."),
    }[obstacle]


def offer_of(kind: AppointmentKind) -> Offer:
    return Offer(kind.pk, kind.minutes, tuple(kind.modes) if kind.is_active else (), kind.capacity)


def plans(
    diaries: Iterable[Diary],
    *,
    start: datetime,
    end: datetime,
    now: datetime,
    learner: User | None = None,
    moving: Appointment | None = None,
) -> dict[int, Plan]:
    """What decides about each diary between two instants, by the diary's id."""
    known = {diary.pk: diary for diary in diaries}
    near = Q(ends_at__gt=start, starts_at__lt=end + timedelta(days=1))
    weekly, exceptions = _weekly(known), _exceptions(known, start, end)
    one_offs, blocked = _one_offs(known, start, end), _blocked(known, near)
    given = _given(known, start, end, now, moving)
    places = _places_taken(weekly, one_offs, near, moving)
    own = _own_dates(learner, near, moving)
    return {
        diary.pk: Plan(
            coach_id=diary.coach_id,
            hours=OpenHours(
                zone_named(diary.coach.time_zone), diary.holidays, tuple(weekly[diary.pk]), exceptions[diary.pk]
            ),
            limits=_limits(diary),
            one_offs=tuple(one_offs[diary.pk]),
            given=tuple(given[diary.coach_id]),
            blocked=tuple(blocked[diary.pk]),
            places={
                place_id: tuple(period for coach_id, period in taken if coach_id != diary.coach_id)
                for place_id, taken in places.items()
            },
            own=own,
        )
        for diary in known.values()
    }


def _limits(diary: Diary) -> Limits:
    return Limits(
        buffer_before=diary.buffer_before,
        buffer_after=diary.buffer_after,
        step=diary.step_minutes,
        notice=diary.minimum_notice,
        window_days=diary.window_days,
        per_day=diary.max_per_day,
        per_week=diary.max_per_week,
        is_open=diary.is_open and diary.coach.is_active,
    )


def _weekly(diary_ids: Iterable[int]) -> Mapping[int, list[Weekly]]:
    found: dict[int, list[Weekly]] = defaultdict(list)
    for row in WeeklyHours.objects.filter(diary__in=diary_ids).prefetch_related("kinds"):
        kind_ids = frozenset(kind.pk for kind in row.kinds.all())
        stretch = Stretch(row.starts, row.ends, row.mode, row.place_id, kind_ids)
        found[row.diary_id].append(Weekly(row.weekday, stretch, row.valid_from, row.valid_until))
    return found


def _exceptions(
    diary_ids: Iterable[int], start: datetime, end: datetime
) -> Mapping[int, dict[date, tuple[Stretch, ...]]]:
    days = (start.date() - timedelta(days=1), end.date() + timedelta(days=1))
    rows = DayException.objects.filter(diary__in=diary_ids, day__range=days)
    found: dict[int, dict[date, tuple[Stretch, ...]]] = defaultdict(dict)
    for diary_id, day, starts, ends in rows.values_list("diary_id", "day", "starts", "ends"):
        stretches = (Stretch(starts, ends),) if starts and ends else ()
        found[diary_id][day] = (*found[diary_id].get(day, ()), *stretches)
    return found


def _one_offs(diary_ids: Iterable[int], start: datetime, end: datetime) -> Mapping[int, list[OneOff]]:
    found: dict[int, list[OneOff]] = defaultdict(list)
    rows = OneOffSlot.objects.filter(diary__in=diary_ids, starts_at__gte=start, starts_at__lt=end)
    for row in rows.order_by():
        found[row.diary_id].append(OneOff(row.kind_id, row.starts_at, row.mode, row.place_id))
    return found


def _blocked(diary_ids: Iterable[int], near: Q) -> Mapping[int, list[Period]]:
    found: dict[int, list[Period]] = defaultdict(list)
    absences = Absence.objects.filter(near, diary__in=diary_ids).order_by()
    for diary_id, *period in absences.values_list("diary_id", "starts_at", "ends_at"):
        found[diary_id].append(Period(*period))
    busy = BusyPeriod.objects.filter(near, calendar__diary__in=diary_ids)
    for diary_id, *period in busy.values_list("calendar__diary_id", "starts_at", "ends_at"):
        found[diary_id].append(Period(*period))
    return found


def _given(
    known: Mapping[int, Diary], start: datetime, end: datetime, now: datetime, moving: Appointment | None
) -> Mapping[int, list[Given]]:
    """The live appointments of each coach; a hold that ran out no longer takes her time."""
    coach_ids = [diary.coach_id for diary in known.values()]
    held = Seat.objects.filter(appointment=OuterRef("pk"), hold_expires_at__gt=now)
    rows = Appointment.objects.filter(
        Q(state=AppointmentState.CONFIRMED) | Q(Exists(held), state=AppointmentState.HELD),
        coach__in=coach_ids,
        ends_at__gt=start - _A_WEEK_AROUND,
        starts_at__lt=end + _A_WEEK_AROUND,
    )
    found: dict[int, list[Given]] = defaultdict(list)
    for one in rows.order_by():
        is_moving = moving is not None and one.pk == moving.pk
        if is_moving and one.seats_taken <= 1:
            continue
        found[one.coach_id].append(
            Given(
                appointment=one.public_id,
                kind_id=one.kind_id,
                period=Period(one.starts_at, one.ends_at),
                mode=one.mode,
                place_id=one.place_id,
                seats_left=one.capacity - one.seats_taken,
                is_joinable=one.capacity > 1 and not is_moving,
            )
        )
    return found


def _places_taken(
    weekly: Mapping[int, list[Weekly]],
    one_offs: Mapping[int, list[OneOff]],
    near: Q,
    moving: Appointment | None,
) -> Mapping[int, list[tuple[int, Period]]]:
    """Which coach is in each of these places, and when."""
    place_ids = {one.stretch.place_id for ones in weekly.values() for one in ones}
    place_ids |= {one.place_id for ones in one_offs.values() for one in ones}
    rows = Appointment.objects.live().filter(near, place__in=place_ids - {None}).order_by()
    if moving is not None:
        rows = rows.exclude(pk=moving.pk)
    found: dict[int, list[tuple[int, Period]]] = defaultdict(list)
    for place_id, coach_id, *period in rows.values_list("place_id", "coach_id", "starts_at", "ends_at"):
        found[place_id].append((coach_id, Period(*period)))
    return found


def _own_dates(learner: User | None, near: Q, moving: Appointment | None) -> tuple[Period, ...]:
    if learner is None:
        return ()
    seats = Seat.objects.live().filter(near, learner=learner).order_by()
    if moving is not None:
        seats = seats.exclude(appointment=moving.pk)
    return tuple(Period(*period) for period in seats.values_list("starts_at", "ends_at"))
