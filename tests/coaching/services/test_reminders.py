"""Reminders: chosen by each person, told once, never for what is cancelled."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from coaching.models import AppointmentKind, Diary, Reminder, Seat
from coaching.services import booking, changing
from coaching.services.reminders import choose_reminders, minutes_chosen_by, sweep_reminders
from coaching.services.seats import Wish
from lms.notifications.models import Notification
from lms.programmes.models import Enrolment


@pytest.fixture
def seat(enrolment: Enrolment, diary: Diary, kind: AppointmentKind, now: datetime) -> Seat:
    """Tuesday, 10:00 in Paris: 46 hours from now."""
    wish = Wish(enrolment, diary, kind, now + timedelta(hours=46))
    booked = booking.book(wish=wish, key=uuid4(), actor=enrolment.learner, now=now)
    Notification.objects.all().delete()
    return booked


def test_a_day_and_an_hour_before_unless_chosen(seat: Seat) -> None:
    rows = Reminder.objects.filter(person=seat.learner).order_by("due_at")

    assert [row.due_at for row in rows] == [seat.starts_at - timedelta(days=1), seat.starts_at - timedelta(hours=1)]


def test_each_is_told_once_when_its_time_comes(seat: Seat, now: datetime) -> None:
    due = seat.starts_at - timedelta(hours=1)

    assert sweep_reminders(now=due - timedelta(hours=22, minutes=1)) == 2
    assert sweep_reminders(now=due - timedelta(minutes=1)) == 0
    assert sweep_reminders(now=due) == 2
    assert sweep_reminders(now=due) == 0
    assert Notification.objects.filter(recipient=seat.learner).count() == 2


def test_a_cancelled_appointment_never_reminds(seat: Seat, now: datetime) -> None:
    changing.cancel(seat=seat, actor=seat.learner, now=now)

    assert sweep_reminders(now=seat.starts_at - timedelta(minutes=1)) == 0


def test_nothing_is_told_once_it_has_begun(seat: Seat) -> None:
    assert sweep_reminders(now=seat.starts_at) == 0
    assert not Reminder.objects.filter(sent_at=None).exists()


def test_a_choice_holds_for_what_is_already_booked(seat: Seat, now: datetime) -> None:
    choose_reminders(person=seat.learner, minutes=[15, 3 * 60], now=now)

    rows = Reminder.objects.filter(person=seat.learner).values_list("minutes_before", flat=True)
    assert sorted(rows) == [15, 180]
    assert Reminder.objects.filter(person=seat.appointment.coach).count() == 2


def test_no_reminder_at_all_is_a_choice(seat: Seat, now: datetime) -> None:
    choose_reminders(person=seat.learner, minutes=[], now=now)

    assert list(minutes_chosen_by(seat.learner)) == []
    assert not Reminder.objects.filter(person=seat.learner).exists()


def test_what_is_past_when_it_is_booked_is_not_written(
    enrolment: Enrolment, diary: Diary, kind: AppointmentKind, now: datetime
) -> None:
    wish = Wish(enrolment, diary, kind, now + timedelta(hours=22))

    booking.book(wish=wish, key=uuid4(), actor=enrolment.learner, now=now)

    assert set(Reminder.objects.values_list("minutes_before", flat=True)) == {60}
