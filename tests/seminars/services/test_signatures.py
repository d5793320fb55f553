"""One tap for one half-day: who may sign, until when, and that it stays."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from lms.accounts.models import User
from lms.notifications.models import Notification
from seminars.enums import HalfDay, RoomRole, SessionState
from seminars.models import HalfDaySignature, LiveSession
from seminars.queries.attendance import over_to_sign, to_sign
from seminars.queries.sessions import run_by
from seminars.seals import signature_digest
from seminars.services.attendance import correct_attendance, settle_session
from seminars.services.signatures import SignatureRefused, sign, sweep_half_days
from tests.factories import UserFactory
from tests.seminars.factories import LiveSessionFactory, RegistrationFactory, SessionStaffFactory, StayFactory

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 3, 10, 8, tzinfo=UTC)
"""9:00 in Paris; the session ends at 17:00."""
FIVE = NINE + timedelta(hours=8)
DAY = date(2026, 3, 10)


@pytest.fixture
def session() -> LiveSession:
    session: LiveSession = LiveSessionFactory(
        starts_at=NINE, ends_at=FIVE, state=SessionState.ENDED, opened_at=NINE, ended_at=FIVE
    )
    return session


@pytest.fixture
def learner(session: LiveSession) -> User:
    """There in the morning only."""
    learner: User = RegistrationFactory(session=session).person
    StayFactory(session=session, person=learner, joined_at=NINE, left_at=NINE + timedelta(hours=3))
    return learner


def refused(session: LiveSession, person: User, **given: Any) -> str:
    asked: dict[str, Any] = {"day": DAY, "half": HalfDay.MORNING, "now": FIVE} | given
    with pytest.raises(SignatureRefused) as refusal:
        sign(session=session, person=person, **asked)
    assert not HalfDaySignature.objects.exists()
    return refusal.value.code


def test_a_learner_signs_the_half_day_she_was_there_for_once(session: LiveSession, learner: User) -> None:
    first = sign(session=session, person=learner, day=DAY, half=HalfDay.MORNING, now=FIVE)
    again = sign(session=session, person=learner, day=DAY, half=HalfDay.MORNING, now=FIVE + timedelta(hours=1))

    assert again == first
    assert (first.as_trainer, first.signed_at) == (False, FIVE)
    assert signature_digest(HalfDaySignature.objects.get()) == first.digest


def test_nobody_signs_a_half_day_she_was_not_there_for(session: LiveSession, learner: User) -> None:
    assert refused(session, learner, half=HalfDay.AFTERNOON) == "not-there"
    assert refused(session, UserFactory()) == "not-there"


def test_who_was_there_by_phone_signs_once_staff_said_so(session: LiveSession) -> None:
    registration = RegistrationFactory(session=session)
    settle_session(session=session, actor=None, now=FIVE)
    assert refused(session, registration.person) == "not-there"

    registration.refresh_from_db()
    correct_attendance(
        attendance=registration.attendance, minutes=200, reason="Par téléphone.", actor=UserFactory(), now=FIVE
    )
    assert sign(session=session, person=registration.person, day=DAY, half=HalfDay.MORNING, now=FIVE)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"now": FIVE + timedelta(hours=48, seconds=1)}, "too-late"),
        ({"day": date(2026, 3, 11)}, "no-such-half"),
        ({"now": NINE - timedelta(minutes=1)}, "not-begun"),
    ],
)
def test_a_signature_has_its_time(session: LiveSession, learner: User, given: dict[str, Any], code: str) -> None:
    assert refused(session, learner, **given) == code


@pytest.mark.parametrize(
    "change", [{"state": SessionState.CANCELLED}, {"opened_at": None}, {"state": SessionState.ANNOUNCED}]
)
def test_what_was_not_held_is_not_signed(session: LiveSession, learner: User, change: dict[str, Any]) -> None:
    for name, value in change.items():
        setattr(session, name, value)
    session.save()

    assert refused(session, learner) == "not-held"


@pytest.mark.parametrize(
    ("role", "is_trainer"), [(RoomRole.HOST, True), (RoomRole.PRESENTER, True), (RoomRole.MODERATOR, False)]
)
def test_the_trainer_signs_both_halves(session: LiveSession, role: RoomRole, is_trainer: bool) -> None:
    person = SessionStaffFactory(session=session, role=role).person
    if not is_trainer:
        assert refused(session, person) == "not-there"
        return
    for half in HalfDay:
        assert sign(session=session, person=person, day=DAY, half=half, now=FIVE).as_trainer


def test_a_half_day_is_asked_for_from_its_beginning_until_it_is_signed_or_too_late(
    session: LiveSession, learner: User
) -> None:
    host = SessionStaffFactory(session=session).person
    moderator = SessionStaffFactory(session=session, role=RoomRole.MODERATOR).person
    guest = RegistrationFactory(session=session, enrolment=None).person
    StayFactory(session=session, person=guest, joined_at=NINE, left_at=FIVE)

    def asked(person: User, now: datetime) -> list[str]:
        return [str(part.half) for part in to_sign(session, person, now)]

    assert asked(host, FIVE) == ["am", "pm"]
    assert asked(learner, FIVE) == ["am"]
    assert asked(moderator, FIVE) == asked(guest, FIVE) == asked(UserFactory(), FIVE) == []
    session.state, session.ended_at = SessionState.LIVE, None
    assert asked(host, NINE + timedelta(hours=1)) == ["am"]
    sign(session=session, person=host, day=DAY, half=HalfDay.MORNING, now=FIVE)
    sign(session=session, person=learner, day=DAY, half=HalfDay.MORNING, now=FIVE)
    assert [asked(host, FIVE), asked(learner, FIVE)] == [["pm"], []]
    assert asked(host, FIVE + timedelta(hours=49)) == []


def test_trainers_are_asked_at_the_end_and_on_their_home_until_they_have_signed(session: LiveSession) -> None:
    host = SessionStaffFactory(session=session, person__language="en").person
    moderator = SessionStaffFactory(session=session, role=RoomRole.MODERATOR).person

    settle_session(session=session, actor=None, now=FIVE)
    settle_session(session=session, actor=None, now=FIVE)

    asked = Notification.objects.get(kind="seminars.signature")
    assert (asked.recipient, asked.title) == (host, "Sign the attendance sheet")
    assert asked.url == f"/seminars/{session.public_id}/attendance/"
    assert [row.must_sign for row in run_by(host, FIVE)] == [True]
    assert run_by(moderator, FIVE) == run_by(host, FIVE + timedelta(hours=49)) == []
    for half in HalfDay:
        sign(session=session, person=host, day=DAY, half=half, now=FIVE)
    assert run_by(host, FIVE) == []


def test_the_database_keeps_every_signature(session: LiveSession, learner: User) -> None:
    signature = sign(session=session, person=learner, day=DAY, half=HalfDay.MORNING, now=FIVE)
    for write in (
        lambda: HalfDaySignature.objects.update(half=HalfDay.AFTERNOON),
        signature.save,
        signature.delete,
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            write()


def test_each_half_day_that_ends_while_the_room_goes_on_is_asked_for_once(session: LiveSession, learner: User) -> None:
    LiveSession.objects.filter(pk=session.pk).update(state=SessionState.LIVE, ended_at=None)
    host = SessionStaffFactory(session=session, person__language="en").person
    User.objects.filter(pk=learner.pk).update(language="en")
    signed = RegistrationFactory(session=session).person
    StayFactory(session=session, person=signed, joined_at=NINE, left_at=FIVE)
    sign(session=session, person=signed, day=DAY, half=HalfDay.MORNING, now=NINE)
    noon, asked = NINE + timedelta(hours=4), Notification.objects.filter(kind="seminars.signature")

    assert [sweep_half_days(now) for now in (noon - timedelta(seconds=1), noon, noon + timedelta(minutes=1))] == [
        0,
        1,
        0,
    ]
    assert {(one.recipient, one.title) for one in asked} == {
        (learner, "Sign your attendance"),
        (host, "Sign the attendance sheet"),
    }
    assert "Tuesday 10 March (morning)" in asked.get(recipient=learner).lines[0]
    session.refresh_from_db()
    assert [str(part.half) for part in over_to_sign(session, host, noon)] == ["am"]

    # It overruns: of the last half the end tells; who was there in the morning alone is not told again.
    assert sweep_half_days(FIVE) == 0
    LiveSession.objects.filter(pk=session.pk).update(state=SessionState.ENDED, ended_at=FIVE)
    settle_session(session=session, actor=None, now=FIVE)
    assert [asked.filter(recipient=person).count() for person in (learner, host, signed)] == [1, 2, 1]
