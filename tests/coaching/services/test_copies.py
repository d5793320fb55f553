"""A real CalDAV server (radicale), with a client of its own as the witness: busy time out, appointments in."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from caldav.davclient import DAVClient
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from coaching.enums import AppointmentState, CalendarKind
from coaching.models import Appointment, BusyCalendar, CalendarCopy, Diary
from coaching.services.calendars import NewCalendar, add_calendar, read_calendar
from coaching.services.copies import push_calendar, push_due
from tests.factories import AppointmentFactory, DiaryFactory, SeatFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "sésame"
NOW = timezone.now().replace(minute=0, second=0, microsecond=0)


@pytest.fixture(scope="module")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with one account, clara, whose password is "sésame"."""
    folder: Path = tmp_path_factory.mktemp("radicale")
    (folder / "users").write_text(f"clara:{PASSWORD}\n", "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {
        "server-hosts": f"127.0.0.1:{port}",
        "auth-type": "htpasswd",
        "auth-htpasswd-filename": str(folder / "users"),
        "auth-htpasswd-encryption": "plain",
        "storage-filesystem-folder": str(folder / "collections"),
    }
    command = [sys.executable, "-m", "radicale", "--config", ""]
    command += [f"--{name}={value}" for name, value in options.items()]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _try in range(150):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def witness(radicale: str) -> Iterator[Any]:
    """A new calendar on the server, in the hands of another client."""
    with DAVClient(url=radicale, username="clara", password=PASSWORD) as client:
        calendar = cast("Any", client).principal().make_calendar(name="Perso")
        yield calendar
        calendar.delete()


@pytest.fixture
def diary(settings: Settings) -> Diary:
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    diary: Diary = DiaryFactory(coach__language="en")
    return diary


def added(diary: Diary, address: str, password: str = PASSWORD, *, pushes: bool = True) -> BusyCalendar:
    new = NewCalendar(kind=CalendarKind.CALDAV, address=address, username="clara", password=password, pushes=pushes)
    return again(add_calendar(diary=diary, new=new, now=NOW))


def again(calendar: BusyCalendar) -> BusyCalendar:
    """Read it, and find it as it is afterwards."""
    fresh = BusyCalendar.objects.select_related("diary__coach").get(pk=calendar.pk)
    read_calendar(calendar=fresh, now=NOW)
    return BusyCalendar.objects.select_related("diary__coach").get(pk=calendar.pk)


def busy(calendar: BusyCalendar) -> list[tuple[datetime, datetime]]:
    return list(calendar.periods.order_by("starts_at").values_list("starts_at", "ends_at"))


def event(start: datetime, rule: str = "") -> str:
    stamp = start.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//witness//", "BEGIN:VEVENT", f"UID:{stamp}{len(rule)}@witness"]
    lines += [f"DTSTAMP:{stamp}", f"DTSTART:{stamp}", "DURATION:PT1H", "SUMMARY:Dentist", rule, "END:VEVENT"]
    return "\r\n".join([line for line in lines if line] + ["END:VCALENDAR", ""])


HOUR = timedelta(hours=1)


def test_busy_time_is_read_and_recurrences_are_ours_to_compute(diary: Diary, radicale: str, witness: Any) -> None:
    tomorrow, last_year = NOW + timedelta(days=1), NOW - timedelta(days=364)
    witness.save_event(event(tomorrow))
    witness.save_event(event(last_year, "RRULE:FREQ=WEEKLY"))
    witness.save_event(event(NOW - timedelta(days=90)))

    calendar = added(diary, str(witness.url))

    assert calendar.problem == ""
    assert (tomorrow, tomorrow + HOUR) in busy(calendar)
    weekly = [start for start, _end in busy(calendar) if start != tomorrow]
    assert weekly == [NOW + timedelta(days=7 * week) for week in range(6)]


@pytest.mark.parametrize("path", ["/", "/clara/"])
@pytest.mark.usefixtures("witness")
def test_the_calendar_is_found_from_the_account(diary: Diary, radicale: str, path: str, witness: Any) -> None:
    assert added(diary, radicale + path).address == str(witness.url)


def test_a_wrong_password_is_said(diary: Diary, witness: Any) -> None:
    assert added(diary, str(witness.url), "wrong").problem == (
        "The calendar refuses us. Check the user name and the password."
    )


def in_calendar(witness: Any) -> dict[str, Any]:
    return {str(found.icalendar_component["uid"]): found.icalendar_component for found in witness.events()}


def pushed(calendar: BusyCalendar) -> BusyCalendar:
    push_calendar(calendar=calendar, now=NOW)
    calendar.refresh_from_db()
    assert calendar.problem == ""
    return calendar


def test_an_appointment_is_written_moved_and_taken_away(diary: Diary, witness: Any) -> None:
    calendar = added(diary, str(witness.url))
    appointment = AppointmentFactory(coach=diary.coach, starts_at=NOW + timedelta(days=2))
    seat = SeatFactory(appointment=appointment)

    pushed(calendar)

    [(uid, found)] = in_calendar(witness).items()
    assert uid.startswith(str(appointment.public_id))
    assert found.start == appointment.starts_at
    assert seat.learner.display_name in found["summary"]

    starts_at = NOW + timedelta(days=3)
    Appointment.objects.update(starts_at=starts_at, ends_at=starts_at + HOUR, sequence=1)
    pushed(calendar)
    moved = in_calendar(witness)
    assert list(moved) == [uid]
    assert moved[uid].start == starts_at

    Appointment.objects.update(state=AppointmentState.CANCELLED, cancelled_at=NOW, sequence=2)
    pushed(calendar)
    assert in_calendar(witness) == {}
    assert CalendarCopy.objects.count() == 0


def test_what_we_wrote_is_not_busy_time(diary: Diary, witness: Any) -> None:
    calendar = added(diary, str(witness.url))
    AppointmentFactory(coach=diary.coach, starts_at=NOW + timedelta(days=2))
    pushed(calendar)
    witness.save_event(event(NOW + timedelta(days=4)))
    assert busy(again(calendar)) == [(NOW + timedelta(days=4), NOW + timedelta(days=4) + HOUR)]


def test_an_appointment_given_to_another_coach_leaves_the_calendar(diary: Diary, witness: Any) -> None:
    calendar = added(diary, str(witness.url))
    AppointmentFactory(coach=diary.coach)
    pushed(calendar)
    Appointment.objects.update(coach=UserFactory())
    pushed(calendar)
    assert in_calendar(witness) == {}


def test_one_already_gone_from_the_calendar_is_no_matter(diary: Diary, witness: Any) -> None:
    calendar = added(diary, str(witness.url))
    AppointmentFactory(coach=diary.coach)
    pushed(calendar)
    for found in witness.events():
        found.delete()
    Appointment.objects.update(state=AppointmentState.CANCELLED, cancelled_at=NOW)
    pushed(calendar)
    assert CalendarCopy.objects.count() == 0


def test_the_sweep_wakes_the_calendars_that_are_behind(
    diary: Diary, witness: Any, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    added(diary, str(witness.url))
    added(diary, str(witness.url), pushes=False)
    assert push_due(now=NOW) == 0
    AppointmentFactory(coach=diary.coach)
    AppointmentFactory(starts_at=NOW + timedelta(days=5))

    with django_capture_on_commit_callbacks(execute=True):
        assert push_due(now=NOW) == 1
    assert len(in_calendar(witness)) == 1
    assert push_due(now=NOW) == 0
    Appointment.objects.update(state=AppointmentState.CANCELLED, cancelled_at=NOW)
    assert push_due(now=NOW) == 1


def test_a_refused_write_is_said_and_tried_again_later(diary: Diary, radicale: str, witness: Any) -> None:
    calendar = added(diary, str(witness.url))
    AppointmentFactory(coach=diary.coach)
    calendar.address = f"{radicale}/nobody/calendar/"
    push_calendar(calendar=calendar, now=NOW)
    calendar.refresh_from_db()
    assert calendar.problem
    assert calendar.failures == 1
    assert push_due(now=NOW) == 0
    assert CalendarCopy.objects.count() == 0
