"""How long people were together in a room: never more than the clock."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.models import Appointment, RoomPresence
from coaching.queries.presence import common, minutes_together, present_in
from lms.accounts.models import User
from lms.kit.intervals import Interval, merged
from tests.factories import AppointmentFactory, SeatFactory, UserFactory

START = datetime(2026, 3, 9, 14, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def stay(appointment: Appointment, person: User, joined: float, seen: float, left: float | None = None) -> RoomPresence:
    return RoomPresence.objects.create(
        appointment=appointment,
        person=person,
        joined_at=at(joined),
        seen_at=at(seen),
        left_at=None if left is None else at(left),
    )


@pytest.fixture
def seat(db: None) -> Any:
    return SeatFactory(appointment__starts_at=START)


def test_two_devices_and_cuts_count_once(seat: Any) -> None:
    appointment, learner, coach = seat.appointment, seat.learner, seat.appointment.coach
    stay(appointment, coach, -5, 50, 50)
    stay(appointment, learner, 0, 20, 20)
    stay(appointment, learner, 10, 25, 25)  # her phone, besides
    stay(appointment, learner, 30, 40, 40)  # back after a cut
    stay(appointment, learner, 60, 70, 70)  # the coach had gone

    assert minutes_together(appointment) == {learner.pk: 35, coach.pk: 35}


def test_a_stay_that_nobody_closed_ends_at_its_last_sign(seat: Any) -> None:
    stay(seat.appointment, seat.appointment.coach, 0, 30)
    stay(seat.appointment, seat.learner, 0, 12)

    assert minutes_together(seat.appointment)[seat.learner.pk] == 12


def test_nobody_is_with_a_coach_who_did_not_come(seat: Any) -> None:
    stay(seat.appointment, seat.learner, 0, 30, 30)

    assert minutes_together(seat.appointment) == {seat.learner.pk: 0}
    assert minutes_together(AppointmentFactory()) == {}


def test_in_a_group_each_has_her_own_minutes(db: None) -> None:
    appointment = AppointmentFactory(starts_at=START, capacity=3)
    one, two = (SeatFactory(appointment=appointment).learner for _ in range(2))
    stay(appointment, appointment.coach, 0, 60, 60)
    stay(appointment, one, 0, 20, 20)
    stay(appointment, two, 10, 45, 45)

    assert minutes_together(appointment) == {one.pk: 20, two.pk: 35, appointment.coach_id: 45}


def test_present_are_those_who_gave_a_sign(seat: Any) -> None:
    here = stay(seat.appointment, seat.learner, 0, 10)
    stay(seat.appointment, seat.appointment.coach, 0, 8)  # silent for two minutes
    stay(seat.appointment, seat.appointment.coach, 0, 9.9, 9.9)
    stay(AppointmentFactory(starts_at=START), UserFactory(), 0, 10)

    assert list(present_in([seat.appointment], at(10))) == [here]


INTERVALS = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 60)).map(lambda pair: (at(pair[0]), at(pair[0] + pair[1]))),
    max_size=12,
)


def covered(intervals: list[Interval]) -> set[int]:
    """The minutes inside, counted one by one."""
    return {n for start, end in intervals for n in range(361) if start <= at(n) < end}


@settings(deadline=None)
@given(INTERVALS, INTERVALS)
def test_merging_and_sharing_say_what_counting_says(left: list[Interval], right: list[Interval]) -> None:
    one, other = merged(left), merged(right)

    assert covered(one) == covered(left)
    assert all(a[1] < b[0] for a, b in pairwise(one))
    shared = common(one, other)
    assert covered(shared) == covered(left) & covered(right)
    assert sum((end - start for start, end in shared), timedelta()) == timedelta(minutes=len(covered(shared)))
