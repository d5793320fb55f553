"""What several connections make of one presence: never more than the clock, whatever the devices did."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seminars.enums import HalfDay
from seminars.presence import Connection, Presence, half_days, measure

SIX = datetime(2026, 3, 10, 17, tzinfo=UTC)
"""18:00 in Paris."""
HALF_PAST_SEVEN = SIX + timedelta(minutes=90)
WINDOW = (SIX, HALF_PAST_SEVEN)

seconds = st.integers(-3600, 9000)
connections = st.lists(
    st.tuples(seconds, st.integers(0, 7200), st.booleans()).map(
        lambda drawn: Connection(at(drawn[0] / 60), at((drawn[0] + drawn[1]) / 60), drawn[2])
    ),
    max_size=8,
)


def at(minutes: float) -> datetime:
    return SIX + timedelta(minutes=minutes)


def seen(*stays: tuple[float, float]) -> Presence:
    return measure([Connection(at(start), at(end)) for start, end in stays], WINDOW)


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first draw of a process waits for a busy machine
@given(connections)
def test_presence_never_passes_the_clock_and_counts_each_second_once(stays: list[Connection]) -> None:
    presence = measure(stays, WINDOW)

    ticks = range(0, 90 * 60, 60)
    covered = sum(any(one.start <= SIX + timedelta(seconds=tick) < one.end for one in stays) for tick in ticks)
    assert 0 <= presence.uncertain_seconds <= presence.seconds <= presence.window_seconds
    assert abs(presence.seconds - covered * 60) <= 60 * max(1, len(stays))
    assert all(left[1] < right[0] for left, right in pairwise(presence.intervals))
    assert sum((end - start for start, end in presence.gaps), timedelta()) <= HALF_PAST_SEVEN - SIX


@given(connections, connections)
def test_another_device_never_takes_anything_away(first: list[Connection], second: list[Connection]) -> None:
    alone, together = measure(first, WINDOW), measure([*first, *second], WINDOW)

    assert alone.seconds <= together.seconds <= alone.seconds + measure(second, WINDOW).seconds
    assert measure([*first, *first], WINDOW) == alone


@given(connections)
def test_the_order_of_stays_says_nothing(stays: list[Connection]) -> None:
    assert measure(stays, WINDOW) == measure(reversed(stays), WINDOW)


def test_reconnections_are_one_presence_with_a_gap() -> None:
    presence = seen((-10, 20), (22, 60), (60, 95))

    assert presence.seconds == 88 * 60
    assert presence.gaps == [(at(20), at(22))]
    assert (presence.first_in, presence.last_out) == (at(-10), at(95))
    assert not presence.is_late
    assert not presence.left_early


def test_two_devices_and_a_group_count_once() -> None:
    assert seen((0, 90), (10, 80), (30, 45)).seconds == 90 * 60


@pytest.mark.parametrize(
    ("stay", "late", "early"), [((5, 85), False, False), ((5.1, 90), True, False), ((0, 84.9), False, True)]
)
def test_five_minutes_are_a_door(stay: tuple[float, float], late: bool, early: bool) -> None:
    presence = seen(stay)

    assert (presence.is_late, presence.left_early) == (late, early)


def test_who_came_the_day_before_to_try_has_not_come() -> None:
    presence = seen((-600, -590))

    assert not presence.came
    assert presence.seconds == 0


def test_what_rests_on_a_last_sign_of_life_is_said() -> None:
    stays = [Connection(at(0), at(20)), Connection(at(15), at(40), is_lost=True)]
    presence = measure(stays, WINDOW)

    assert presence.uncertain_seconds == 20 * 60
    assert presence.ends_uncertain
    assert not measure([*stays, Connection(at(50), at(60))], WINDOW).ends_uncertain


@pytest.mark.parametrize(("minutes", "percent", "reached"), [(72, 80, True), (71, 80, False), (1, 1, True)])
def test_a_threshold_is_reached_or_not(minutes: int, percent: int, reached: bool) -> None:
    assert seen((0, minutes)).reaches(percent) is reached


def test_nothing_is_reached_in_a_room_that_was_never_open() -> None:
    assert not measure([Connection(at(0), at(90))], (SIX, SIX)).reaches(1)


def test_half_days_are_those_of_the_session_s_clocks() -> None:
    noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    paris = half_days(noon - timedelta(hours=3), noon + timedelta(hours=4), "Europe/Paris")
    martinique = half_days(noon, noon + timedelta(hours=4), "America/Martinique")

    assert [(part.half, part.starts_at, part.ends_at) for part in paris] == [
        (HalfDay.MORNING, noon - timedelta(hours=3), noon),
        (HalfDay.AFTERNOON, noon, noon + timedelta(hours=4)),
    ]
    assert [part.half for part in martinique] == [HalfDay.MORNING]


@given(st.integers(0, 3 * 24 * 60), st.integers(1, 3 * 24 * 60))
def test_half_days_cover_a_session_exactly(offset: int, length: int) -> None:
    """Also over the night summer time begins."""
    start = datetime(2026, 3, 28, tzinfo=UTC) + timedelta(minutes=offset)
    end = start + timedelta(minutes=length)
    parts = half_days(start, end, "Europe/Paris")

    assert (parts[0].starts_at, parts[-1].ends_at) == (start, end)
    assert all(left.ends_at == right.starts_at for left, right in pairwise(parts))
    assert len({(part.day, part.half) for part in parts}) == len(parts)
    assert all(isinstance(part.day, date) for part in parts)
