"""Measured time: what a page claims, never above the clock on the wall, whatever the number of screens (T42)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.evidence.enums import ActivityKind
from lms.evidence.models import MeasureCursor, MeasuredTime
from lms.evidence.services import observe
from lms.evidence.services.measures import MAX_SECONDS_A_BEAT
from lms.kit.ids import uuid7
from lms.programmes.models import Enrolment
from tests.factories import EnrolmentFactory

LESSON = uuid7()


def beat(enrolment: Enrolment, at: datetime, seconds: int, activity: UUID = LESSON) -> int:
    return observe(enrolment=enrolment, kind=ActivityKind.LESSON, activity_id=activity, seconds=seconds, now=at)


def measured(enrolment: Enrolment) -> int:
    return MeasuredTime.objects.filter(enrolment=enrolment).aggregate(total=Sum("seconds"))["total"] or 0


def after(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


def test_honest_beats_are_counted_in_full(enrolment: Enrolment, now: datetime) -> None:
    assert [beat(enrolment, after(now, 30 * n), 30) for n in range(4)] == [30, 30, 30, 30]
    assert measured(enrolment) == 120


@pytest.mark.parametrize("claimed", [61, 3600, 10**12])
def test_a_beat_counts_a_minute_at_most(enrolment: Enrolment, now: datetime, claimed: int) -> None:
    """A laptop that slept an hour, or a forged claim, even as a person's first beat."""
    assert beat(enrolment, now, claimed) == MAX_SECONDS_A_BEAT
    assert beat(enrolment, after(now, 3600), claimed) == MAX_SECONDS_A_BEAT


@pytest.mark.parametrize("claimed", [0, -30])
def test_nothing_claimed_writes_nothing(enrolment: Enrolment, now: datetime, claimed: int) -> None:
    assert beat(enrolment, now, claimed) == 0
    assert not MeasureCursor.objects.exists()
    assert not MeasuredTime.objects.exists()


def test_a_replayed_beat_counts_once(enrolment: Enrolment, now: datetime) -> None:
    assert [beat(enrolment, now, 30) for _time in range(3)] == [30, 0, 0]


def test_a_hidden_tab_counts_what_was_visible(enrolment: Enrolment, now: datetime) -> None:
    beat(enrolment, now, 1)
    assert beat(enrolment, after(now, 45), 20) == 20


def test_two_screens_count_once(enrolment: Enrolment, now: datetime) -> None:
    other = uuid7()
    beat(enrolment, now, 30)
    for n in range(1, 11):
        beat(enrolment, after(now, 30 * n), 30)
        beat(enrolment, after(now, 30 * n + 15), 30, other)
    assert measured(enrolment) == 30 + 10 * 30 + 15


def test_two_enrolments_of_one_person_share_the_clock(enrolment: Enrolment, now: datetime) -> None:
    second = EnrolmentFactory(learner=enrolment.learner)
    assert (beat(enrolment, now, 30), beat(second, now, 30)) == (30, 0)


def test_two_people_each_have_their_own_clock(enrolment: Enrolment, now: datetime) -> None:
    assert (beat(enrolment, now, 30), beat(EnrolmentFactory(), now, 30)) == (30, 30)


def test_a_clock_set_back_counts_nothing_until_it_catches_up(enrolment: Enrolment, now: datetime) -> None:
    beat(enrolment, now, 30)
    assert beat(enrolment, after(now, -300), 30) == 0
    assert beat(enrolment, after(now, 10), 30) == 10


def test_the_day_is_the_academys(enrolment: Enrolment) -> None:
    """23:30 UTC on 9 March is already the 10th in Paris."""
    beat(enrolment, datetime(2026, 3, 9, 22, 30, tzinfo=UTC), 30)
    beat(enrolment, datetime(2026, 3, 9, 23, 30, tzinfo=UTC), 30)
    assert list(MeasuredTime.objects.order_by("day").values_list("day", "seconds")) == [
        (date(2026, 3, 9), 30),
        (date(2026, 3, 10), 30),
    ]


def test_a_day_holds_a_day(enrolment: Enrolment, now: datetime) -> None:
    beat(enrolment, now, 30)
    MeasuredTime.objects.update(seconds=86_390)
    assert beat(enrolment, after(now, 60), 60) == 60
    assert MeasuredTime.objects.get().seconds == 86_400


def test_a_beat_costs_three_queries(
    enrolment: Enrolment, now: datetime, django_assert_num_queries: Callable[..., Any]
) -> None:
    enrolment = Enrolment.objects.get(pk=enrolment.pk)
    with django_assert_num_queries(6):  # the first of a person: cursor, its insert in a savepoint, day, its insert
        beat(enrolment, now, 30)
    with django_assert_num_queries(3):  # cursor, cursor, day
        beat(enrolment, after(now, 30), 30)
    with django_assert_num_queries(4):  # another lesson: its first row of the day
        beat(enrolment, after(now, 60), 30, uuid7())


BEATS = st.lists(
    st.tuples(
        st.floats(0, 200),  # seconds since the beat before, from any device
        st.integers(-10, 400),  # seconds claimed
        st.integers(0, 2),  # which screen
    ),
    max_size=25,
)


@given(beats=BEATS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_never_above_the_clock_on_the_wall(
    enrolment: Enrolment, now: datetime, beats: list[tuple[float, int, int]]
) -> None:
    MeasureCursor.objects.all().delete()
    MeasuredTime.objects.all().delete()
    lessons, at, first, total = [uuid7() for _screen in range(3)], now, None, 0

    for elapsed, claimed, screen in beats:
        at = after(at, elapsed)
        counted = beat(enrolment, at, claimed, lessons[screen])
        assert 0 <= counted <= max(0, min(claimed, MAX_SECONDS_A_BEAT))
        if counted:
            first = first or after(at, -counted)
        total += counted
        assert total == measured(enrolment)
        if first:
            assert total <= (at - first).total_seconds()
