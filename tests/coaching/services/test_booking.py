"""Hold, confirm, book, propose, accept: what is written, who is told, what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from coaching.enums import AppointmentState, Continuity, Mode, SeatState
from coaching.models import (
    Appointment,
    AppointmentKind,
    CoachingQuota,
    CohortCoaching,
    Diary,
    Reminder,
    Seat,
    WaitingEntry,
)
from coaching.services import booking
from coaching.services.seats import HOLD, BookingRefused, SlotTaken, Wish, sweep_holds
from lms.notifications.models import Delivery, Notification
from lms.programmes.enums import CohortRole, EnrolmentState
from lms.programmes.models import Enrolment
from tests.factories import (
    AppointmentFactory,
    AppointmentKindFactory,
    CohortStaffFactory,
    DiaryFactory,
    EnrolmentFactory,
    SeatFactory,
    UserFactory,
    WeeklyHoursFactory,
)

Make = Callable[..., Wish]


@pytest.fixture
def wish(enrolment: Enrolment, diary: Diary, kind: AppointmentKind, now: datetime) -> Wish:
    """Monday, 10:00 in Paris."""
    return Wish(enrolment, diary, kind, now + timedelta(hours=22))


@pytest.fixture
def rival(enrolment: Enrolment) -> Enrolment:
    """Another learner of the same coach."""
    other: Enrolment = EnrolmentFactory(cohort=enrolment.cohort, coach=enrolment.coach, state=EnrolmentState.ACTIVE)
    return other


def book(wish: Wish, now: datetime) -> Seat:
    return booking.book(wish=wish, key=uuid4(), actor=wish.enrolment.learner, now=now)


def hold(wish: Wish, now: datetime) -> Seat:
    return booking.hold(wish=wish, actor=wish.enrolment.learner, now=now)


# --- Holding ----------------------------------------------------------------------------------------------------------


def test_a_hold_keeps_the_slot_for_five_minutes(wish: Wish, rival: Enrolment, now: datetime) -> None:
    seat = hold(wish, now)

    assert (seat.state, seat.appointment.state) == (SeatState.HELD, AppointmentState.HELD)
    assert seat.hold_expires_at == now + timedelta(minutes=5)
    with pytest.raises(SlotTaken):
        book(replace(wish, enrolment=rival), now + HOLD - timedelta(seconds=1))


def test_an_abandoned_hold_is_free_again_without_the_sweep(wish: Wish, rival: Enrolment, now: datetime) -> None:
    hold(wish, now)

    seat = book(replace(wish, enrolment=rival), now + HOLD)

    assert list(Seat.objects.all()) == [seat]
    assert Appointment.objects.get() == seat.appointment


def test_the_sweep_frees_what_was_abandoned_and_nothing_else(wish: Wish, rival: Enrolment, now: datetime) -> None:
    hold(wish, now)
    kept = hold(
        replace(wish, enrolment=rival, starts_at=wish.starts_at + timedelta(hours=2)), now + timedelta(minutes=3)
    )

    assert sweep_holds(now=now + HOLD) == 1
    assert Seat.objects.get() == kept
    assert sweep_holds(now=now + HOLD) == 0


def test_one_hold_at_a_time(wish: Wish, now: datetime) -> None:
    hold(wish, now)

    second = hold(replace(wish, starts_at=wish.starts_at + timedelta(minutes=15)), now)

    assert Seat.objects.get() == second


def test_a_hold_tells_nobody(wish: Wish, now: datetime) -> None:
    hold(wish, now)

    assert not Notification.objects.exists()
    assert not Reminder.objects.exists()


# --- Booking ----------------------------------------------------------------------------------------------------------


def test_confirming_a_hold_books_it(wish: Wish, now: datetime) -> None:
    held = hold(wish, now)

    seat = book(replace(wish, mode=Mode.PHONE, phone="06 12 34 56 78", topic="Mon CV"), now + timedelta(minutes=4))

    assert seat.pk == held.pk
    seat.refresh_from_db()
    assert (seat.state, seat.topic, seat.phone, seat.hold_expires_at) == (
        SeatState.BOOKED,
        "Mon CV",
        "06 12 34 56 78",
        None,
    )
    assert (seat.appointment.state, seat.appointment.mode) == (AppointmentState.CONFIRMED, Mode.PHONE)
    assert seat.appointment.seats_taken == 1


def test_both_people_are_told_once(wish: Wish, diary: Diary, now: datetime) -> None:
    book(wish, now)

    told = Notification.objects.values_list("recipient", flat=True)
    assert sorted(told) == sorted([wish.enrolment.learner_id, diary.coach_id])


def test_a_date_that_is_far_wakes_nobody(wish: Wish, diary: Diary, now: datetime) -> None:
    """At night the learner who books gets her mail at once; her coach gets hers in the morning."""
    midnight = now.replace(hour=23)
    book(replace(wish, starts_at=wish.starts_at + timedelta(days=2)), midnight)

    due = dict(Delivery.objects.filter(channel="email").values_list("recipient", "due_at"))
    assert due == {
        wish.enrolment.learner_id: midnight,
        diary.coach_id: datetime(2026, 1, 5, 6, 30, tzinfo=UTC),
    }


def test_a_date_that_is_near_is_told_at_once(wish: Wish, diary: Diary, now: datetime) -> None:
    midnight = now.replace(hour=23)
    book(wish, midnight)

    assert set(Delivery.objects.values_list("due_at", flat=True)) == {midnight}


def test_the_journal_says_who_booked(wish: Wish, now: datetime) -> None:
    seat = book(wish, now)

    event = seat.appointment.events.get()
    assert (event.verb, event.actor, event.on_behalf_of) == ("booked", wish.enrolment.learner, None)


def test_a_taken_slot_is_refused_and_changes_nothing(wish: Wish, rival: Enrolment, now: datetime) -> None:
    first = book(wish, now)

    with pytest.raises(SlotTaken):
        book(replace(wish, enrolment=rival), now)
    assert list(Seat.objects.all()) == [first]


def test_a_learner_is_not_in_two_places(wish: Wish, enrolment: Enrolment, now: datetime) -> None:
    elsewhere = AppointmentFactory(starts_at=wish.starts_at, ends_at=wish.ends_at)
    SeatFactory(appointment=elsewhere, enrolment=enrolment)

    with pytest.raises(SlotTaken, match="already"):
        book(wish, now)


def test_what_the_database_alone_sees_is_a_taken_slot_too(
    wish: Wish, enrolment: Enrolment, diary: Diary, now: datetime
) -> None:
    """Staff skip the hours' check: the constraint is what stops them, and it speaks the same language."""
    AppointmentFactory(coach=diary.coach, starts_at=wish.starts_at, ends_at=wish.ends_at)

    with pytest.raises(SlotTaken):
        booking.book_for(wish=replace(wish, mode=Mode.ONLINE), key=uuid4(), actor=diary.coach, now=now)


def test_outside_the_hours_is_refused(wish: Wish, now: datetime) -> None:
    with pytest.raises(SlotTaken):
        book(replace(wish, starts_at=wish.starts_at + timedelta(hours=12)), now)


def test_booking_closes_the_waiting_entry(wish: Wish, diary: Diary, now: datetime) -> None:
    entry = WaitingEntry.objects.create(enrolment=wish.enrolment, coach=diary.coach, kind=wish.kind)

    book(wish, now)

    entry.refresh_from_db()
    assert entry.closed_at == now


# --- Who may book what ------------------------------------------------------------------------------------------------


def test_nobody_books_for_somebody_else(wish: Wish, rival: Enrolment, now: datetime) -> None:
    with pytest.raises(BookingRefused):
        booking.book(wish=wish, key=uuid4(), actor=rival.learner, now=now)


@pytest.mark.parametrize("state", [EnrolmentState.PENDING, EnrolmentState.SUSPENDED, EnrolmentState.WITHDRAWN])
def test_a_closed_enrolment_books_nothing(wish: Wish, enrolment: Enrolment, state: str, now: datetime) -> None:
    enrolment.state = state

    with pytest.raises(BookingRefused):
        book(wish, now)


def test_alumni_book_the_kinds_that_are_for_them(wish: Wish, enrolment: Enrolment, now: datetime) -> None:
    enrolment.state = EnrolmentState.ALUMNI
    with pytest.raises(BookingRefused):
        book(wish, now)

    seat = book(replace(wish, kind=AppointmentKindFactory(for_alumni=True)), now)

    assert seat.state == SeatState.BOOKED


def test_a_call_needs_a_number(wish: Wish, now: datetime) -> None:
    with pytest.raises(BookingRefused, match="number"):
        book(replace(wish, mode=Mode.PHONE), now)


@pytest.fixture
def colleague(enrolment: Enrolment) -> Diary:
    """Another coach of the cohort, open at the same hours."""
    other: Diary = DiaryFactory()
    WeeklyHoursFactory(diary=other)
    CohortStaffFactory(cohort=enrolment.cohort, user=other.coach, role=CohortRole.COACH)
    return other


def test_another_coach_needs_the_learners_agreement(wish: Wish, colleague: Diary, now: datetime) -> None:
    with pytest.raises(BookingRefused, match="usual coach"):
        book(replace(wish, diary=colleague), now)

    assert book(replace(wish, diary=colleague, agreed=True), now).appointment.coach == colleague.coach


def test_one_coach_only_where_the_cohort_says_so(
    wish: Wish, colleague: Diary, enrolment: Enrolment, now: datetime
) -> None:
    CohortCoaching.objects.create(cohort=enrolment.cohort, continuity=Continuity.SAME)

    with pytest.raises(BookingRefused):
        book(replace(wish, diary=colleague, agreed=True), now)


def test_in_turn_nobody_is_another_coach(wish: Wish, colleague: Diary, enrolment: Enrolment, now: datetime) -> None:
    CohortCoaching.objects.create(cohort=enrolment.cohort, continuity=Continuity.ROUND_ROBIN)

    assert book(replace(wish, diary=colleague), now).appointment.coach == colleague.coach


# --- The hours of the track -------------------------------------------------------------------------------------------


def test_the_quota_is_a_limit_and_says_who_can_help(wish: Wish, enrolment: Enrolment, now: datetime) -> None:
    CoachingQuota.objects.create(track=enrolment.cohort.track, minutes=60)
    book(wish, now)

    with pytest.raises(BookingRefused, match="Clara Roy"):
        book(replace(wish, starts_at=wish.starts_at + timedelta(hours=2)), now)


def test_a_held_slot_counts_in_the_quota_once(wish: Wish, enrolment: Enrolment, now: datetime) -> None:
    CoachingQuota.objects.create(track=enrolment.cohort.track, minutes=45)
    hold(wish, now)

    assert book(wish, now).state == SeatState.BOOKED


def test_staff_go_over_the_quota_and_it_is_written(
    wish: Wish, enrolment: Enrolment, diary: Diary, now: datetime
) -> None:
    CoachingQuota.objects.create(track=enrolment.cohort.track, minutes=10)

    seat = booking.book_for(wish=wish, key=uuid4(), actor=diary.coach, now=now)

    event = seat.appointment.events.get()
    assert event.detail["over_quota"] is True
    assert (event.actor, event.on_behalf_of) == (diary.coach, enrolment.learner)
    assert Notification.objects.filter(recipient=enrolment.learner).exists()


# --- The same request twice -------------------------------------------------------------------------------------------


def test_the_same_key_books_once(wish: Wish, now: datetime) -> None:
    key, learner = uuid4(), wish.enrolment.learner

    first = booking.book(wish=wish, key=key, actor=learner, now=now)
    again = booking.book(wish=wish, key=key, actor=learner, now=now + timedelta(minutes=1))

    assert again == first
    assert Notification.objects.count() == 2
    assert first.appointment.events.count() == 1


def test_the_same_key_for_something_else_is_a_mistake(wish: Wish, now: datetime) -> None:
    key, learner = uuid4(), wish.enrolment.learner
    booking.book(wish=wish, key=key, actor=learner, now=now)

    with pytest.raises(booking.KeyReused):
        booking.book(wish=replace(wish, topic="Autre chose"), key=key, actor=learner, now=now)
    assert Seat.objects.count() == 1


# --- Groups -----------------------------------------------------------------------------------------------------------


def test_a_group_fills_seat_by_seat(wish: Wish, enrolment: Enrolment, now: datetime) -> None:
    wish = replace(wish, kind=AppointmentKindFactory(capacity=3))
    people = [EnrolmentFactory(cohort=enrolment.cohort, coach=enrolment.coach) for _rank in range(4)]

    seats = [book(replace(wish, enrolment=person), now) for person in people[:3]]

    appointment = Appointment.objects.get()
    assert {seat.appointment_id for seat in seats} == {appointment.pk}
    assert appointment.seats_taken == 3
    with pytest.raises(SlotTaken):
        book(replace(wish, enrolment=people[3]), now)


def test_an_abandoned_seat_of_a_group_is_free_and_the_group_stays(wish: Wish, rival: Enrolment, now: datetime) -> None:
    wish = replace(wish, kind=AppointmentKindFactory(capacity=2))
    seat = book(wish, now)
    hold(replace(wish, enrolment=rival), now)

    sweep_holds(now=now + HOLD)

    appointment = Appointment.objects.get()
    assert (appointment.seats_taken, appointment.state) == (1, AppointmentState.CONFIRMED)
    assert Seat.objects.get() == seat


# --- Proposals --------------------------------------------------------------------------------------------------------


def proposed(wish: Wish, diary: Diary, now: datetime) -> list[Seat]:
    wishes = [replace(wish, starts_at=wish.starts_at + timedelta(hours=rank), mode=Mode.ONLINE) for rank in range(3)]
    return booking.propose(wishes=wishes, actor=diary.coach, now=now)


def test_a_coach_proposes_and_the_learner_takes_one(wish: Wish, diary: Diary, now: datetime) -> None:
    seats = proposed(wish, diary, now)
    assert Notification.objects.get().recipient == wish.enrolment.learner

    accepted = booking.accept(seat=seats[1], topic="", phone="", actor=wish.enrolment.learner, now=now)

    assert accepted.state == SeatState.BOOKED
    assert Appointment.objects.get() == accepted.appointment


def test_proposals_end_after_two_days(wish: Wish, diary: Diary, now: datetime) -> None:
    late = replace(wish, starts_at=wish.starts_at + timedelta(days=3))
    seats = proposed(late, diary, now)

    with pytest.raises(SlotTaken):
        booking.accept(seat=seats[0], topic="", phone="", actor=wish.enrolment.learner, now=now + timedelta(hours=48))
    assert not Seat.objects.booked().exists()


def test_a_hold_of_her_own_leaves_proposals_alone(wish: Wish, diary: Diary, now: datetime) -> None:
    proposed(wish, diary, now)

    hold(replace(wish, starts_at=wish.starts_at + timedelta(hours=4)), now)

    assert Seat.objects.count() == 4


def test_declining_frees_the_moment_and_tells_the_coach(wish: Wish, diary: Diary, now: datetime) -> None:
    seats = proposed(wish, diary, now)

    booking.decline(seat=seats[0], actor=wish.enrolment.learner, now=now)

    assert Seat.objects.count() == 2
    assert Notification.objects.filter(recipient=diary.coach).count() == 1


def test_two_people_called_the_same_are_two_learners(wish: Wish, diary: Diary, now: datetime) -> None:
    other = EnrolmentFactory(cohort=wish.enrolment.cohort, coach=diary.coach, learner=UserFactory(display_name="Lina"))
    book(wish, now)

    book(replace(wish, enrolment=other, starts_at=wish.starts_at + timedelta(hours=1)), now)

    assert Seat.objects.booked().count() == 2
