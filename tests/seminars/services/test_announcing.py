"""A session is announced once nothing is missing; a move and a cancellation are told to those who come."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from lms.accounts.models import User
from lms.notifications.models import Delivery, Notification
from seminars.enums import RegistrationState, RoomRole, SessionState
from seminars.models import LiveSession, Registration, RoomChange, SessionStaff
from seminars.services.announcing import AnnouncingRefused, announce, call_off, follow_change, missing
from seminars.services.registration import register
from seminars.services.staff import staff_of, sweep_staff_reminders
from tests.factories import EnrolmentFactory, UserFactory
from tests.seminars.factories import LiveSessionFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def draft(**fields: Any) -> LiveSession:
    session: LiveSession = LiveSessionFactory(state=SessionState.DRAFT, host=UserFactory(), **fields)
    return session


def test_a_draft_with_all_it_needs_is_announced_once() -> None:
    session, actor = draft(), UserFactory()

    assert announce(session=session, actor=actor, now=NOW).state == SessionState.ANNOUNCED
    assert RoomChange.objects.get(session=session).what == "announced"
    with pytest.raises(AnnouncingRefused) as refused:
        announce(session=session, actor=actor, now=NOW)
    assert refused.value.code == "not-a-draft"


def mail_of(news: Notification) -> str:
    """The file for the calendar that goes with it."""
    content: str = Delivery.objects.get(notification=news, channel="email").attachments[0]["content"]
    return content


def test_those_who_run_it_hear_of_it_and_have_it_in_their_calendar() -> None:
    session, actor = draft(), UserFactory()
    host = session.staff.get().person
    User.objects.update(language="en")
    assert not Notification.objects.exists()

    announce(session=session, actor=actor, now=NOW)

    told = Notification.objects.get(recipient=host)
    assert told.title == f"You run a live session: {session.title}"
    assert "Your role in it: host." in told.lines
    assert told.url == f"/seminars/{session.public_id}/"
    assert "METHOD:REQUEST" in mail_of(told)
    before = session.starts_at, session.ends_at
    session.refresh_from_db()
    session.starts_at, session.ends_at = (moment + timedelta(days=3) for moment in before)
    session.save()
    follow_change(session=session, before=before, actor=actor, now=NOW)
    moved = Notification.objects.filter(recipient=host).order_by("-pk")[0]
    assert moved.title == f"New date: {session.title}"
    assert "SEQUENCE:1" in mail_of(moved)
    assert session.staff.get().remind_at == session.starts_at - timedelta(days=1)
    call_off(session=session, reason="Ill.", actor=host, now=NOW)
    off = Notification.objects.filter(recipient=host).order_by("-pk")[0]
    assert "Ill." in " ".join(off.lines)
    assert "METHOD:CANCEL" in mail_of(off)
    assert "SEQUENCE:2" in mail_of(off)


def test_who_runs_it_since_and_who_does_not_any_more_are_told_once() -> None:
    session, actor = draft(), UserFactory()
    announce(session=session, actor=actor, now=NOW)
    User.objects.update(language="en")
    gone = staff_of(session)
    session.staff.all().delete()
    new = SessionStaff.objects.create(session=session, person=UserFactory(language="en"), role=RoomRole.PRESENTER)
    times = session.starts_at, session.ends_at

    follow_change(session=session, before=times, ran_it=gone, actor=actor, now=NOW)
    follow_change(session=session, before=times, ran_it=[new], actor=actor, now=NOW + timedelta(minutes=1))

    assert Notification.objects.get(recipient=new.person).title.startswith("You run a live session")
    relieved = Notification.objects.filter(recipient=gone[0].person).order_by("-pk")[0]
    assert relieved.title.startswith("You no longer run this session")
    assert relieved.url == "/seminars/"
    assert "METHOD:CANCEL" in mail_of(relieved)
    assert Notification.objects.count() == 3


def test_those_who_run_it_are_reminded_once_a_day_an_hour_and_ten_minutes_before() -> None:
    session = draft()
    announce(session=session, actor=UserFactory(), now=NOW)
    host = session.staff.get().person
    reminders = Notification.objects.filter(recipient=host, kind="seminars.reminder")

    for minutes, told in ((1441, 0), (1440, 1), (1000, 1), (60, 2), (59, 2), (3, 3), (0, 3), (-5, 3)):
        at = session.starts_at - timedelta(minutes=minutes)
        sweep_staff_reminders(now=at)
        assert sweep_staff_reminders(now=at) == 0
        assert reminders.count() == told, minutes
    assert session.staff.get().remind_at is None


def test_a_late_worker_reminds_once_and_a_session_called_off_of_nothing() -> None:
    late, off = draft(), draft()
    for session in (late, off):
        announce(session=session, actor=UserFactory(), now=NOW)
    call_off(session=off, reason="Ill.", actor=UserFactory(), now=NOW)

    assert sweep_staff_reminders(now=late.starts_at - timedelta(minutes=30)) == 1
    reminder = Notification.objects.get(kind="seminars.reminder")
    assert reminder.recipient == late.staff.get().person
    assert late.staff.get().remind_at == late.starts_at - timedelta(minutes=10)


def test_what_is_missing_is_said_one_sentence_each() -> None:
    session = LiveSessionFactory(
        state=SessionState.DRAFT, starts_at=NOW - timedelta(days=1), time_zone="Nowhere/At all"
    )

    assert len(missing(session, NOW)) == 3
    with pytest.raises(AnnouncingRefused) as refused:
        announce(session=session, actor=UserFactory(), now=NOW)
    assert refused.value.code == "not-ready"
    session.refresh_from_db()
    assert session.state == SessionState.DRAFT


def test_a_move_raises_the_sequence_tells_everybody_and_moves_the_reminders() -> None:
    session, actor = LiveSessionFactory(), UserFactory()
    person = EnrolmentFactory(learner__language="en").learner
    row = register(session=session, person=person, actor=person, now=NOW)
    before = session.starts_at, session.ends_at
    session.starts_at, session.ends_at = (moment + timedelta(days=3) for moment in before)
    session.save()

    follow_change(session=session, before=before, actor=actor, now=NOW)
    follow_change(session=session, before=(session.starts_at, session.ends_at), actor=actor, now=NOW)

    session.refresh_from_db()
    assert session.calendar_sequence == 1
    moved = Notification.objects.filter(recipient=person).order_by("-pk")[0]
    assert moved.title == f"New date: {session.title}"
    assert any(line.startswith("It was ") for line in moved.lines)
    content = Delivery.objects.get(notification=moved, channel="email").attachments[0]["content"]
    assert "SEQUENCE:1" in content
    assert "METHOD:REQUEST" in content
    assert row.reminders.earliest("at").at == session.starts_at - timedelta(days=1)


def test_more_seats_go_to_those_who_wait() -> None:
    session = LiveSessionFactory(seats=1)
    rows = [register(session=session, person=person, actor=person, now=NOW) for person in UserFactory.create_batch(3)]
    session.seats = 2
    session.save()

    follow_change(session=session, before=(session.starts_at, session.ends_at), actor=UserFactory(), now=NOW)

    assert [Registration.objects.get(pk=row.pk).state for row in rows] == [
        RegistrationState.REGISTERED,
        RegistrationState.REGISTERED,
        RegistrationState.WAITING,
    ]


def test_calling_off_tells_why_and_takes_the_date_away() -> None:
    session = LiveSessionFactory()
    person = EnrolmentFactory(learner__language="en").learner
    register(session=session, person=person, actor=person, now=NOW)

    with pytest.raises(AnnouncingRefused):
        call_off(session=session, reason="  ", actor=UserFactory(), now=NOW)
    call_off(session=session, reason="The speaker is ill.", actor=UserFactory(), now=NOW)

    session.refresh_from_db()
    assert (session.state, session.calendar_sequence) == (SessionState.CANCELLED, 1)
    news = Notification.objects.filter(recipient=person).order_by("-pk")[0]
    assert "The speaker is ill." in " ".join(news.lines)
    content = Delivery.objects.get(notification=news, channel="email").attachments[0]["content"]
    assert "METHOD:CANCEL" in content
    assert "SEQUENCE:1" in content


def test_a_room_that_was_opened_is_ended_not_called_off() -> None:
    with pytest.raises(AnnouncingRefused) as refused:
        call_off(session=LiveSessionFactory(live=True), reason="No.", actor=UserFactory(), now=NOW)
    assert refused.value.code == "begun"
