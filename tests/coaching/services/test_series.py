"""A series keeps its local time across the seasons, says its conflicts first, and is booked whole."""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from coaching.models import Appointment, AppointmentKind, CoachingQuota, Diary, Seat
from coaching.services.changing import cancel_rest
from coaching.services.seats import BookingRefused, SlotTaken, Wish
from coaching.services.series import book_series, occurrences, plan_series
from lms.accounts.zones import zone_named
from lms.notifications.models import Delivery, Notification
from lms.programmes.models import Enrolment
from tests.factories import AppointmentFactory


@pytest.fixture
def wish(enrolment: Enrolment, diary: Diary, kind: AppointmentKind) -> Wish:
    """Monday 2 March, 10:00 in Paris; summer time starts on Sunday the 29th."""
    return Wish(enrolment, diary, kind, datetime(2026, 3, 2, 9, tzinfo=UTC))


def book(wish: Wish, starts: list[datetime], now: datetime) -> list[Seat]:
    return book_series(wish=wish, every_weeks=1, starts=starts, key=uuid4(), actor=wish.enrolment.learner, now=now)


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/Paris", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("Europe/Paris", datetime(2026, 10, 5, 8, tzinfo=UTC)),
        ("America/Miquelon", datetime(2026, 2, 23, 15, tzinfo=UTC)),
        ("Indian/Reunion", datetime(2026, 3, 2, 9, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("every_weeks", [1, 2])
def test_the_wall_clock_does_not_move(zone: str, first: datetime, every_weeks: int) -> None:
    starts = occurrences(first, every_weeks=every_weeks, count=26, zone_name=zone)

    local = [start.astimezone(zone_named(zone)) for start in starts]
    assert len({(start.hour, start.minute, start.weekday()) for start in local}) == 1
    assert {(b.date() - a.date()).days for a, b in itertools.pairwise(local)} == {7 * every_weeks}
    assert {start.tzinfo for start in starts} == {UTC}


def test_the_plan_says_what_stands_in_the_way(wish: Wish, diary: Diary, now: datetime) -> None:
    AppointmentFactory(coach=diary.coach, starts_at=wish.starts_at + timedelta(weeks=2))

    plan = plan_series(wish=wish, every_weeks=1, count=6, now=now)

    assert [bool(row.problem) for row in plan] == [False, False, True, False, False, False]
    assert "no longer free" in plan[2].problem
    assert plan[4].starts_at == datetime(2026, 3, 30, 8, tzinfo=UTC), "10:00 in Paris, in summer"
    assert not Seat.objects.exists()


def test_the_plan_of_26_costs_as_much_as_that_of_two(
    wish: Wish, now: datetime, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(8):  # type: ignore[operator]
        plan_series(wish=wish, every_weeks=2, count=26, now=now)


def test_the_free_dates_are_booked_together_and_told_once(wish: Wish, now: datetime) -> None:
    starts = [wish.starts_at + timedelta(weeks=rank) for rank in (0, 1, 3)]

    seats = book(wish, starts, now)

    assert [seat.starts_at for seat in seats] == starts
    assert len({seat.appointment.series_id for seat in seats}) == 1
    assert Notification.objects.count() == 2


def test_the_rest_of_a_series_is_given_back_and_told_once(wish: Wish, now: datetime) -> None:
    first, second, *later = book(wish, [wish.starts_at + timedelta(weeks=rank) for rank in range(4)], now)
    Notification.objects.all().delete()

    gone = cancel_rest(seat=second, actor=second.learner, now=now)

    assert [seat.pk for seat in gone] == [second.pk, *(seat.pk for seat in later)]
    assert Seat.objects.booked().get() == first
    assert Notification.objects.count() == 2
    for row in Delivery.objects.filter(channel="email"):
        told = [file["content"] for file in row.attachments]
        assert sum("METHOD:CANCEL" in file for file in told) == 3
        assert [str(seat.appointment.public_id) in file for seat, file in zip(gone, told, strict=True)] == [True] * 3
    with pytest.raises(BookingRefused):
        cancel_rest(seat=first, actor=first.learner, now=first.starts_at)
    assert Seat.objects.booked().count() == 1


def test_one_taken_date_books_none(wish: Wish, diary: Diary, now: datetime) -> None:
    AppointmentFactory(coach=diary.coach, starts_at=wish.starts_at + timedelta(weeks=1))

    with pytest.raises(SlotTaken):
        book(wish, [wish.starts_at, wish.starts_at + timedelta(weeks=1)], now)
    assert Appointment.objects.count() == 1
    assert not Notification.objects.exists()


def test_a_series_counts_whole_in_the_quota(wish: Wish, enrolment: Enrolment, now: datetime) -> None:
    CoachingQuota.objects.create(track=enrolment.cohort.track, minutes=100)

    with pytest.raises(BookingRefused, match="Clara Roy"):
        book(wish, [wish.starts_at + timedelta(weeks=rank) for rank in range(3)], now)
    assert not Seat.objects.exists()


@pytest.mark.parametrize("count", [1, 27])
def test_a_series_has_two_to_26_dates(wish: Wish, count: int, now: datetime) -> None:
    with pytest.raises(BookingRefused):
        plan_series(wish=wish, every_weeks=1, count=count, now=now)
