"""A coach arranges her diary on screen: her week, her rules, dates that differ, absences, her other calendars."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from coaching.enums import AppointmentState, Mode
from coaching.models import Absence, Appointment, BusyCalendar, DayException, Diary, OneOffSlot, WeeklyHours
from lms.accounts.models import User
from tests.factories import (
    AppointmentFactory,
    AppointmentKindFactory,
    CohortStaffFactory,
    DiaryFactory,
    PlaceFactory,
    SeatFactory,
    UserFactory,
    WeeklyHoursFactory,
)

pytestmark = pytest.mark.django_db

# A Thursday; the coming Monday is the 14th.
NOW = datetime(2026, 9, 10, 8, tzinfo=UTC)
MONDAY_NINE = datetime(2026, 9, 14, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _that_day() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def coach() -> User:
    person: User = UserFactory(language="en")
    CohortStaffFactory(user=person)
    return person


@pytest.fixture
def client(coach: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(coach)
    return client


@pytest.fixture
def kind() -> Any:
    return AppointmentKindFactory(name="Point", minutes=60)


def room_of(coach: User) -> Any:
    return PlaceFactory(partner=coach.cohort_roles.get().cohort.partner)


def page(client: Client, name: str, *args: Any) -> str:
    response = client.get(reverse(f"coaching:{name}", args=args))
    assert response.status_code == 200
    return str(response.content.decode())


def post(client: Client, name: str, data: dict[str, Any] | None = None, *args: Any, **headers: Any) -> Any:
    return client.post(reverse(f"coaching:{name}", args=args), data or {}, headers=headers)


# --- The overview -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("kind")
def test_an_empty_diary_is_published_in_two_taps(client: Client, coach: User) -> None:
    assert "Nobody can book you yet" in page(client, "diary")
    assert not Diary.objects.exists()

    response = post(client, "diary-begin", {"preset": "mornings"})

    assert response.status_code == 302
    lines = WeeklyHours.objects.filter(diary__coach=coach).values_list("weekday", "starts", "ends")
    assert list(lines) == [(day, time(9), time(12)) for day in range(5)]
    content = page(client, "diary")
    assert "9 free starts" in content
    assert "Public holiday" not in content


def test_a_week_that_exists_stays_as_it_is(client: Client, coach: User) -> None:
    WeeklyHoursFactory(diary__coach=coach)
    post(client, "diary-begin", {"preset": "days"})
    assert WeeklyHours.objects.count() == 1


def test_the_preview_is_what_learners_see(client: Client, coach: User, kind: Any) -> None:
    diary = DiaryFactory(coach=coach, step_minutes=60)
    WeeklyHoursFactory(diary=diary, ends=time(12))
    AppointmentFactory(coach=coach, kind=kind, starts_at=MONDAY_NINE)
    fragment = client.get(reverse("coaching:diary"), headers={"hx-request": "true"}).content.decode()
    assert fragment.lstrip().startswith('<section id="preview"')
    assert "2 free starts" in fragment
    assert "<li>9:00</li>" not in fragment
    assert "<li>10:00</li>" in fragment


def test_a_public_holiday_is_named(client: Client, coach: User, kind: Any) -> None:
    WeeklyHoursFactory(diary__coach=coach)
    Diary.objects.update(holidays="metropolitan")
    with time_machine.travel(datetime(2026, 11, 5, 9, tzinfo=UTC), tick=False):
        client.force_login(coach)
        assert "Public holiday" in page(client, "diary")


# --- The week ---------------------------------------------------------------------------------------------------------


def week(*lines: dict[str, Any]) -> dict[str, Any]:
    data = {"form-TOTAL_FORMS": len(lines), "form-INITIAL_FORMS": 0}
    return data | {f"form-{rank}-{name}": value for rank, line in enumerate(lines) for name, value in line.items()}


def test_a_week_is_saved_line_by_line(client: Client, coach: User, kind: Any) -> None:
    WeeklyHoursFactory(diary__coach=coach, weekday=6)
    room = room_of(coach)
    lines = [
        {"weekday": 0, "starts": "09:00", "ends": "12:00", "mode": "place", "place": room.public_id},
        {"weekday": 0, "starts": "14:00", "ends": "17:00", "kinds": [kind.public_id], "valid_from": "2026-10-01"},
        {"weekday": 1, "starts": "", "ends": ""},
        {"weekday": 6, "starts": "09:00", "ends": "18:00", "removed": "on"},
    ]
    assert post(client, "diary-week", week(*lines)).status_code == 302

    morning, afternoon = WeeklyHours.objects.filter(diary__coach=coach)
    assert (morning.mode, morning.place) == (Mode.PLACE, room)
    assert list(afternoon.kinds.all()) == [kind]
    content = page(client, "diary-week")
    assert content.count('value="14:00"') == 1
    assert content.count('name="form-0-starts"') == 1


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([{"starts": "09:00", "ends": "12:00"}, {"starts": "11:00", "ends": "13:00"}], "overlaps another one"),
        ([{"starts": "12:00", "ends": "09:00"}], "The end comes after the beginning"),
        ([{"starts": "09:00", "ends": ""}], "A line needs both times."),
        ([{"starts": "09:00", "ends": "25:00"}], "Enter a valid time."),
        ([{"starts": "09:00", "ends": "12:00", "mode": "place"}], "Say where you receive people."),
        (
            [{"starts": "09:00", "ends": "12:00", "valid_from": "2026-10-02", "valid_until": "2026-10-01"}],
            "The last day comes after the first.",
        ),
    ],
)
def test_a_refused_line_says_why_and_keeps_what_was_typed(
    client: Client, coach: User, lines: list[dict[str, Any]], words: str
) -> None:
    room_of(coach)
    response = post(client, "diary-week", week(*({"weekday": 2} | line for line in lines)))
    content = response.content.decode()
    assert response.status_code == 422
    assert words in content
    assert f'value="{lines[0]["starts"]}"' in content
    assert not WeeklyHours.objects.exists()


def test_lines_one_after_the_other_in_the_year_do_not_overlap(client: Client, coach: User) -> None:
    summer = {"weekday": 0, "starts": "09:00", "ends": "12:00", "valid_until": "2026-08-31"}
    autumn = {"weekday": 0, "starts": "09:00", "ends": "13:00", "valid_from": "2026-09-01"}
    assert post(client, "diary-week", week(summer, autumn)).status_code == 302
    assert WeeklyHours.objects.count() == 2


def test_the_kinds_and_places_of_others_are_not_offered(client: Client, coach: User, kind: Any) -> None:
    elsewhere = PlaceFactory(name="CANARY-room")
    foreign = AppointmentKindFactory(name="CANARY-kind", partner=elsewhere.partner)
    assert "CANARY" not in page(client, "diary-week")
    line = {"weekday": 0, "starts": "09:00", "ends": "12:00"}
    for field, row in (("place", elsewhere), ("kinds", foreign)):
        assert post(client, "diary-week", week(line | {field: row.public_id})).status_code == 422


def test_a_day_is_copied_to_others(client: Client, coach: User) -> None:
    diary = DiaryFactory(coach=coach)
    WeeklyHoursFactory(diary=diary, weekday=0, ends=time(12))
    WeeklyHoursFactory(diary=diary, weekday=1, starts=time(20), ends=time(21))
    assert post(client, "diary-copy", {"source": 0, "to": [1, 3]}).status_code == 302
    lines = diary.weekly_hours.values_list("weekday", "starts", "ends")
    assert list(lines) == [(day, time(9), time(12)) for day in (0, 1, 3)]


def test_a_copy_to_no_day_is_refused(client: Client, coach: User) -> None:
    WeeklyHoursFactory(diary__coach=coach)
    response = post(client, "diary-copy", {"source": 0})
    assert response.status_code == 422
    assert b"Choose at least one day." in response.content


@pytest.mark.parametrize("rows", [1, 30])
def test_a_long_week_costs_no_more_queries(
    client: Client, coach: User, kind: Any, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    diary = DiaryFactory(coach=coach)
    for rank in range(rows):
        WeeklyHoursFactory(diary=diary, weekday=rank % 5, starts=time(8 + rank // 5), ends=time(8 + rank // 5, 30))
    page(client, "diary-week")
    with django_assert_num_queries(12):
        page(client, "diary-week")


# --- The rules --------------------------------------------------------------------------------------------------------


def rules(**changes: Any) -> dict[str, Any]:
    return {
        "is_open": "on",
        "presentation": "",
        "minimum_notice": 60,
        "window_days": 28,
        "change_deadline": 120,
        "step_minutes": 60,
        "buffer_before": 0,
        "buffer_after": 0,
        "max_per_day": 6,
        "max_per_week": 25,
        "holidays": "",
    } | changes


def test_rules_are_saved(client: Client, coach: User) -> None:
    assert post(client, "diary-rules", rules(buffer_after=15)).status_code == 302
    diary = Diary.objects.get(coach=coach)
    assert (diary.minimum_notice, diary.buffer_after, diary.holidays) == (60, 15, "")


def test_a_try_shows_the_effect_and_saves_nothing(client: Client, coach: User, kind: Any) -> None:
    WeeklyHoursFactory(diary__coach=coach, ends=time(12))
    Diary.objects.update(step_minutes=15)
    tried = rules(step_minutes=60, **{"try": "1"})

    fragment = post(client, "diary-rules", tried, **{"hx-request": "true"}).content.decode()
    whole = post(client, "diary-rules", tried).content.decode()

    assert "3 free starts" in fragment
    assert "<form" not in fragment
    assert "A try: nothing is saved yet" in whole
    assert '<option value="60" selected>1 hour</option>' in whole
    assert Diary.objects.get().step_minutes == 15


@pytest.mark.parametrize(("name", "value"), [("max_per_day", 0), ("minimum_notice", 7), ("window_days", 9999)])
def test_rules_that_cannot_be_are_refused(client: Client, coach: User, name: str, value: int) -> None:
    DiaryFactory(coach=coach)
    assert post(client, "diary-rules", rules(**{name: value})).status_code == 422
    assert getattr(Diary.objects.get(), name) != value


# --- Dates ------------------------------------------------------------------------------------------------------------


def test_days_are_closed_in_a_row_and_opened_again(client: Client, coach: User) -> None:
    assert post(client, "diary-days", {"first": "2026-09-14", "last": "2026-09-16"}).status_code == 302
    assert DayException.objects.filter(diary__coach=coach, starts=None).count() == 3
    assert page(client, "diary-days").count("Closed") == 3
    row = DayException.objects.first()
    assert row
    post(client, "diary-day-remove", {}, row.public_id)
    assert DayException.objects.count() == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"first": "2026-09-14"}, "in your list already"),
        ({"first": "2026-09-15", "starts": "10:00", "ends": "11:00"}, "overlap"),
        ({"first": "2026-09-16", "starts": "10:00"}, "A line needs both times."),
        ({"first": "2026-09-16", "last": "2027-09-16"}, "Three months at most."),
        ({"first": "2026-09-16", "last": "2026-09-15"}, "The last day comes after the first."),
        ({"first": "x"}, "Enter a valid date."),
    ],
)
def test_days_that_cannot_be_are_refused(client: Client, coach: User, data: dict[str, str], words: str) -> None:
    diary = DiaryFactory(coach=coach)
    DayException.objects.create(diary=diary, day="2026-09-14")
    DayException.objects.create(diary=diary, day="2026-09-15", starts=time(9), ends=time(12))
    response = post(client, "diary-days", data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert DayException.objects.count() == 2


def test_an_absence_lists_whom_it_touches_and_cancels_only_when_told(client: Client, coach: User) -> None:
    DiaryFactory(coach=coach)
    touched = AppointmentFactory(coach=coach, starts_at=MONDAY_NINE)
    seat = SeatFactory(appointment=touched, learner__display_name="Lina", enrolment__coach=coach)
    spared = AppointmentFactory(coach=coach, starts_at=MONDAY_NINE + timedelta(days=2))

    response = post(
        client, "diary-absences", {"first_day": "2026-09-14", "last_day": "2026-09-15", "reason": "CANARY-flu"}
    )

    absence = Absence.objects.get()
    assert (absence.starts_at, absence.ends_at - absence.starts_at) == (MONDAY_NINE - timedelta(hours=9), timedelta(2))
    content = client.get(response["Location"]).content.decode()
    assert seat.learner.get_full_name() in content
    assert "One appointment falls in it" in content
    touched.refresh_from_db()
    assert touched.state == AppointmentState.CONFIRMED

    post(client, "diary-absence-cancel", {}, absence.public_id)

    touched.refresh_from_db()
    spared.refresh_from_db()
    assert (touched.state, spared.state) == (AppointmentState.CANCELLED, AppointmentState.CONFIRMED)
    assert "CANARY" not in touched.cancel_reason
    assert "No appointment falls in it." in page(client, "diary-absence", absence.public_id)


def test_an_absence_of_some_hours_and_its_end(client: Client, coach: User) -> None:
    hours = {"first_day": "2026-09-14", "from_time": "09:00", "last_day": "2026-09-14", "until_time": "11:00"}
    post(client, "diary-absences", hours)
    absence = Absence.objects.get()
    assert (absence.starts_at, absence.ends_at) == (MONDAY_NINE, MONDAY_NINE + timedelta(hours=2))
    post(client, "diary-absence-remove", {}, absence.public_id)
    assert not Absence.objects.exists()
    response = post(client, "diary-absences", hours | {"until_time": "08:00"})
    assert b"The absence ends after it begins." in response.content
    response = post(client, "diary-absences", {"first_day": "9999-12-31", "last_day": "9999-12-31"})
    assert (response.status_code, b"more than five years" in response.content) == (422, True)


def test_an_absence_on_the_night_the_clocks_change(client: Client, coach: User) -> None:
    post(client, "diary-absences", {"first_day": "2026-10-25", "last_day": "2026-10-25"})
    absence = Absence.objects.get()
    assert absence.ends_at - absence.starts_at == timedelta(hours=25)


def test_a_slot_offered_once(client: Client, coach: User, kind: Any) -> None:
    offered = {"kind": kind.public_id, "day": "2026-09-14", "at": "19:00", "mode": "phone"}
    assert post(client, "diary-once", offered).status_code == 302
    slot = OneOffSlot.objects.get()
    assert (slot.kind, slot.starts_at, slot.mode) == (kind, MONDAY_NINE + timedelta(hours=10), Mode.PHONE)
    assert "You already offer a slot at this time." in post(client, "diary-once", offered).content.decode()
    assert "This moment is past." in post(client, "diary-once", offered | {"day": "2026-09-01"}).content.decode()
    room_of(coach)
    refused = post(client, "diary-once", offered | {"at": "20:00", "mode": "place"})
    assert "Say where you receive people." in refused.content.decode()
    post(client, "diary-once-remove", {}, slot.public_id)
    assert not OneOffSlot.objects.exists()


# --- Other calendars --------------------------------------------------------------------------------------------------


def test_a_calendar_is_added_and_its_password_shown_nowhere(client: Client, coach: User) -> None:
    data = {"kind": "caldav", "address": "https://127.0.0.1/dav/", "username": "clara", "password": "CANARY-password"}
    assert post(client, "diary-calendars", data).status_code == 302
    calendar = BusyCalendar.objects.get(diary__coach=coach)
    assert "CANARY" not in calendar.sealed_password
    content = page(client, "diary-calendars")
    assert "CANARY" not in content
    assert "Being read" in content
    assert 'hx-trigger="load delay:3s"' in content


def test_what_is_not_an_address_is_refused_and_stays(client: Client, coach: User) -> None:
    response = post(client, "diary-calendars", {"kind": "ics", "address": "ftp://example.org"})
    assert response.status_code == 422
    assert b'value="ftp://example.org"' in response.content
    assert not BusyCalendar.objects.exists()


def test_the_state_of_a_calendar_is_said_in_words(client: Client, coach: User) -> None:
    calendar = BusyCalendar.objects.create(
        diary=DiaryFactory(coach=coach), address="https://example.org/a.ics", read_at=NOW - timedelta(minutes=12)
    )
    calendar.periods.create(starts_at=NOW, ends_at=NOW + timedelta(hours=1))
    content = page(client, "diary-calendars").replace("\xa0", " ")
    assert "12 minutes ago. One busy period." in content
    BusyCalendar.objects.update(problem="The server did not answer.", failures=1)
    content = page(client, "diary-calendars").replace("\xa0", " ")
    assert "The server did not answer. Last read 12 minutes ago: those busy periods still count." in content


def test_a_calendar_is_read_now_and_removed(client: Client, coach: User) -> None:
    calendar = BusyCalendar.objects.create(
        diary=DiaryFactory(coach=coach), address="https://127.0.0.1/a.ics", due_at=NOW + timedelta(hours=1)
    )
    for _try in range(11):
        response = client.post(reverse("coaching:diary-calendar-read", args=[calendar.public_id]), follow=True)
    assert b"That is often." in response.content
    calendar.refresh_from_db()
    assert calendar.due_at == NOW
    post(client, "diary-calendar-remove", {}, calendar.public_id)
    assert not BusyCalendar.objects.exists()


# --- Whose it is ------------------------------------------------------------------------------------------------------


def test_the_rows_of_another_coach_do_not_exist(client: Client) -> None:
    other = DiaryFactory()
    day = DayException.objects.create(diary=other, day="2026-09-14")
    absence = Absence.objects.create(diary=other, starts_at=NOW, ends_at=NOW + timedelta(days=1))
    slot = OneOffSlot.objects.create(diary=other, kind=AppointmentKindFactory(), starts_at=MONDAY_NINE)
    calendar = BusyCalendar.objects.create(diary=other, address="https://example.org/a.ics")
    for name, row in (
        ("diary-day-remove", day),
        ("diary-absence-cancel", absence),
        ("diary-absence-remove", absence),
        ("diary-once-remove", slot),
        ("diary-calendar-read", calendar),
        ("diary-calendar-remove", calendar),
    ):
        assert post(client, name, {}, row.public_id).status_code == 404, name
    assert client.get(reverse("coaching:diary-absence", args=[absence.public_id])).status_code == 404
    assert Appointment.objects.count() == 0
    assert all(row._meta.model._default_manager.filter(pk=row.pk).exists() for row in (day, absence, slot, calendar))
