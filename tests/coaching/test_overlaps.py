"""The database refuses a double booking that no service was asked about, on both engines."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from coaching import overlaps
from coaching.enums import AppointmentState, Mode, SeatState
from coaching.models import Appointment, Seat
from tests.factories import AppointmentFactory, EnrolmentFactory, PlaceFactory, SeatFactory, UserFactory

pytestmark = pytest.mark.django_db

NINE = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=3)
HOUR = timedelta(hours=1)


def appointment(start: datetime, end: datetime, **fields: Any) -> Appointment:
    made: Appointment = AppointmentFactory(starts_at=start, ends_at=end, **fields)
    return made


def seat(of: Appointment, **fields: Any) -> Seat:
    made: Seat = SeatFactory(appointment=of, **fields)
    return made


def assert_refused(rule: overlaps.NoOverlap, write: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    assert overlaps.broken_rule(caught.value) == rule


OVERLAPPING = [
    (NINE, NINE + HOUR),
    (NINE - HOUR, NINE + timedelta(minutes=1)),
    (NINE + timedelta(minutes=59), NINE + 2 * HOUR),
    (NINE + timedelta(minutes=20), NINE + timedelta(minutes=40)),
    (NINE - HOUR, NINE + 2 * HOUR),
    (NINE + timedelta(minutes=59, seconds=59, microseconds=999999), NINE + 2 * HOUR),
]
APART = [
    (NINE - HOUR, NINE),
    (NINE + HOUR, NINE + 2 * HOUR),
    (NINE + timedelta(days=1), NINE + timedelta(days=1, hours=1)),
]


@pytest.mark.parametrize(("start", "end"), OVERLAPPING)
def test_a_coach_is_never_in_two_places(start: datetime, end: datetime) -> None:
    first = appointment(NINE, NINE + HOUR)

    assert_refused(overlaps.COACH, lambda: appointment(start, end, coach=first.coach))


@pytest.mark.parametrize(("start", "end"), APART)
def test_half_open_ends_touch(start: datetime, end: datetime) -> None:
    first = appointment(NINE, NINE + HOUR)

    appointment(start, end, coach=first.coach)

    assert Appointment.objects.filter(coach=first.coach).count() == 2


@pytest.mark.parametrize(("start", "end"), OVERLAPPING)
def test_a_place_is_never_booked_twice(start: datetime, end: datetime) -> None:
    first = appointment(NINE, NINE + HOUR, mode=Mode.PLACE, place=PlaceFactory())

    assert_refused(overlaps.PLACE, lambda: appointment(start, end, mode=Mode.PLACE, place=first.place))


def test_no_place_is_no_conflict() -> None:
    appointment(NINE, NINE + HOUR)
    appointment(NINE, NINE + HOUR)

    assert Appointment.objects.count() == 2


@pytest.mark.parametrize(("start", "end"), OVERLAPPING)
def test_a_learner_never_sits_in_two_appointments(start: datetime, end: datetime) -> None:
    enrolment = EnrolmentFactory()
    seat(appointment(NINE, NINE + HOUR), enrolment=enrolment)

    assert_refused(overlaps.LEARNER, lambda: seat(appointment(start, end), enrolment=enrolment))


def test_a_held_appointment_counts_as_a_confirmed_one() -> None:
    first = appointment(NINE, NINE + HOUR, state=AppointmentState.HELD)

    assert_refused(overlaps.COACH, lambda: appointment(NINE, NINE + HOUR, coach=first.coach))
    assert_refused(
        overlaps.COACH, lambda: appointment(NINE, NINE + HOUR, coach=first.coach, state=AppointmentState.HELD)
    )


def test_a_cancelled_one_frees_its_time() -> None:
    first = appointment(NINE, NINE + HOUR, mode=Mode.PLACE, place=PlaceFactory())
    first_seat = seat(first)
    Seat.objects.update(state=SeatState.CANCELLED)
    Appointment.objects.update(state=AppointmentState.CANCELLED, cancelled_at=NINE)

    again = appointment(NINE, NINE + HOUR, coach=first.coach, mode=Mode.PLACE, place=first.place)
    seat(again, enrolment=first_seat.enrolment)

    assert Appointment.objects.live().get() == again


def _cancelled(**fields: Any) -> Appointment:
    return appointment(NINE, NINE + HOUR, state=AppointmentState.CANCELLED, cancelled_at=NINE, **fields)


def test_every_way_to_update_is_watched() -> None:
    place = PlaceFactory()
    first = appointment(NINE, NINE + HOUR, mode=Mode.PLACE, place=place)
    later = appointment(NINE + HOUR, NINE + 2 * HOUR, coach=first.coach)
    elsewhere = appointment(NINE, NINE + HOUR, mode=Mode.PLACE, place=PlaceFactory())
    undone = _cancelled(coach=first.coach)

    rows = Appointment.objects
    assert_refused(overlaps.COACH, lambda: rows.filter(pk=later.pk).update(starts_at=NINE + HOUR / 2))
    assert_refused(overlaps.COACH, lambda: rows.filter(pk=first.pk).update(ends_at=NINE + 2 * HOUR))
    assert_refused(overlaps.COACH, lambda: rows.filter(pk=elsewhere.pk).update(coach=first.coach))
    assert_refused(overlaps.PLACE, lambda: rows.filter(pk=elsewhere.pk).update(place=place))
    assert_refused(overlaps.COACH, lambda: rows.filter(pk=undone.pk).update(state=AppointmentState.CONFIRMED))


def test_a_seat_is_watched_on_update_too() -> None:
    enrolment = EnrolmentFactory()
    seat(appointment(NINE, NINE + HOUR), enrolment=enrolment)
    later = seat(appointment(NINE + HOUR, NINE + 2 * HOUR), enrolment=enrolment)
    undone = seat(appointment(NINE, NINE + HOUR), enrolment=enrolment, state=SeatState.CANCELLED)
    of_another = seat(appointment(NINE, NINE + HOUR))

    rows = Seat.objects
    assert_refused(overlaps.LEARNER, lambda: rows.filter(pk=later.pk).update(starts_at=NINE))
    assert_refused(overlaps.LEARNER, lambda: rows.filter(pk=undone.pk).update(state=SeatState.BOOKED))
    assert_refused(overlaps.LEARNER, lambda: rows.filter(pk=of_another.pk).update(learner=enrolment.learner))


def test_an_appointment_never_blocks_itself() -> None:
    row = appointment(NINE, NINE + HOUR)
    row.starts_at, row.ends_at = NINE + HOUR / 2, NINE + 3 * HOUR / 2

    row.save()

    assert Appointment.objects.get().starts_at == NINE + HOUR / 2


def test_another_refusal_is_not_mistaken_for_an_overlap() -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        appointment(NINE + HOUR, NINE, coach=UserFactory())

    assert overlaps.broken_rule(caught.value) is None
