"""The waiting list: in order, half an hour each, and nobody is moved by it."""

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest

from coaching.models import AppointmentKind, Diary, Seat
from coaching.services import booking, changing
from coaching.services.seats import Wish
from coaching.services.waiting import TURN, stop_waiting, sweep_waiting, wait_for
from lms.notifications.models import Notification, TellingChoices
from lms.programmes.models import Enrolment
from tests.factories import EnrolmentFactory


@pytest.fixture
def queue(enrolment: Enrolment, diary: Diary, kind: AppointmentKind, now: datetime) -> list[Enrolment]:
    """Two learners wait for a coach who is full: her diary is closed."""
    diary.is_open = False
    diary.save()
    people: list[Enrolment] = [enrolment, EnrolmentFactory(cohort=enrolment.cohort, coach=diary.coach)]
    for rank, person in enumerate(people):
        wait_for(enrolment=person, coach=diary.coach, kind=kind, now=now + timedelta(seconds=rank))
    return people


def free(diary: Diary) -> None:
    diary.is_open = True
    diary.save()


def told() -> list[int]:
    return list(Notification.objects.order_by("pk").values_list("recipient_id", flat=True))


def test_nobody_is_told_while_nothing_is_free(queue: list[Enrolment], now: datetime) -> None:
    assert sweep_waiting(now=now) == 0


def test_the_first_is_told_then_the_second_half_an_hour_later(
    queue: list[Enrolment], diary: Diary, now: datetime
) -> None:
    free(diary)

    assert sweep_waiting(now=now) == 1
    assert sweep_waiting(now=now + timedelta(minutes=1)) == 0
    assert told() == [queue[0].learner_id]
    assert sweep_waiting(now=now + TURN) == 1
    assert told() == [person.learner_id for person in queue]
    assert sweep_waiting(now=now + 3 * TURN) == 0
    assert not Seat.objects.exists()


def test_asking_again_waits_again(queue: list[Enrolment], diary: Diary, kind: AppointmentKind, now: datetime) -> None:
    free(diary)
    sweep_waiting(now=now)

    entry = wait_for(enrolment=queue[0], coach=diary.coach, kind=kind, now=now)

    assert entry.told_at is None
    assert queue[0].waiting_entries.count() == 1


def test_who_was_told_too_late_waits_again(queue: list[Enrolment], diary: Diary, now: datetime) -> None:
    stop_waiting(entry=queue[1].waiting_entries.get(), now=now)
    free(diary)
    sweep_waiting(now=now)
    sweep_waiting(now=now + 2 * TURN)
    assert told() == [queue[0].learner_id], "told once while the moment stays free"

    diary.is_open = False
    diary.save()
    sweep_waiting(now=now + 3 * TURN)
    free(diary)

    assert sweep_waiting(now=now + 4 * TURN) == 1
    assert told() == [queue[0].learner_id] * 2


def test_nobody_is_woken_and_her_turn_is_not_lost(queue: list[Enrolment], diary: Diary, now: datetime) -> None:
    TellingChoices.objects.create(person=queue[0].learner, quiet_from=time(11), quiet_until=time(14))
    free(diary)

    assert sweep_waiting(now=now) == 1
    assert told() == [queue[1].learner_id]
    assert sweep_waiting(now=now + timedelta(hours=2)) == 1
    assert told()[-1] == queue[0].learner_id


def test_whoever_stops_waiting_is_not_told(
    queue: list[Enrolment], diary: Diary, kind: AppointmentKind, now: datetime
) -> None:
    stop_waiting(entry=queue[0].waiting_entries.get(), now=now)
    free(diary)

    sweep_waiting(now=now)

    assert told() == [queue[1].learner_id]


def test_an_earlier_moment_is_told_and_nothing_moves(
    enrolment: Enrolment, diary: Diary, kind: AppointmentKind, now: datetime
) -> None:
    first = now + timedelta(hours=21)  # Monday, 9:00: the first moment of the week
    rival = EnrolmentFactory(cohort=enrolment.cohort, coach=diary.coach)
    diary.max_per_day = 1
    diary.save()
    taken = booking.book(wish=Wish(rival, diary, kind, first), key=uuid4(), actor=rival.learner, now=now)
    mine = booking.book(
        wish=Wish(enrolment, diary, kind, first + timedelta(days=1)), key=uuid4(), actor=enrolment.learner, now=now
    )
    wait_for(enrolment=enrolment, coach=diary.coach, kind=kind, instead_of=mine, now=now)
    Notification.objects.all().delete()
    assert sweep_waiting(now=now) == 0

    changing.cancel(seat=taken, actor=rival.learner, now=now)
    Notification.objects.all().delete()

    assert sweep_waiting(now=now) == 1
    assert told() == [enrolment.learner_id]
    mine.refresh_from_db()
    assert mine.starts_at == first + timedelta(days=1)


def test_waiting_for_earlier_ends_with_the_appointment(
    enrolment: Enrolment, diary: Diary, kind: AppointmentKind, now: datetime
) -> None:
    mine = booking.book(
        wish=Wish(enrolment, diary, kind, now + timedelta(hours=22)), key=uuid4(), actor=enrolment.learner, now=now
    )
    entry = wait_for(enrolment=enrolment, coach=diary.coach, kind=kind, instead_of=mine, now=now)

    sweep_waiting(now=mine.starts_at)

    entry.refresh_from_db()
    assert entry.closed_at == mine.starts_at
