"""Move, cancel, hand over: the row stays, its SEQUENCE rises, everybody concerned is told."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from coaching.enums import AppointmentState, Mode, SeatState
from coaching.models import Absence, Appointment, AppointmentKind, Diary, Reminder, Seat
from coaching.services import booking, changing
from coaching.services.seats import BookingRefused, SlotTaken, Wish
from lms.notifications.models import Notification
from lms.programmes.enums import CohortRole
from lms.programmes.models import Enrolment
from tests.factories import (
    AppointmentFactory,
    AppointmentKindFactory,
    CohortStaffFactory,
    DiaryFactory,
    EnrolmentFactory,
    SeatFactory,
    UserFactory,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def monday(now: datetime) -> datetime:
    """Monday, 10:00 in Paris."""
    return now + timedelta(hours=22)


@pytest.fixture
def seat(enrolment: Enrolment, diary: Diary, kind: AppointmentKind, now: datetime, monday: datetime) -> Seat:
    booked = booking.book(
        wish=Wish(enrolment, diary, kind, monday, topic="Mon CV"), key=uuid4(), actor=enrolment.learner, now=now
    )
    Notification.objects.all().delete()
    # Long enough ago for the deadline to count.
    Seat.objects.filter(pk=booked.pk).update(booked_at=now - timedelta(days=1))
    booked.refresh_from_db()
    return booked


def told() -> list[int]:
    return sorted(Notification.objects.values_list("recipient_id", flat=True))


# --- Moving -----------------------------------------------------------------------------------------------------------


def test_moving_keeps_the_row_and_raises_the_sequence(seat: Seat, now: datetime, monday: datetime) -> None:
    moved = changing.move(seat=seat, starts_at=monday + HOUR, actor=seat.learner, now=now)

    assert moved.pk == seat.pk
    appointment = Appointment.objects.get()
    assert (appointment.starts_at, appointment.ends_at, appointment.sequence) == (
        monday + HOUR,
        monday + HOUR + timedelta(minutes=45),
        1,
    )
    row = Seat.objects.get()
    assert (row.starts_at, row.ends_at, row.topic) == (appointment.starts_at, appointment.ends_at, "Mon CV")
    assert told() == sorted([seat.learner_id, appointment.coach_id])


def test_it_may_move_onto_part_of_itself(seat: Seat, now: datetime, monday: datetime) -> None:
    moved = changing.move(seat=seat, starts_at=monday + timedelta(minutes=15), actor=seat.learner, now=now)

    assert moved.starts_at == monday + timedelta(minutes=15)


def test_a_taken_time_is_refused_and_nothing_moves(seat: Seat, diary: Diary, now: datetime, monday: datetime) -> None:
    AppointmentFactory(coach=diary.coach, starts_at=monday + HOUR, ends_at=monday + 2 * HOUR)

    with pytest.raises(SlotTaken):
        changing.move(seat=seat, starts_at=monday + HOUR, actor=seat.learner, now=now)

    seat.refresh_from_db()
    assert seat.starts_at == monday
    assert told() == []


def test_reminders_follow(seat: Seat, now: datetime, monday: datetime) -> None:
    Reminder.objects.filter(minutes_before=24 * 60).update(sent_at=now)

    changing.move(seat=seat, starts_at=monday + timedelta(days=2), actor=seat.learner, now=now)

    due = Reminder.objects.filter(person=seat.learner, sent_at=None).values_list("minutes_before", "due_at")
    assert dict(due) == {
        60: monday + timedelta(days=2) - HOUR,
        24 * 60: monday + timedelta(days=1),
    }


def test_after_the_deadline_only_staff_move(seat: Seat, diary: Diary, now: datetime, monday: datetime) -> None:
    late = monday - timedelta(minutes=119)

    with pytest.raises(BookingRefused, match="too late"):
        changing.move(seat=seat, starts_at=monday + 4 * HOUR, actor=seat.learner, now=late)
    changing.move_appointment(appointment=seat.appointment, starts_at=monday + 4 * HOUR, actor=diary.coach, now=late)

    assert Seat.objects.get().starts_at == monday + 4 * HOUR


def test_at_the_deadline_it_still_moves(seat: Seat, now: datetime, monday: datetime) -> None:
    changing.move(seat=seat, starts_at=monday + 4 * HOUR, actor=seat.learner, now=monday - timedelta(minutes=120))

    assert Seat.objects.get().starts_at == monday + 4 * HOUR


def test_a_fresh_booking_may_be_undone_after_the_deadline(seat: Seat, now: datetime, monday: datetime) -> None:
    Seat.objects.update(booked_at=monday - timedelta(minutes=65))

    changing.cancel(seat=seat, actor=seat.learner, now=monday - timedelta(minutes=60))

    assert Seat.objects.get().state == SeatState.CANCELLED


def test_two_people_who_change_at_once_do_not_overwrite_one_another(
    seat: Seat, diary: Diary, now: datetime, monday: datetime
) -> None:
    """T32: the second page was made from an appointment that is no longer so."""
    changing.move_appointment(
        appointment=seat.appointment, starts_at=monday + 3 * HOUR, sequence=0, actor=diary.coach, now=now
    )

    with pytest.raises(changing.Changed):
        changing.move(seat=seat, starts_at=monday + HOUR, sequence=0, actor=seat.learner, now=now)
    assert Seat.objects.get().starts_at == monday + 3 * HOUR


def test_a_group_moves_whole(diary: Diary, enrolment: Enrolment, now: datetime, monday: datetime) -> None:
    group = AppointmentFactory(
        coach=diary.coach, kind=AppointmentKindFactory(capacity=5), starts_at=monday, ends_at=monday + HOUR
    )
    seats = [SeatFactory(appointment=group), SeatFactory(appointment=group, enrolment=enrolment)]

    changing.move_appointment(appointment=group, starts_at=monday + HOUR, actor=diary.coach, now=now)

    assert set(Seat.objects.values_list("starts_at", flat=True)) == {monday + HOUR}
    assert told() == sorted([*(row.learner_id for row in seats), diary.coach_id])


# --- Cancelling -------------------------------------------------------------------------------------------------------


def test_cancelling_frees_the_time_and_tells_both(seat: Seat, diary: Diary, now: datetime, monday: datetime) -> None:
    changing.cancel(seat=seat, actor=seat.learner, now=now)

    appointment = Appointment.objects.get()
    assert (appointment.state, appointment.seats_taken, appointment.sequence) == (AppointmentState.CANCELLED, 0, 1)
    assert not Reminder.objects.filter(sent_at=None).exists()
    assert told() == sorted([seat.learner_id, diary.coach_id])
    AppointmentFactory(coach=diary.coach, starts_at=monday, ends_at=monday + HOUR)


def test_cancelling_twice_changes_nothing_more(seat: Seat, now: datetime) -> None:
    changing.cancel(seat=seat, actor=seat.learner, now=now)
    changing.cancel(seat=seat, actor=seat.learner, now=now)

    appointment = Appointment.objects.get()
    assert (appointment.sequence, appointment.seats_taken) == (1, 0)
    assert appointment.events.filter(verb="cancelled").count() == 1


def test_one_of_a_group_leaves_the_others(diary: Diary, enrolment: Enrolment, now: datetime, monday: datetime) -> None:
    group = AppointmentFactory(
        coach=diary.coach, kind=AppointmentKindFactory(capacity=5), starts_at=monday, ends_at=monday + HOUR
    )
    leaving, staying = SeatFactory(appointment=group), SeatFactory(appointment=group, enrolment=enrolment)

    changing.cancel(seat=leaving, actor=leaving.learner, now=now)

    group.refresh_from_db()
    staying.refresh_from_db()
    assert (group.state, group.seats_taken, staying.state) == (AppointmentState.CONFIRMED, 1, SeatState.BOOKED)


def test_a_cancelled_moment_is_booked_again_while_it_is_free(seat: Seat, now: datetime) -> None:
    cancelled = changing.cancel(seat=seat, actor=seat.learner, now=now)

    again = changing.book_again(seat=cancelled, actor=seat.learner, now=now)

    assert (again.starts_at, again.topic, again.state) == (seat.starts_at, "Mon CV", SeatState.BOOKED)


def test_a_call_is_booked_again_with_the_number_we_know(seat: Seat, now: datetime) -> None:
    seat.appointment.kind.modes = ["online", "phone"]
    seat.appointment.kind.save()
    Appointment.objects.update(mode=Mode.PHONE)
    type(seat.learner).objects.filter(pk=seat.learner_id).update(phone="06 39 98 12 03")
    cancelled = changing.cancel(seat=Seat.objects.get(pk=seat.pk), actor=seat.learner, now=now)

    again = changing.book_again(seat=cancelled, starts_at=seat.starts_at + HOUR, actor=cancelled.learner, now=now)

    assert (again.appointment.mode, again.phone) == (Mode.PHONE, "06 39 98 12 03")


def test_a_coach_falls_ill_with_six_appointments(
    diary: Diary, kind: AppointmentKind, enrolment: Enrolment, now: datetime, monday: datetime
) -> None:
    seats = [
        SeatFactory(
            appointment=AppointmentFactory(coach=diary.coach, kind=kind, starts_at=monday + rank * HOUR),
            enrolment=EnrolmentFactory(cohort=enrolment.cohort, coach=diary.coach),
        )
        for rank in range(6)
    ]
    after = SeatFactory(
        appointment=AppointmentFactory(coach=diary.coach, kind=kind, starts_at=monday + timedelta(days=1))
    )
    absence = Absence.objects.create(
        diary=diary, starts_at=monday - HOUR, ends_at=monday + 10 * HOUR, reason="Fièvre de cheval"
    )

    assert changing.cancel_for_absence(absence=absence, actor=diary.coach, now=now) == 6

    assert Seat.objects.booked().get() == after
    for seat in seats:
        notice = Notification.objects.get(recipient=seat.learner)
        assert "Fièvre" not in str(notice.lines)
        assert sum(line.startswith("– ") for line in notice.lines) == 3, "the next free moments are offered"
    assert Notification.objects.filter(recipient=diary.coach).count() == 6
    assert changing.cancel_for_absence(absence=absence, actor=diary.coach, now=now) == 0


# --- Handing over -----------------------------------------------------------------------------------------------------


@pytest.fixture
def colleague(enrolment: Enrolment) -> Diary:
    other: Diary = DiaryFactory()
    CohortStaffFactory(cohort=enrolment.cohort, user=other.coach, role=CohortRole.COACH)
    return other


def test_another_coach_takes_over(seat: Seat, diary: Diary, colleague: Diary, now: datetime) -> None:
    changing.reassign(appointment=seat.appointment, to=colleague, agreed=True, actor=diary.coach, now=now)

    appointment = Appointment.objects.get()
    assert (appointment.coach, appointment.sequence) == (colleague.coach, 1)
    assert told() == sorted([seat.learner_id, colleague.coach_id, diary.coach_id])
    assert not Reminder.objects.filter(person=diary.coach, sent_at=None).exists()
    assert Reminder.objects.filter(person=colleague.coach, sent_at=None).exists()


def test_nobody_is_handed_over_unasked(seat: Seat, diary: Diary, colleague: Diary, now: datetime) -> None:
    with pytest.raises(BookingRefused, match="agree"):
        changing.reassign(appointment=seat.appointment, to=colleague, actor=diary.coach, now=now)

    changing.reassign(appointment=seat.appointment, to=colleague, by_manager=True, actor=UserFactory(), now=now)

    assert Appointment.objects.get().coach == colleague.coach


def test_a_busy_colleague_takes_nothing_over(seat: Seat, colleague: Diary, now: datetime, monday: datetime) -> None:
    AppointmentFactory(coach=colleague.coach, starts_at=monday + timedelta(minutes=30))

    with pytest.raises(SlotTaken):
        changing.reassign(appointment=seat.appointment, to=colleague, agreed=True, actor=UserFactory(), now=now)
    assert Appointment.objects.filter(coach=seat.appointment.coach).count() == 1
