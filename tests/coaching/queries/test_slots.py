"""Slots read from the database: what takes them away, for whom, and in how many queries."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from coaching.enums import AppointmentState, Mode, SeatState
from coaching.models import (
    Absence,
    Appointment,
    AppointmentKind,
    BusyCalendar,
    BusyPeriod,
    DayException,
    Diary,
    OneOffSlot,
    WeeklyHours,
)
from coaching.queries.slots import free_slots, next_free, slot_at
from coaching.slots import Slot
from tests.factories import (
    AppointmentFactory,
    AppointmentKindFactory,
    DiaryFactory,
    EnrolmentFactory,
    PlaceFactory,
    SeatFactory,
    WeeklyHoursFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 9, 10, 8, tzinfo=UTC)
# A Monday; Paris is two hours ahead of UTC.
MONDAY = datetime(2026, 9, 14, tzinfo=UTC)
NINE = MONDAY.replace(hour=7)
HOUR = timedelta(hours=1)


def at(hour: int, minute: int = 0, weeks: int = 0) -> datetime:
    """The wall time in Paris on that Monday."""
    return MONDAY + timedelta(hours=hour - 2, minutes=minute, weeks=weeks)


@pytest.fixture
def kind() -> AppointmentKind:
    kind: AppointmentKind = AppointmentKindFactory(minutes=60)
    return kind


@pytest.fixture
def diary() -> Diary:
    """Mondays from 9 to 12, a start every hour."""
    diary: Diary = DiaryFactory(step_minutes=60)
    WeeklyHoursFactory(diary=diary, ends="12:00")
    return diary


def starts(diary: Diary, kind: AppointmentKind, **asked: Any) -> list[datetime]:
    fields = {"start": MONDAY, "end": MONDAY + timedelta(days=1), "now": NOW} | asked
    return [slot.starts_at for slot in free_slots(diary=diary, kind=kind, **fields)]


def refused(diary: Diary, kind: AppointmentKind, starts_at: datetime, mode: str = "", **asked: Any) -> str | None:
    fields = {"now": NOW, "learner": None} | asked
    with translation.override("en"):
        found = slot_at(diary=diary, kind=kind, starts_at=starts_at, mode=mode, **fields)
    return found if isinstance(found, str) else None


def test_a_free_morning(diary: Diary, kind: AppointmentKind) -> None:
    assert starts(diary, kind) == [at(9), at(10), at(11)]
    assert refused(diary, kind, at(9)) is None
    assert refused(diary, kind, at(8)) == "There is no slot at this time."


def test_who_reads_the_list_has_ten_minutes_to_choose_though_the_notice_begins(kind: AppointmentKind) -> None:
    diary = DiaryFactory(step_minutes=60, minimum_notice=120)
    WeeklyHoursFactory(diary=diary, ends="12:00")

    def asked(now: datetime) -> list[datetime]:
        return starts(diary, kind, now=now)

    assert asked(at(8)) == [at(10), at(11)]
    assert asked(at(8, 1)) == [at(11)]
    assert refused(diary, kind, at(10), now=at(8, 10)) is None
    assert refused(diary, kind, at(10), now=at(8, 11)) == "It is too late to book this slot: it starts too soon."


def test_a_slot_that_has_begun_is_never_booked(diary: Diary, kind: AppointmentKind) -> None:
    assert refused(diary, kind, at(10), now=at(10)) is None
    assert refused(diary, kind, at(10), now=at(10, 1)) == "It is too late to book this slot: it starts too soon."


def test_stretches_kept_for_a_kind(diary: Diary, kind: AppointmentKind) -> None:
    WeeklyHours.objects.get().kinds.add(AppointmentKindFactory())
    assert starts(diary, kind) == []
    WeeklyHours.objects.get().kinds.add(kind)
    assert len(starts(diary, kind)) == 3


def test_a_kind_no_longer_offered_has_no_slot(diary: Diary, kind: AppointmentKind) -> None:
    kind.is_active = False
    assert starts(diary, kind) == []


@pytest.mark.parametrize("reason", ["absence", "busy", "confirmed", "held"])
def test_what_keeps_a_coach_busy_reads_the_same_to_everybody(diary: Diary, kind: AppointmentKind, reason: str) -> None:
    period = {"starts_at": at(9), "ends_at": at(10)}
    if reason == "absence":
        Absence.objects.create(diary=diary, reason="CANARY-doctor", **period)
    elif reason == "busy":
        calendar = BusyCalendar.objects.create(diary=diary, name="CANARY-home", address="https://example.org/a.ics")
        BusyPeriod.objects.create(calendar=calendar, **period)
    elif reason == "confirmed":
        AppointmentFactory(coach=diary.coach, kind=kind, **period)
    else:
        appointment = AppointmentFactory(coach=diary.coach, kind=kind, state=AppointmentState.HELD, **period)
        SeatFactory(appointment=appointment, state=SeatState.HELD, hold_expires_at=NOW + timedelta(minutes=1))

    assert starts(diary, kind) == [at(10), at(11)]
    assert refused(diary, kind, at(9)) == "This slot is no longer free."


def test_a_hold_that_ran_out_and_a_cancelled_appointment_take_nothing(diary: Diary, kind: AppointmentKind) -> None:
    held = AppointmentFactory(coach=diary.coach, kind=kind, state=AppointmentState.HELD, starts_at=at(9))
    SeatFactory(appointment=held, state=SeatState.HELD, hold_expires_at=NOW)
    AppointmentFactory(
        coach=diary.coach, kind=kind, state=AppointmentState.CANCELLED, cancelled_at=NOW, starts_at=at(10)
    )
    assert starts(diary, kind) == [at(9), at(10), at(11)]


def test_days_that_depart_from_the_week(diary: Diary, kind: AppointmentKind) -> None:
    DayException.objects.create(diary=diary, day=MONDAY.date())
    assert starts(diary, kind) == []
    DayException.objects.all().delete()
    DayException.objects.create(diary=diary, day=MONDAY.date(), starts="20:00", ends="21:00")
    assert starts(diary, kind) == [at(20)]


def test_public_holidays_close_the_diary(diary: Diary, kind: AppointmentKind) -> None:
    easter = datetime(2027, 3, 29, tzinfo=UTC)
    range_ = {"start": easter, "end": easter + timedelta(days=1), "now": easter - timedelta(days=5)}
    assert len(starts(diary, kind, **range_)) == 3
    diary.holidays = "metropolitan"
    assert starts(diary, kind, **range_) == []


def test_a_one_off_slot_is_for_its_kind(diary: Diary, kind: AppointmentKind) -> None:
    OneOffSlot.objects.create(diary=diary, kind=kind, starts_at=at(19))
    assert starts(diary, kind)[-1] == at(19)
    assert at(19) not in starts(diary, AppointmentKindFactory())


def test_a_learner_is_not_offered_the_time_of_her_own_appointments(diary: Diary, kind: AppointmentKind) -> None:
    elsewhere = AppointmentFactory(kind=kind, starts_at=at(9))
    seat = SeatFactory(appointment=elsewhere)

    assert starts(diary, kind, learner=seat.learner) == [at(10), at(11)]
    assert starts(diary, kind, learner=seat.learner, moving=elsewhere) == [at(9), at(10), at(11)]
    assert starts(diary, kind) == [at(9), at(10), at(11)]
    assert refused(diary, kind, at(9), learner=seat.learner) == "There is already an appointment at this time."


def test_an_appointment_that_moves_is_not_in_its_own_way(diary: Diary, kind: AppointmentKind) -> None:
    diary.max_per_day = 1
    mine = AppointmentFactory(coach=diary.coach, kind=kind, starts_at=at(9))
    seat = SeatFactory(appointment=mine)
    assert starts(diary, kind, learner=seat.learner) == []
    assert starts(diary, kind, learner=seat.learner, moving=mine) == [at(9), at(10), at(11)]


def test_leaving_a_group_does_not_free_its_time(diary: Diary) -> None:
    workshop = AppointmentKindFactory(minutes=60, capacity=4)
    group = AppointmentFactory(coach=diary.coach, kind=workshop, starts_at=at(9))
    seat, _other = SeatFactory(appointment=group), SeatFactory(appointment=group)

    joinable = free_slots(diary=diary, kind=workshop, start=at(9), end=at(10), now=NOW)
    assert [(slot.appointment, slot.seats_left) for slot in joinable] == [(group.public_id, 2)]
    assert starts(diary, workshop, learner=seat.learner, moving=group) == [at(10), at(11)]


def test_a_place_belongs_to_one_appointment_at_a_time(diary: Diary, kind: AppointmentKind) -> None:
    room = PlaceFactory()
    WeeklyHours.objects.update(place=room)
    kind.modes = ["online", "place"]
    AppointmentFactory(kind=kind, starts_at=at(9), mode=Mode.PLACE, place=room)

    nine, ten, _eleven = free_slots(diary=diary, kind=kind, start=MONDAY, end=MONDAY + timedelta(days=1), now=NOW)

    assert (nine.mode, nine.place_id) == (Mode.ONLINE, None)
    assert (ten.mode, ten.place_id) == ("", room.pk)
    assert refused(
        diary,
        kind,
        at(9),
        Mode.PLACE,
    ) == ("Nobody can be received in person at this time. Choose another time, or another way.")
    assert refused(diary, kind, at(10), Mode.PLACE) is None
    assert refused(diary, kind, at(10), Mode.PHONE) == "This slot cannot be held that way."


def test_the_slot_at_an_instant_carries_its_place(diary: Diary, kind: AppointmentKind) -> None:
    room = PlaceFactory()
    WeeklyHours.objects.update(place=room, mode=Mode.PLACE)
    kind.modes = ["online", "place"]
    slot = slot_at(diary=diary, kind=kind, starts_at=at(9), mode="", now=NOW, learner=None)
    assert isinstance(slot, Slot)
    assert (slot.mode, slot.place_id, slot.ends_at) == (Mode.PLACE, room.pk, at(10))


def test_the_first_slots_of_several_coaches(kind: AppointmentKind) -> None:
    here, overseas = DiaryFactory(step_minutes=60), DiaryFactory(step_minutes=60, coach__time_zone="Pacific/Noumea")
    for diary in (here, overseas):
        WeeklyHoursFactory(diary=diary)
    AppointmentFactory(coach=here.coach, kind=kind, starts_at=at(9))

    found = next_free(diaries=[here, overseas], kind=kind, start=NOW, end=NOW + timedelta(days=7), now=NOW, per_coach=2)

    assert [slot.starts_at for slot in found[here.coach_id]] == [at(10), at(11)]
    nine_in_noumea = datetime(2026, 9, 13, 22, tzinfo=UTC)
    assert [slot.starts_at for slot in found[overseas.coach_id]] == [nine_in_noumea, nine_in_noumea + HOUR]


# --- Volume -----------------------------------------------------------------------------------------------------------


def _fill(diary: Diary, kind: AppointmentKind, rows: int) -> None:
    """So many rows of each sort, past and to come, one after the other."""
    calendar = BusyCalendar.objects.create(diary=diary, address="https://example.org/a.ics")
    room = PlaceFactory()
    OneOffSlot.objects.create(diary=diary, kind=kind, starts_at=at(19), place=room)
    moments = [MONDAY + timedelta(hours=3 * shift) for shift in range(-rows // 2, rows // 2)]
    common = {"coach": diary.coach, "kind": kind, "created_by": diary.coach}
    Appointment.objects.bulk_create(
        Appointment(starts_at=moment, ends_at=moment + HOUR / 2, **common) for moment in moments
    )
    periods = [{"starts_at": moment + HOUR, "ends_at": moment + 1.5 * HOUR} for moment in moments]
    BusyPeriod.objects.bulk_create(BusyPeriod(calendar=calendar, **period) for period in periods)
    Absence.objects.bulk_create(Absence(diary=diary, **period) for period in periods[:rows])


@pytest.mark.parametrize("rows", [1, 1000])
def test_four_weeks_of_one_diary_take_nine_queries(
    kind: AppointmentKind, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    made = DiaryFactory(max_per_day=50, max_per_week=500)
    for weekday in range(5):
        WeeklyHoursFactory(diary=made, weekday=weekday).kinds.add(kind)
    learner = EnrolmentFactory().learner
    _fill(made, kind, rows)
    diary = Diary.objects.select_related("coach").get(pk=made.pk)
    with django_assert_num_queries(9):
        found = free_slots(diary=diary, kind=kind, start=NOW, end=NOW + timedelta(weeks=4), now=NOW, learner=learner)
    assert found


@pytest.mark.parametrize("coaches", [1, 50])
def test_the_choice_among_coaches_takes_as_many_for_fifty_as_for_one(
    kind: AppointmentKind, django_assert_num_queries: DjangoAssertNumQueries, coaches: int
) -> None:
    learner = EnrolmentFactory().learner
    for _coach in range(coaches):
        diary = DiaryFactory()
        WeeklyHoursFactory(diary=diary).kinds.add(kind)
        _fill(diary, kind, 2)
    diaries = Diary.objects.select_related("coach")
    end = NOW + timedelta(weeks=4)
    with django_assert_num_queries(10):
        found = next_free(diaries=diaries, kind=kind, start=NOW, end=end, now=NOW, learner=learner)
    assert [len(slots) for slots in found.values()] == [3] * coaches
