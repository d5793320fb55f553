"""Who was there: stays opened and closed, the settlement at the end, corrections."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from lms.accounts.models import User
from lms.evidence.enums import ActivityKind, EvidenceSource
from lms.evidence.models import HourEntry
from lms.notifications.models import Notification
from lms.programmes.enums import CohortRole
from seminars.enums import AttendanceVerdict, RegistrationState, RoomRole, SessionState
from seminars.models import Attendance, AttendanceCorrection, LiveSession, Registration, Stay
from seminars.queries.attendance import attendees, expected_at
from seminars.services.attendance import (
    AttendanceRefused,
    check_in,
    check_out,
    correct_attendance,
    keep,
    settle_session,
    sweep_forgotten_sessions,
    sweep_lost_stays,
)
from tests.factories import CohortStaffFactory, EnrolmentFactory, FunderFactory, UserFactory
from tests.seminars.factories import (
    BreakoutRoomFactory,
    FunderPresenceFactory,
    LiveSessionFactory,
    RegistrationFactory,
    SessionStaffFactory,
    StayFactory,
)

pytestmark = pytest.mark.django_db

SIX = datetime(2026, 3, 10, 17, tzinfo=UTC)
END = SIX + timedelta(minutes=90)


def at(minutes: float) -> datetime:
    return SIX + timedelta(minutes=minutes)


@pytest.fixture
def host() -> User:
    host: User = UserFactory(display_name="Clara Roy")
    return host


@pytest.fixture
def session(host: User) -> LiveSession:
    """From 18:00 to 19:30 in Paris, opened and ended on the hour; not settled."""
    session: LiveSession = LiveSessionFactory(
        series__title="Accueillir",
        title="Sans faire à la place",
        starts_at=SIX,
        ends_at=END,
        state=SessionState.ENDED,
        opened_at=at(-15),
        ended_at=END,
        host=host,
    )
    return session


def learner(session: LiveSession, *stays: tuple[float, float], lost: bool = False, **fields: Any) -> Registration:
    registration: Registration = RegistrationFactory(session=session, **fields)
    for start, end in stays:
        StayFactory(session=session, person=registration.person, joined_at=at(start), left_at=at(end), was_lost=lost)
    return registration


def settled(registration: Registration) -> Attendance:
    found: Attendance = Attendance.objects.get(registration=registration)
    return found


def line_of(registration: Registration) -> HourEntry | None:
    return HourEntry.objects.filter(
        enrolment=registration.enrolment, activity_kind=ActivityKind.SEMINAR, corrects=None
    ).first()


# --- Coming and going -------------------------------------------------------------------------------------------------


def test_a_stay_is_kept_by_the_heartbeats_of_its_process_in_one_statement(
    session: LiveSession, django_assert_num_queries: Any
) -> None:
    stays = [check_in(session=session, person=UserFactory(), breakout=None, now=SIX) for _ in range(3)]

    with django_assert_num_queries(1):
        keep([stay.pk for stay in stays], at(1))

    assert set(Stay.objects.values_list("seen_at", "left_at")) == {(at(1), None)}


def test_going_out_twice_changes_nothing(session: LiveSession) -> None:
    stay = check_in(
        session=session, person=UserFactory(), breakout=BreakoutRoomFactory(round__session=session), now=SIX
    )
    check_out(stay=stay, now=at(10))
    check_out(stay=stay, now=at(20))

    stay.refresh_from_db()
    assert (stay.left_at, stay.seen_at, stay.was_lost) == (at(10), at(10), False)


def test_a_dead_process_leaves_stays_that_end_at_their_last_sign_of_life(session: LiveSession) -> None:
    lost = check_in(session=session, person=UserFactory(), breakout=None, now=SIX)
    alive = check_in(session=session, person=UserFactory(), breakout=None, now=SIX)
    keep([lost.pk], at(10))
    keep([alive.pk], at(12))

    assert sweep_lost_stays(now=at(14)) == 1
    assert sweep_lost_stays(now=at(14)) == 0
    lost.refresh_from_db()
    assert (lost.left_at, lost.was_lost) == (at(10), True)

    keep([lost.pk, alive.pk], at(15))
    lost.refresh_from_db()
    assert (lost.left_at, lost.seen_at, lost.was_lost) == (None, at(15), False)


def test_heartbeats_do_not_open_what_was_closed_for_good(session: LiveSession) -> None:
    stay = check_in(session=session, person=UserFactory(), breakout=None, now=SIX)
    check_out(stay=stay, now=at(10))
    keep([stay.pk], at(15))

    stay.refresh_from_db()
    assert stay.left_at == at(10)


# --- Once it is over --------------------------------------------------------------------------------------------------


def test_whoever_was_there_is_credited_the_minutes_she_was_there(session: LiveSession, host: User) -> None:
    registration = learner(session, (-10, 20), (22, 95), (30, 45))

    assert settle_session(session=session, actor=host, now=END) == 1

    attendance, line = settled(registration), line_of(registration)
    assert (attendance.present_seconds, attendance.credited_minutes) == (88 * 60, 88)
    assert (attendance.first_in, attendance.last_out) == (at(-10), at(95))
    assert line is not None
    assert (line.credited_minutes, line.planned_minutes, line.source) == (88, 90, EvidenceSource.OBSERVED)
    assert line.activity_title == "Accueillir – Sans faire à la place"
    assert line.happened_at == SIX


def test_settling_again_changes_nothing(session: LiveSession, host: User) -> None:
    learner(session, (0, 90))
    settle_session(session=session, actor=host, now=END)

    assert settle_session(session=session, actor=host, now=at(100)) == 0
    assert HourEntry.objects.count() == Attendance.objects.count() == 1


def test_under_the_threshold_nothing_is_credited_by_itself(session: LiveSession, host: User) -> None:
    registration = learner(session, (0, 71))
    settle_session(session=session, actor=host, now=END)

    [one] = attendees(session, expected_at(session), END)
    assert (settled(registration).credited_minutes, one.present_minutes) == (0, 71)
    assert one.verdict == AttendanceVerdict.TOO_SHORT
    assert line_of(registration) is None


def test_each_funder_has_its_threshold_and_the_session_its_own(session: LiveSession, host: User) -> None:
    funder = FunderFactory()
    FunderPresenceFactory(funder=funder, threshold_percent=50)
    lenient = learner(session, (0, 46), enrolment=EnrolmentFactory(cohort__funder=funder))
    usual = learner(session, (0, 46))
    settle_session(session=session, actor=host, now=END)

    assert (settled(lenient).threshold_percent, settled(lenient).credited_minutes) == (50, 46)
    assert (settled(usual).threshold_percent, settled(usual).credited_minutes) == (80, 0)

    strict: LiveSession = LiveSessionFactory(
        starts_at=SIX, ends_at=END, opened_at=SIX, ended_at=END, state=SessionState.ENDED, threshold_percent=90
    )
    there = learner(strict, (0, 80), enrolment=EnrolmentFactory(cohort__funder=funder))
    settle_session(session=strict, actor=host, now=END)
    assert (settled(there).threshold_percent, settled(there).credited_minutes) == (90, 0)


def test_a_host_who_opens_late_or_ends_early_takes_nothing_from_those_who_came(
    session: LiveSession, host: User
) -> None:
    LiveSession.objects.filter(pk=session.pk).update(opened_at=at(10), ended_at=at(70))
    registration = learner(session, (0, 70))
    settle_session(session=session, actor=host, now=at(70))

    assert (settled(registration).present_seconds, settled(registration).credited_minutes) == (3600, 60)


def test_stays_still_open_end_with_the_room_or_at_their_last_sign_of_life(session: LiveSession, host: User) -> None:
    here, silent = learner(session), learner(session)
    for registration, seen_at in ((here, at(89)), (silent, at(40))):
        StayFactory(session=session, person=registration.person, joined_at=SIX, seen_at=seen_at, left_at=None)
    settle_session(session=session, actor=host, now=END)

    assert settled(here).present_seconds == 90 * 60
    assert settled(here).uncertain_seconds == 0
    assert settled(silent).present_seconds == settled(silent).uncertain_seconds == 40 * 60
    assert not Stay.objects.filter(left_at=None).exists()


def test_who_did_not_come_has_a_line_that_says_so_and_a_guest_no_hours(session: LiveSession, host: User) -> None:
    absent = learner(session)
    learner(session, state=RegistrationState.CANCELLED)
    learner(session, state=RegistrationState.WAITING)
    guest = learner(session, (0, 90), enrolment=None)
    removed = learner(session, (0, 30), state=RegistrationState.CANCELLED)
    settle_session(session=session, actor=host, now=END)

    assert set(Attendance.objects.values_list("registration", flat=True)) == {absent.pk, guest.pk, removed.pk}
    assert settled(absent).first_in is None
    assert settled(guest).credited_minutes == 90
    assert not HourEntry.objects.exists()


def test_who_runs_it_is_not_among_those_expected(session: LiveSession, host: User) -> None:
    presenter = learner(session, (0, 90))
    SessionStaffFactory(session=session, person=presenter.person, role=RoomRole.PRESENTER)

    assert settle_session(session=session, actor=host, now=END) == 0


@pytest.mark.parametrize("change", [{"opened_at": None}, {"is_credited": False}], ids=["never open", "no hours"])
def test_no_hours_of_a_session_that_was_never_open_or_gives_none(
    session: LiveSession, host: User, change: dict[str, Any]
) -> None:
    LiveSession.objects.filter(pk=session.pk).update(**change)
    learner(session, (0, 90))
    settle_session(session=session, actor=host, now=END)

    assert not HourEntry.objects.exists()
    assert Attendance.objects.exists() is ("is_credited" in change)


@pytest.mark.parametrize(("hours", "is_there", "ended"), [(1, False, 0), (3, False, 1), (3, True, 0), (13, True, 1)])
def test_a_room_that_nobody_ended_is_settled_once_it_was_forgotten(
    session: LiveSession, hours: int, is_there: bool, ended: int
) -> None:
    LiveSession.objects.filter(pk=session.pk).update(state=SessionState.LIVE, ended_at=None)
    registration = learner(session, (0, 90))
    now = END + timedelta(hours=hours)
    if is_there:
        StayFactory(session=session, person=registration.person, joined_at=at(100), seen_at=now, left_at=None)

    assert sweep_forgotten_sessions(now=now) == ended
    assert Attendance.objects.filter(registration=registration, credited_minutes=90).exists() is bool(ended)
    assert sweep_forgotten_sessions(now=now) == 0


def test_the_coach_hears_once_who_was_late_left_early_or_did_not_come(session: LiveSession, host: User) -> None:
    coach, stand_in = UserFactory(language="en"), UserFactory(language="en")
    late = learner(session, (10, 90), enrolment__coach=coach, enrolment__learner__display_name="Lina Diallo")
    learner(session, enrolment__coach=coach, enrolment__learner__display_name="Omar Petit")
    learner(session, (0, 90), enrolment__coach=coach, enrolment__learner__display_name="Rose Bel")
    gone = learner(session, (0, 40), lost=True, enrolment__learner__display_name="Ana Roux")
    CohortStaffFactory(cohort=gone.enrolment.cohort, user=stand_in, role=CohortRole.COACH)
    settle_session(session=session, actor=host, now=END)
    settle_session(session=session, actor=host, now=END)

    [told] = Notification.objects.filter(recipient=coach)
    assert told.kind == "seminars.attendance"
    assert told.lines[1:] == ["Lina Diallo: arrived at 18:10.", "Omar Petit: absent."]
    [other] = Notification.objects.filter(recipient=stand_in)
    assert other.lines[1:] == ["Ana Roux: seen for the last time at 18:40."]
    [asked] = Notification.objects.filter(recipient=late.person)
    assert asked.kind == "seminars.signature"
    assert [one.kind for one in Notification.objects.filter(recipient=host)] == ["seminars.signature"]


# --- Corrections ------------------------------------------------------------------------------------------------------


def test_a_correction_is_a_counter_entry_and_the_stays_never_change(session: LiveSession, host: User) -> None:
    registration = learner(session, (0, 90))
    settle_session(session=session, actor=host, now=END)
    attendance = settled(registration)

    correct_attendance(attendance=attendance, minutes=60, reason="Partie aider un public.", actor=host, now=END)
    correct_attendance(attendance=attendance, minutes=75, reason="Revenue plus tôt.", actor=host, now=at(100))

    line = line_of(registration)
    assert line is not None
    assert list(line.corrections.order_by("pk").values_list("credited_minutes", flat=True)) == [-30, 15]
    assert settled(registration).credited_minutes == 90
    [one] = attendees(session, expected_at(session), END)
    assert (one.counted_minutes, one.present_minutes) == (75, 90)


def test_a_member_of_staff_may_credit_what_was_too_short(session: LiveSession, host: User) -> None:
    registration = learner(session)
    settle_session(session=session, actor=host, now=END)

    correct_attendance(
        attendance=settled(registration), minutes=90, reason="Présente par téléphone.", actor=host, now=END
    )

    line = line_of(registration)
    assert line is not None
    assert (line.credited_minutes, line.source, line.author) == (90, EvidenceSource.CERTIFIED, host)
    assert line.reason == "Présente par téléphone."


@pytest.mark.parametrize(
    ("minutes", "reason", "code"),
    [
        (60, "  ", "no-reason"),
        (90, "Rien.", "nothing-to-correct"),
        (91, "Plus.", "out-of-bounds"),
        (-1, "Moins.", "out-of-bounds"),
    ],
)
def test_a_correction_is_refused(session: LiveSession, host: User, minutes: int, reason: str, code: str) -> None:
    registration = learner(session, (0, 90))
    settle_session(session=session, actor=host, now=END)

    with pytest.raises(AttendanceRefused) as refusal:
        correct_attendance(attendance=settled(registration), minutes=minutes, reason=reason, actor=host, now=END)

    assert refusal.value.code == code
    assert not AttendanceCorrection.objects.exists()


def test_the_database_keeps_every_correction(session: LiveSession, host: User) -> None:
    registration = learner(session, (0, 90))
    settle_session(session=session, actor=host, now=END)
    correct_attendance(attendance=settled(registration), minutes=1, reason="Essai.", actor=host, now=END)

    for write in (
        lambda: AttendanceCorrection.objects.update(minutes=2),
        lambda: AttendanceCorrection.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            write()
