"""A coach's own calendars: read for their busy time alone, when they are due, whatever their server answers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from coaching.enums import CalendarKind
from coaching.models import BusyCalendar, BusyPeriod, Diary
from coaching.queries.slots import free_slots
from coaching.services.calendars import (
    CalendarError,
    NewCalendar,
    add_calendar,
    ask_reading,
    read_calendar,
    remove_calendar,
    sweep_calendars,
)
from tests.answering import Server, answering, plain
from tests.factories import AppointmentKindFactory, DiaryFactory, WeeklyHoursFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 9, 10, 8, tzinfo=UTC)
MONDAY = datetime(2026, 9, 14, tzinfo=UTC)
ICS = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//
BEGIN:VEVENT
UID:1
SUMMARY:CANARY-doctor
LOCATION:CANARY-street
ATTENDEE;CN=CANARY-friend:mailto:canary@example.org
DTSTART;TZID=Europe/Paris:20260914T090000
DTEND;TZID=Europe/Paris:20260914T120000
END:VEVENT
END:VCALENDAR
""".replace(b"\n", b"\r\n")


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    with answering() as running:
        running.answers["/busy.ics"] = plain(ICS, ETag='"1"')
        yield running


@pytest.fixture
def diary() -> Diary:
    diary: Diary = DiaryFactory(coach__language="en")
    return diary


def added(diary: Diary, server: Server, path: str = "/busy.ics", **fields: Any) -> BusyCalendar:
    new = NewCalendar(kind=CalendarKind.ICS, address=server.url + path, **fields)
    return add_calendar(diary=diary, new=new, now=NOW)


def read(calendar: BusyCalendar, now: datetime = NOW) -> BusyCalendar:
    fresh = BusyCalendar.objects.select_related("diary__coach").get(pk=calendar.pk)
    read_calendar(calendar=fresh, now=now)
    return BusyCalendar.objects.get(pk=calendar.pk)


def periods(calendar: BusyCalendar) -> list[tuple[datetime, datetime]]:
    return list(calendar.periods.order_by("starts_at").values_list("starts_at", "ends_at"))


MORNING = (MONDAY.replace(hour=7), MONDAY.replace(hour=10))


def test_only_periods_are_kept(diary: Diary, server: Server, caplog: pytest.LogCaptureFixture) -> None:
    calendar = read(added(diary, server))

    assert periods(calendar) == [MORNING]
    assert (calendar.read_at, calendar.due_at, calendar.problem) == (NOW, NOW + timedelta(minutes=15), "")
    kept = [str(vars(row)) for model in (BusyCalendar, BusyPeriod) for row in model.objects.all()]
    assert "CANARY" not in "".join([*kept, caplog.text])


def test_busy_time_takes_slots_away(diary: Diary, server: Server) -> None:
    WeeklyHoursFactory(diary=diary)
    read(added(diary, server))
    slots = free_slots(
        diary=diary, kind=AppointmentKindFactory(), start=MONDAY, end=MONDAY + timedelta(days=1), now=NOW
    )
    assert slots[0].starts_at == MORNING[1]


def test_a_new_calendar_is_read_after_the_commit(
    diary: Diary, server: Server, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        calendar = added(diary, server)
        assert server.asked == []
    assert len(server.asked) == 1
    calendar.refresh_from_db()
    assert calendar.read_at is not None


def test_what_has_not_changed_is_not_sent_again_until_tomorrow(diary: Diary, server: Server) -> None:
    calendar = read(added(diary, server))
    server.answers["/busy.ics"] = plain(b"", 304)

    later = read(calendar, NOW + timedelta(minutes=15))

    assert server.asked[1][2]["if-none-match"] == '"1"'
    assert (later.read_at, later.problem, periods(later)) == (NOW + timedelta(minutes=15), "", [MORNING])
    server.answers["/busy.ics"] = plain(ICS)
    read(calendar, NOW + timedelta(days=1))
    assert "if-none-match" not in server.asked[2][2]


def test_new_periods_replace_the_former_ones(diary: Diary, server: Server) -> None:
    calendar = read(added(diary, server))
    server.answers["/busy.ics"] = plain(ICS.replace(b"T120000", b"T100000"))
    assert periods(read(calendar)) == [(MORNING[0], MONDAY.replace(hour=8))]


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, b"", "The calendar refuses us. Check the user name and the password."),
        (404, b"", "There is nothing at this address any more. Copy it again."),
        (500, b"", "The calendar’s server has a problem. We try again by ourselves."),
        (200, b"<html>", "What this address holds is not a calendar. Copy the address that ends with .ics."),
        (200, b"x" * 5_000_001, "What this address holds is too large."),
    ],
)
def test_a_failure_keeps_the_periods_says_why_and_waits_longer_each_time(
    diary: Diary, server: Server, status: int, body: bytes, words: str
) -> None:
    calendar = read(added(diary, server))
    server.answers["/busy.ics"] = plain(body, status)
    waits = []
    for _try in range(9):
        calendar = read(calendar)
        waits.append((calendar.due_at - NOW) // timedelta(minutes=1))
    assert calendar.problem == words
    assert waits == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]
    assert periods(calendar) == [MORNING]
    server.answers["/busy.ics"] = plain(ICS)
    healed = read(calendar)
    assert (healed.failures, healed.problem) == (0, "")


@pytest.mark.parametrize("status", [200, 207])
def test_an_address_that_speaks_no_caldav(diary: Diary, server: Server, status: int) -> None:
    server.answers["/busy.ics"] = plain(b"<html>", status)
    new = NewCalendar(kind=CalendarKind.CALDAV, address=server.url + "/busy.ics")
    calendar = read(add_calendar(diary=diary, new=new, now=NOW))
    assert calendar.problem == "This address does not speak CalDAV. Try the calendar’s ICS address."


def test_an_address_inside_our_network_is_refused_in_words(diary: Diary, server: Server, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_HOSTS = []
    calendar = added(diary, server)
    BusyCalendar.objects.update(address="https://127.0.0.1/busy.ics")
    calendar = read(calendar)
    assert calendar.problem == "This address leads inside a private network: it cannot be read from here."
    assert server.asked == []


def test_an_event_that_cannot_be_read_is_said(diary: Diary, server: Server) -> None:
    server.answers["/busy.ics"] = plain(ICS.replace(b"DTSTART;TZID=Europe/Paris:2026", b"DTSTART:x"))
    assert read(added(diary, server)).problem == "One event could not be read: it keeps no slot from being booked."


def test_a_password_is_sealed_and_used(diary: Diary, server: Server, settings: Settings) -> None:
    calendar = added(diary, server, username="clara", password="CANARY-password")
    assert "CANARY" not in str(vars(BusyCalendar.objects.get()))
    read(calendar)
    assert server.asked[0][2]["authorization"] == "Basic Y2xhcmE6Q0FOQVJZLXBhc3N3b3Jk"

    settings.SECRET_KEY = "changed without a fallback"
    assert "Remove the calendar, add it again" in read(calendar).problem


def test_five_calendars_at_most(diary: Diary, server: Server) -> None:
    for _calendar in range(5):
        added(diary, server)
    with pytest.raises(CalendarError, match="Five calendars at most"):
        added(diary, server)


def test_webcal_is_https(diary: Diary) -> None:
    new = NewCalendar(kind=CalendarKind.ICS, address="webcal://example.org/a.ics")
    assert add_calendar(diary=diary, new=new, now=NOW).address == "https://example.org/a.ics"


def test_a_removed_calendar_takes_its_periods_along(diary: Diary, server: Server) -> None:
    calendar = read(added(diary, server))
    remove_calendar(calendar=calendar)
    assert BusyPeriod.objects.count() == 0


def test_a_calendar_removed_while_it_is_read_leaves_nothing(diary: Diary, server: Server) -> None:
    calendar = added(diary, server)
    gone = BusyCalendar.objects.select_related("diary__coach").get()
    calendar.delete()
    read_calendar(calendar=gone, now=NOW)
    assert BusyPeriod.objects.count() == 0


def test_the_sweep_takes_what_is_due_once(
    diary: Diary, server: Server, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    due, later = added(diary, server), added(diary, server)
    BusyCalendar.objects.filter(pk=later.pk).update(due_at=NOW + timedelta(minutes=1))
    absent = added(DiaryFactory(coach__is_active=False), server)
    cache.clear()

    with django_capture_on_commit_callbacks(execute=True) as tasks:
        assert sweep_calendars(now=NOW) == 1
        assert sweep_calendars(now=NOW) == 0

    assert len(tasks) == 1
    due.refresh_from_db()
    absent.refresh_from_db()
    assert (due.read_at is not None, absent.read_at) == (True, None)


def test_reading_now_is_in_full(
    diary: Diary, server: Server, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    calendar = read(added(diary, server))
    with django_capture_on_commit_callbacks(execute=True):
        ask_reading(calendar=calendar, now=NOW)
    assert "if-none-match" not in server.asked[1][2]
