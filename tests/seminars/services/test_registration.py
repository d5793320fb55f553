"""Seats of a live session: never one too many, the first who waits is seated, everybody is told once."""

from datetime import timedelta
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone
from icalendar import Calendar

from lms.notifications.models import Delivery, Notification
from seminars.enums import RegistrationState, SessionState
from seminars.models import LiveSession, Registration, Reminder
from seminars.services import registration
from seminars.services.registration import RegistrationRefused, cancel, register, seats_left, sweep_reminders
from tests.factories import EnrolmentFactory, UserFactory
from tests.seminars.factories import (
    LiveSessionFactory,
    RegistrationFactory,
    RemovalFactory,
    SeminarSeriesPageFactory,
    SessionStaffFactory,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def come(session: LiveSession, person: Any = None, **more: Any) -> Registration:
    person = person or EnrolmentFactory().learner
    return register(session=session, person=person, actor=person, now=more.get("now", NOW))


def told(person: Any) -> list[str]:
    return list(Notification.objects.filter(recipient=person).order_by("pk").values_list("title", flat=True))


def invitation(person: Any) -> Any:
    """The last calendar file she was sent: its text, and its one event."""
    delivery = Delivery.objects.filter(recipient=person, channel="email").exclude(attachments=[]).order_by("-pk")[0]
    content = delivery.attachments[0]["content"]
    calendar = Calendar.from_ical(content)
    return calendar, calendar.walk("VEVENT")[0]


def test_a_seat_her_contract_and_a_file_for_her_calendar() -> None:
    session = LiveSessionFactory(title="Les mots de passe")
    enrolment = EnrolmentFactory(learner__language="en", learner__time_zone="America/Martinique")

    row = come(session, enrolment.learner)

    assert (row.state, row.enrolment, row.seated_at) == (RegistrationState.REGISTERED, enrolment, NOW)
    assert told(enrolment.learner) == ["You are registered: Les mots de passe"]
    calendar, event = invitation(enrolment.learner)
    assert calendar["METHOD"] == "REQUEST"
    assert event["UID"].startswith(f"{session.public_id}@")
    assert event["SEQUENCE"] == 0
    assert event["DTSTART"].params["TZID"] == "America/Martinique"
    assert event.start.astimezone(ZoneInfo("UTC")) == session.starts_at.replace(microsecond=0)
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["America/Martinique"]


def test_asked_again_nothing_changes() -> None:
    session = LiveSessionFactory(seats=1)
    first = come(session)

    again = come(session, first.person)

    assert again == first
    assert Registration.objects.count() == 1
    assert len(told(first.person)) == 1


def test_who_comes_too_late_waits_and_is_seated_in_order() -> None:
    session = LiveSessionFactory(seats=1)
    seated = come(session)
    first = come(session, now=NOW + timedelta(minutes=1))
    second = come(session, now=NOW + timedelta(minutes=2))
    assert {first.state, second.state} == {RegistrationState.WAITING}
    assert not first.reminders.exists()

    cancel(registration=seated, actor=seated.person, now=NOW + timedelta(minutes=3))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (RegistrationState.REGISTERED, RegistrationState.WAITING)
    assert seats_left(session) == 0
    assert first.reminders.count() == 3
    assert len(told(first.person)) == 2
    calendar, event = invitation(seated.person)
    assert (calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
    assert not seated.reminders.exists()


def test_she_may_come_back_after_she_gave_her_seat_back() -> None:
    session = LiveSessionFactory(seats=1)
    row = come(session)
    cancel(registration=row, actor=row.person, now=NOW)
    cancel(registration=row, actor=row.person, now=NOW + timedelta(seconds=1))

    again = come(session, row.person, now=NOW + timedelta(seconds=2))

    assert (again.pk, again.state, again.cancelled_at) == (row.pk, RegistrationState.REGISTERED, None)
    assert len(told(row.person)) == 3


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"state": SessionState.DRAFT}, "not-open"),
        ({"state": SessionState.CANCELLED}, "not-open"),
        ({"ended": True}, "not-open"),
        ({"starts_at": NOW - timedelta(hours=3)}, "over"),
    ],
)
def test_a_session_that_is_not_open_is_refused(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(RegistrationRefused) as refused:
        come(LiveSessionFactory(**fields))

    assert refused.value.code == code
    assert not Registration.objects.exists()


def test_who_runs_it_or_was_sent_out_does_not_register() -> None:
    session = LiveSessionFactory()
    host, removed = SessionStaffFactory(session=session).person, RemovalFactory(session=session).person

    for person, code in ((host, "runs-it"), (removed, "sent-out")):
        with pytest.raises(RegistrationRefused) as refused:
            come(session, person)
        assert refused.value.code == code


def test_a_session_that_is_over_keeps_its_registrations() -> None:
    row = RegistrationFactory(session__ended=True)

    with pytest.raises(RegistrationRefused):
        cancel(registration=row, actor=row.person, now=NOW)


# --- Reminders --------------------------------------------------------------------------------------------------------


def test_reminders_are_rows_and_each_is_told_once() -> None:
    session = LiveSessionFactory(title="Le bal", starts_at=NOW + timedelta(days=2))
    row = come(session)
    assert list(Reminder.objects.values_list("minutes_before", flat=True)) == [1440, 60, 10]

    day_before = session.starts_at - timedelta(days=1)
    assert sweep_reminders(now=day_before - timedelta(seconds=1)) == 0
    assert sweep_reminders(now=day_before) == 1
    assert sweep_reminders(now=day_before) == 0
    # The worker was away for the hour's reminder: the last alone is told.
    assert sweep_reminders(now=session.starts_at - timedelta(minutes=9)) == 1
    assert sweep_reminders(now=session.starts_at + timedelta(hours=1)) == 0
    assert len(told(row.person)) == 3


def test_nobody_is_reminded_of_what_she_gave_back_or_what_was_cancelled() -> None:
    session = LiveSessionFactory()
    row = come(session)
    LiveSession.objects.filter(pk=session.pk).update(state=SessionState.CANCELLED)

    assert sweep_reminders(now=session.starts_at - timedelta(minutes=5)) == 0
    assert len(told(row.person)) == 1


def test_what_is_near_plans_only_what_is_still_to_come() -> None:
    come(LiveSessionFactory(starts_at=NOW + timedelta(minutes=30)))

    assert list(Reminder.objects.values_list("minutes_before", flat=True)) == [10]


# --- Many at once -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_forty_people_at_once_never_take_one_seat_too_many() -> None:
    session = LiveSessionFactory(seats=7, series=SeminarSeriesPageFactory())
    people = UserFactory.create_batch(40)
    failures: list[BaseException] = []

    def take(share: list[Any]) -> None:
        try:
            for person in share:
                register(session=session, person=person, actor=person, now=NOW)
        except BaseException as error:  # noqa: BLE001 - shown below
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=take, args=(people[start::8],)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    states = list(Registration.objects.filter(session=session).values_list("state", flat=True))
    assert states.count(RegistrationState.REGISTERED) == 7
    assert states.count(RegistrationState.WAITING) == 33
    assert registration.seats_left(session) == 0
