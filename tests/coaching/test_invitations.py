"""Appointments as calendars read them: one UID for life, a rising SEQUENCE, the reader's zone, nobody else's name."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from coaching.enums import Mode
from coaching.invitations import CANCEL, PUBLISH, REQUEST, calendar, dates_for
from coaching.models import AppointmentKind, Diary, Seat
from coaching.services import booking, changing
from coaching.services.seats import Wish
from lms.accounts.models import User
from lms.notifications.models import Delivery
from lms.programmes.models import Enrolment
from tests.factories import AppointmentFactory, AppointmentKindFactory, PlaceFactory, SeatFactory


@pytest.fixture
def seat(enrolment: Enrolment, diary: Diary, kind: AppointmentKind, now: datetime) -> Seat:
    """Monday, 10:00 in Paris."""
    wish = Wish(enrolment, diary, kind, now + timedelta(hours=22))
    return booking.book(wish=wish, key=uuid4(), actor=enrolment.learner, now=now)


def attached(person: User) -> list[Any]:
    """The calendar files this person was sent, in order, as a calendar reads them."""
    rows = Delivery.objects.filter(recipient=person, channel="email").order_by("pk")
    return [Calendar.from_ical(file["content"]) for row in rows for file in row.attachments]


def only_event(read: Any) -> Any:
    [event] = read.walk("VEVENT")
    return event


def test_one_uid_for_life_and_a_rising_sequence(seat: Seat, now: datetime) -> None:
    changing.move(seat=seat, starts_at=seat.starts_at + timedelta(hours=2), actor=seat.learner, now=now)
    changing.cancel(seat=seat, actor=seat.learner, now=now)

    for person in (seat.learner, seat.appointment.coach):
        files = attached(person)
        events = [only_event(read) for read in files]
        assert [str(read["METHOD"]) for read in files] == [REQUEST, REQUEST, CANCEL]
        assert {str(event["UID"]) for event in events} == {f"{seat.appointment.public_id}@localhost"}
        assert [int(event["SEQUENCE"]) for event in events] == [0, 1, 2]
        assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
        assert all("DTSTAMP" in event and "ORGANIZER" in event and not event.walk("VALARM") for event in events)


def test_both_people_are_attendees_who_said_yes(seat: Seat) -> None:
    event = only_event(attached(seat.learner)[0])

    people = {str(one).removeprefix("mailto:"): one.params for one in event["ATTENDEE"]}
    assert set(people) == {seat.learner.email, seat.appointment.coach.email}
    assert {params["PARTSTAT"] for params in people.values()} == {"ACCEPTED"}


@pytest.mark.parametrize("zone", ["Europe/Paris", "Indian/Reunion", "America/Miquelon", "Pacific/Noumea"])
def test_the_zone_is_the_readers_and_travels_with_the_file(seat: Seat, zone: str) -> None:
    seat.learner.time_zone = zone

    read = Calendar.from_ical(calendar(dates_for(seat.learner, [seat.appointment]), seat.learner, method=PUBLISH))

    event = only_event(read)
    assert event.start == seat.starts_at
    assert event["DTSTART"].params["TZID"] == zone
    described: Any = read.walk("VTIMEZONE")[0]
    assert described["TZID"] == zone
    assert (
        event.start.replace(tzinfo=described.to_tz()).utcoffset()
        == seat.starts_at.astimezone(ZoneInfo(zone)).utcoffset()
    )


@pytest.mark.parametrize(("month", "offset"), [(1, 1), (3, 2), (7, 2), (10, 1), (12, 1)])
def test_both_seasons_are_described(month: int, offset: int, enrolment: Enrolment, diary: Diary) -> None:
    """The last Sunday of March and of October, at noon: the clocks have just changed."""
    day = {1: 15, 3: 29, 7: 15, 10: 25, 12: 15}[month]
    starts_at = datetime(2026, month, day, 12, tzinfo=ZoneInfo("Europe/Paris"))
    row = SeatFactory(appointment=AppointmentFactory(coach=diary.coach, starts_at=starts_at), enrolment=enrolment)

    read = Calendar.from_ical(calendar(dates_for(row.learner, [row.appointment]), row.learner, method=PUBLISH))

    described: Any = read.walk("VTIMEZONE")[0]
    local = only_event(read).start.replace(tzinfo=described.to_tz())
    assert local.utcoffset() == timedelta(hours=offset)
    assert local == starts_at


def test_the_place_is_said_with_how_to_get_in(enrolment: Enrolment, diary: Diary) -> None:
    place = PlaceFactory(name="Médiathèque", address="3 rue des Lilas\n75020 Paris", access="Code 1234; 2e étage")
    row = SeatFactory(
        appointment=AppointmentFactory(coach=diary.coach, mode=Mode.PLACE, place=place), enrolment=enrolment
    )

    event = only_event(
        Calendar.from_ical(calendar(dates_for(row.learner, [row.appointment]), row.learner, method=PUBLISH))
    )

    assert str(event["LOCATION"]) == "Médiathèque, 3 rue des Lilas, 75020 Paris"
    assert "Code 1234; 2e étage" in str(event["DESCRIPTION"])


def test_a_group_names_nobody_to_a_learner_and_everybody_to_its_coach(enrolment: Enrolment, diary: Diary) -> None:
    group = AppointmentFactory(coach=diary.coach, kind=AppointmentKindFactory(capacity=4))
    mine = SeatFactory(appointment=group, enrolment=enrolment)
    other = SeatFactory(appointment=group)

    learners = calendar(dates_for(mine.learner, [group]), mine.learner, method=PUBLISH)
    coachs = calendar(dates_for(diary.coach, [group]), diary.coach, method=PUBLISH)

    assert other.learner.email not in learners
    assert mine.learner.email in learners
    assert len(only_event(Calendar.from_ical(coachs))["ATTENDEE"]) == 3


def test_what_a_learner_wants_to_talk_about_leaves_in_no_file(seat: Seat) -> None:
    Seat.objects.update(topic="TOPIC-CANARY")

    assert "TOPIC-CANARY" not in calendar(dates_for(seat.learner, [seat.appointment]), seat.learner, method=PUBLISH)


def test_the_same_rows_give_the_same_bytes(seat: Seat) -> None:
    files = {calendar(dates_for(seat.learner, [seat.appointment]), seat.learner, method=PUBLISH) for _time in range(3)}

    assert len(files) == 1


def test_lines_are_folded_and_end_as_the_standard_says(seat: Seat) -> None:
    seat.learner.display_name = "É" * 120
    content = calendar(dates_for(seat.appointment.coach, [seat.appointment]), seat.appointment.coach, method=PUBLISH)

    lines = content.split("\r\n")
    assert content.endswith("END:VCALENDAR\r\n")
    assert "\n" not in content.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in lines)
