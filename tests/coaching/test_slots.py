"""Free slots, against a naive model that walks minute by minute, and one rule at a time."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.hours import OpenHours, Stretch, Weekly
from coaching.periods import Period, Periods
from coaching.slots import Board, Given, Limits, Obstacle, Offer, OneOff, Plan, Slot

pytestmark = pytest.mark.slow  # no database has a part in it

EXAMPLES = 20 * int(os.environ.get("FUZZ", "1"))
MINUTE = timedelta(minutes=1)
PARIS = ZoneInfo("Europe/Paris")
MONDAY = date(2026, 9, 14)
NOW = datetime(2026, 9, 13, 12, tzinfo=UTC)
TALK = Offer(kind_id=1, minutes=45, modes=("online", "phone", "place"))
GROUP = UUID(int=7)


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), PARIS).astimezone(UTC)


def period(start: datetime, minutes: int) -> Period:
    return Period(start, start + minutes * MINUTE)


def booked(start: datetime, minutes: int = 45, **fields: Any) -> Given:
    return replace(Given(UUID(int=1), 1, period(start, minutes)), **fields)


def morning(**fields: Any) -> Plan:
    """Mondays from 9 to 12 in Paris, a start every quarter of an hour."""
    hours = OpenHours(PARIS, weekly=(Weekly(0, Stretch(time(9), time(12))),))
    return replace(Plan(coach_id=5, hours=hours, limits=Limits()), **fields)


def slots(plan: Plan, offer: Offer = TALK, now: datetime = NOW, days: int = 1) -> list[Slot]:
    return list(Board(plan, offer, now).free(at(0), at(0) + timedelta(days=days)))


def walls(plan: Plan, offer: Offer = TALK, now: datetime = NOW, days: int = 1) -> list[str]:
    return [slot.starts_at.astimezone(PARIS).strftime("%H:%M") for slot in slots(plan, offer, now, days)]


ALL = ["09:00", "09:15", "09:30", "09:45", "10:00", "10:15", "10:30", "10:45", "11:00", "11:15"]


# --- One rule at a time -----------------------------------------------------------------------------------------------


def test_a_free_morning() -> None:
    assert walls(morning()) == ALL
    first = slots(morning())[0]
    assert first == Slot(5, 1, at(9), at(9, 45), "", None, None, 1)
    assert first.modes_among(TALK.modes) == ["online", "phone"]


def test_periods_are_half_open() -> None:
    plan = morning(blocked=(period(at(9), 60), period(at(10, 45), 30)))
    assert walls(plan) == ["10:00", "11:15"]


def test_both_buffers_separate_two_appointments() -> None:
    plan = morning(given=(booked(at(10)),), limits=Limits(buffer_before=5, buffer_after=10, step=5))
    assert walls(plan) == ["09:00", "11:00", "11:05", "11:10", "11:15"]


def test_buffers_ask_nothing_of_absences_and_busy_periods() -> None:
    plan = morning(blocked=(period(at(10), 60),), limits=Limits(buffer_before=30, buffer_after=30))
    assert walls(plan) == ["09:00", "09:15", "11:00", "11:15"]


def test_the_notice_counts_to_the_minute() -> None:
    plan = morning(limits=Limits(notice=60))
    assert walls(plan, now=at(9, 15))[0] == "10:15"
    assert walls(plan, now=at(9, 15) + timedelta(seconds=1))[0] == "10:30"
    assert Board(plan, TALK, at(9, 30)).at(at(10)) == Obstacle.TOO_SOON


def test_the_window_ends_with_a_day_of_the_coach() -> None:
    plan = morning(limits=Limits(window_days=7))
    assert len(walls(plan, days=30)) == len(ALL)
    assert Board(plan, TALK, NOW).at(at(9, day=MONDAY + timedelta(days=7))) == Obstacle.TOO_FAR


def test_limits_of_the_day_and_of_the_iso_week() -> None:
    given = (booked(at(14)), booked(at(16)))
    assert walls(morning(given=given, limits=Limits(per_day=3))) == ALL
    assert Board(morning(given=given, limits=Limits(per_day=2)), TALK, NOW).at(at(9)) == Obstacle.DAY_FULL
    sunday_before, friday = (booked(at(9, day=MONDAY + timedelta(days=shift))) for shift in (-1, 4))
    limits = Limits(per_week=1)
    assert walls(morning(given=(sunday_before,), limits=limits)) == ALL
    assert Board(morning(given=(friday,), limits=limits), TALK, NOW).at(at(9)) == Obstacle.WEEK_FULL


def test_the_day_of_a_limit_is_the_coachs() -> None:
    """At 23:30 UTC on Sunday it is already Monday in Paris."""
    night = booked(datetime(2026, 9, 13, 22, 30, tzinfo=UTC))
    assert walls(morning(given=(night,), limits=Limits(per_day=1))) == []


def test_her_own_dates_take_slots_away_and_say_so() -> None:
    plan = morning(own=(period(at(9), 105),), given=(booked(at(9)),))
    assert walls(plan) == ["10:45", "11:00", "11:15"]
    assert Board(plan, TALK, NOW).at(at(9)) == Obstacle.OWN_APPOINTMENT


def test_a_closed_diary_offers_nothing() -> None:
    plan = morning(limits=Limits(is_open=False), one_offs=(OneOff(1, at(18)),))
    assert walls(plan) == []
    assert Board(plan, TALK, NOW).at(at(9)) == Obstacle.CLOSED


@pytest.mark.parametrize(
    ("stretch", "expected"),
    [
        (Stretch(time(9), time(10)), ("", ["online", "phone"])),
        (Stretch(time(9), time(10), place_id=3), ("", ["online", "phone", "place"])),
        (Stretch(time(9), time(10), "phone"), ("phone", ["phone"])),
        (Stretch(time(9), time(10), "place", 3), ("place", ["place"])),
        (Stretch(time(9), time(10), "place"), None),
        (Stretch(time(9), time(10), kind_ids=frozenset({1})), ("", ["online", "phone"])),
        (Stretch(time(9), time(10), kind_ids=frozenset({2})), None),
    ],
)
def test_modes_and_kinds_of_a_stretch(stretch: Stretch, expected: tuple[str, list[str]] | None) -> None:
    found = slots(morning(hours=OpenHours(PARIS, weekly=(Weekly(0, stretch),))))
    assert bool(found) is bool(expected)
    if expected:
        assert (found[0].mode, found[0].modes_among(TALK.modes)) == expected


def test_one_way_left_is_the_way() -> None:
    assert slots(morning(), replace(TALK, modes=("phone", "place")))[0].mode == "phone"
    assert slots(morning(), replace(TALK, modes=("place",))) == []


def test_a_taken_place_leaves_the_other_ways() -> None:
    here = OpenHours(PARIS, weekly=(Weekly(0, Stretch(time(9), time(12), place_id=3)),))
    plan = morning(hours=here, places={3: (period(at(9), 60),)})
    found = {slot.starts_at: slot for slot in slots(plan)}
    assert found[at(9)].modes_among(TALK.modes) == ["online", "phone"]
    assert found[at(10)].modes_among(TALK.modes) == ["online", "phone", "place"]
    in_person = replace(TALK, modes=("place",))
    assert walls(plan, in_person)[0] == "10:00"
    assert Board(plan, in_person, NOW).at(at(9)) == Obstacle.PLACE_TAKEN


def test_a_one_off_escapes_the_week_the_window_and_the_limits() -> None:
    evening = at(19, day=MONDAY + timedelta(days=10))
    plan = morning(one_offs=(OneOff(1, evening, "online"), OneOff(2, at(20))), limits=Limits(window_days=2, per_day=0))
    assert [(slot.starts_at, slot.mode) for slot in slots(plan, days=30)] == [(evening, "online")]
    away = replace(plan, blocked=(period(evening, 10),))
    assert Board(away, TALK, NOW).at(evening) == Obstacle.TAKEN


def test_a_group_is_offered_while_it_has_seats() -> None:
    workshop = Offer(kind_id=2, minutes=60, modes=("online",), capacity=6)
    group = booked(at(10), 60, appointment=GROUP, kind_id=2, mode="online", seats_left=2, is_joinable=True)
    plan = morning(given=(group,), limits=Limits(per_day=1))

    [slot] = slots(plan, workshop)

    assert (slot.appointment, slot.starts_at, slot.ends_at, slot.seats_left) == (GROUP, at(10), at(11), 2)
    full = replace(plan, given=(replace(group, seats_left=0),))
    assert Board(full, workshop, NOW).at(at(10)) == Obstacle.FULL
    assert Board(plan, TALK, NOW).at(at(10)) == Obstacle.TAKEN
    absent = replace(plan, blocked=(period(at(10), 60),))
    assert slots(absent, workshop) == []


def test_a_start_that_was_never_offered() -> None:
    assert Board(morning(), TALK, NOW).at(at(9, 5)) == Obstacle.OUTSIDE
    assert Board(morning(), TALK, NOW).at(at(11, 30)) == Obstacle.OUTSIDE


def test_overlapping_stretches_give_each_start_once_in_order() -> None:
    hours = OpenHours(PARIS, weekly=(Weekly(0, Stretch(time(9), time(11))), Weekly(0, Stretch(time(9), time(10, 30)))))
    assert walls(morning(hours=hours)) == ["09:00", "09:15", "09:30", "09:45", "10:00", "10:15"]


# --- Against the naive model ------------------------------------------------------------------------------------------

# Days on which clocks move, by an hour or by half of one, beside ordinary ones.
PLACES = [
    ("Europe/Paris", date(2026, 3, 28)),
    ("Europe/Paris", date(2026, 10, 24)),
    ("America/Miquelon", date(2026, 3, 7)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
    ("Australia/Lord_Howe", date(2026, 10, 3)),
    ("Pacific/Noumea", date(2026, 6, 1)),
]
times = st.integers(0, 23 * 4 + 3).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
stretches = st.tuples(times, times).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: Stretch(*pair))


@st.composite
def plans(draw: st.DrawFn) -> tuple[Plan, Offer, datetime, datetime]:
    name, first = draw(st.sampled_from(PLACES))
    zone = ZoneInfo(name)
    midnight = datetime.combine(first, time(), zone).astimezone(UTC)

    def periods(longest: int) -> st.SearchStrategy[list[Period]]:
        one = st.builds(
            lambda a, b: period(midnight + a * 5 * MINUTE, b * 5), st.integers(0, 576), st.integers(1, longest)
        )
        return st.lists(one, max_size=3)

    weekly = draw(st.lists(st.builds(Weekly, st.just(first.weekday()) | st.integers(0, 6), stretches), max_size=4))
    exceptions = draw(
        st.dictionaries(st.sampled_from([first, first + timedelta(days=1)]), st.tuples(stretches), max_size=1)
    )
    limits = Limits(
        buffer_before=draw(st.sampled_from([0, 5, 20])),
        buffer_after=draw(st.sampled_from([0, 10])),
        step=draw(st.sampled_from([5, 15, 20, 45])),
        notice=draw(st.sampled_from([0, 90])),
        window_days=draw(st.sampled_from([1, 30])),
        per_day=draw(st.integers(1, 3)),
        per_week=draw(st.integers(1, 4)),
    )
    plan = Plan(
        coach_id=1,
        hours=OpenHours(zone, weekly=tuple(weekly), exceptions=exceptions),
        limits=limits,
        given=tuple(Given(UUID(int=1), 1, one) for one in draw(periods(24))),
        blocked=tuple(draw(periods(100))),
        own=tuple(draw(periods(20))),
    )
    now = midnight + draw(st.integers(-300, 1000)) * MINUTE
    return plan, Offer(1, draw(st.sampled_from([15, 45, 60])), ("online",)), now, midnight


def naive(plan: Plan, offer: Offer, now: datetime, midnight: datetime, days: int) -> list[datetime]:
    """Every minute of the days, asked the same questions in the plainest way."""
    zone, limits = plan.hours.zone, plan.limits
    given = [one.period for one in plan.given]
    pad = (limits.buffer_before + limits.buffer_after) * MINUTE

    def inside(minute: datetime, one: Period, pad: timedelta = timedelta(0)) -> bool:
        return one.starts_at - pad <= minute < one.ends_at + pad

    def end_of(stretch: Stretch, minute: datetime) -> datetime:
        """Walk from the day's first minute until the clocks say the stretch is over."""
        day = minute.astimezone(zone).date()
        while (minute - MINUTE).astimezone(zone).date() == day:
            minute -= MINUTE
        while minute.astimezone(zone).date() == day and minute.astimezone(zone).time() < stretch.ends:
            minute += MINUTE
        return minute

    def is_free(start: datetime) -> bool:
        wall = start.astimezone(zone)
        if wall.fold or start < now + limits.notice * MINUTE:
            return False
        if wall.date() > now.astimezone(zone).date() + timedelta(days=limits.window_days):
            return False
        for stretch in plan.hours.on(wall.date()):
            since = datetime.combine(wall.date(), wall.time()) - datetime.combine(wall.date(), stretch.starts)
            on_grid = stretch.starts <= wall.time() < stretch.ends and since % (limits.step * MINUTE) == timedelta(0)
            if on_grid and start + offer.minutes * MINUTE <= end_of(stretch, start):
                break
        else:
            return False
        for minute in (start + shift * MINUTE for shift in range(offer.minutes)):
            if any(inside(minute, one, pad) for one in given):
                return False
            if any(inside(minute, one) for one in (*plan.blocked, *plan.own)):
                return False
        same_day = sum(one.starts_at.astimezone(zone).date() == wall.date() for one in given)
        week = wall.date().isocalendar()[:2]
        same_week = sum(one.starts_at.astimezone(zone).date().isocalendar()[:2] == week for one in given)
        return same_day < limits.per_day and same_week < limits.per_week

    return [start for start in (midnight + minute * MINUTE for minute in range(days * 1440)) if is_free(start)]


@given(plans())
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_same_slots_as_walking_minute_by_minute(case: tuple[Plan, Offer, datetime, datetime]) -> None:
    plan, offer, now, midnight = case
    board = Board(plan, offer, now)

    found = [slot.starts_at for slot in board.free(midnight, midnight + timedelta(days=2))]

    assert found == naive(plan, offer, now, midnight, days=2)
    for start in found:
        assert isinstance(board.at(start), Slot)
    labels = [start.astimezone(plan.hours.zone).replace(tzinfo=None) for start in found]
    assert len(set(labels)) == len(labels)


@given(plans(), st.integers(0, 2880))
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_start_is_refused_exactly_when_it_is_not_listed(
    case: tuple[Plan, Offer, datetime, datetime], minute: int
) -> None:
    plan, offer, now, midnight = case
    start = midnight + minute * MINUTE
    board = Board(plan, offer, now)
    listed = [slot for slot in board.free(start, start + MINUTE) if slot.starts_at == start]
    answer = board.at(start)
    assert listed == ([answer] if isinstance(answer, Slot) else [])


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 10)), max_size=12), st.integers(0, 60), st.integers(1, 9))
def test_merged_periods_meet_what_the_plain_ones_do(pairs: list[tuple[int, int]], start: int, length: int) -> None:
    plain = [period(NOW + first * MINUTE, minutes) for first, minutes in pairs]
    asked = period(NOW + start * MINUTE, length)
    meets = any(
        one.starts_at < asked.ends_at and one.ends_at > asked.starts_at for one in plain if one.ends_at > one.starts_at
    )
    assert Periods(plain).meet(asked.starts_at, asked.ends_at) is meets
