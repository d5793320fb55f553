"""Reports: one wording after another, the time attended credited once and corrected in the open, two signatures."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from coaching.enums import Presence, SeatState, SignerRole
from coaching.models import (
    CohortCoaching,
    FollowUpTask,
    ReportDraft,
    ReportRevision,
    ReportSignature,
    RoomPresence,
    Seat,
)
from coaching.services.reports import (
    NewTask,
    ReportChanged,
    ReportRefused,
    Wording,
    digest_of,
    keep_draft,
    write_report,
)
from coaching.services.signatures import SignatureRefused, sign_report
from lms.evidence.enums import EvidenceSource
from lms.evidence.models import HourEntry
from lms.evidence.queries import totals
from lms.evidence.services import CorrectionRefused
from lms.notifications.models import Notification
from tests.factories import AppointmentFactory, MetSeatFactory, ReportFactory, SeatFactory, UserFactory

pytestmark = pytest.mark.django_db

CAME = Wording(Presence.ATTENDED, Presence.ATTENDED, minutes=40, covered="Le déroulé.", next_step="L’accueil.")


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def seat() -> Seat:
    """45 minutes, last week; nobody has noted anything."""
    met: Seat = MetSeatFactory(presence=Presence.UNKNOWN, attended_minutes=None)
    return met


@pytest.fixture
def write(seat: Seat, now: datetime) -> Callable[..., Any]:
    def call(wording: Wording = CAME, base: int = 0, **fields: Any) -> Any:
        given: dict[str, Any] = {"seat": seat, "actor": seat.appointment.coach, "now": now} | fields
        return write_report(wording=wording, base=base, **given)

    return call


def lines(seat: Seat) -> list[tuple[int, str, str]]:
    rows = HourEntry.objects.filter(activity_id=seat.public_id).order_by("pk")
    return [(row.credited_minutes, row.source, row.activity_kind) for row in rows]


# --- One wording after another ----------------------------------------------------------------------------------------


def test_a_report_notes_who_came_and_keeps_its_wording(write: Callable[..., Any], seat: Seat) -> None:
    report = write(tasks=[NewTask("Relire la fiche.", SignerRole.LEARNER)])

    seat.refresh_from_db()
    assert (seat.presence, seat.attended_minutes) == (Presence.ATTENDED, 40)
    [revision] = report.revisions.all()
    assert revision.content["covered"] == "Le déroulé."
    assert revision.digest == digest_of(revision.content)
    assert FollowUpTask.objects.get().report == report
    assert seat.appointment.events.get().verb == "reported"


def test_each_change_is_a_revision_and_the_former_one_stays(write: Callable[..., Any]) -> None:
    write()
    report = write(replace(CAME, covered="Le déroulé, deux fois."), base=1)
    write(replace(CAME, covered="Le déroulé, deux fois."), base=2)  # nothing new: no revision

    assert report.revision == 2
    said = ReportRevision.objects.values_list("number", "content__covered")
    assert list(said) == [(1, "Le déroulé."), (2, "Le déroulé, deux fois.")]


def test_the_second_editor_overwrites_nothing(write: Callable[..., Any]) -> None:
    write()

    with pytest.raises(ReportChanged):
        write(replace(CAME, covered="Autre chose."), actor=UserFactory())

    assert ReportRevision.objects.count() == 1
    assert write().revision == 1  # the same page sent twice by the same person is one report


def test_the_same_page_twice_adds_its_tasks_once(write: Callable[..., Any]) -> None:
    for _attempt in range(2):
        write(tasks=[NewTask("Relire la fiche.", SignerRole.LEARNER)])

    assert FollowUpTask.objects.count() == 1


def test_there_is_no_report_before_or_without_an_appointment(write: Callable[..., Any], now: datetime) -> None:
    to_come = SeatFactory(appointment=AppointmentFactory(starts_at=now + timedelta(minutes=1)))
    cancelled = MetSeatFactory(state=SeatState.CANCELLED)

    for refused, code in ((to_come, "too-early"), (cancelled, "cancelled")):
        with pytest.raises(ReportRefused) as refusal:
            write(seat=refused)
        assert refusal.value.code == code
    assert not HourEntry.objects.exists()


@pytest.mark.parametrize("table", ["coaching_reportrevision", "coaching_reportsignature"])
@pytest.mark.parametrize("write", ["UPDATE {} SET digest = 'x'", "DELETE FROM {}"])
def test_the_database_itself_keeps_wordings_and_signatures(table: str, write: str) -> None:
    report = ReportFactory()
    revision = report.revisions.get()
    ReportSignature.objects.create(revision=revision, person=report.author, role=SignerRole.COACH, digest="0" * 64)

    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        cursor.execute(write.format(table))


# --- Drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_is_its_author_s_and_goes_with_the_report(write: Callable[..., Any], seat: Seat, now: datetime) -> None:
    coach, other = seat.appointment.coach, UserFactory()
    for author, word in ((coach, "un"), (other, "deux"), (coach, "trois")):
        keep_draft(seat=seat, base=0, content={"covered": [word]}, author=author, now=now)
    assert ReportDraft.objects.get(author=coach).content == {"covered": ["trois"]}

    write()

    assert [draft.author for draft in ReportDraft.objects.all()] == [other]
    with pytest.raises(ReportChanged):
        keep_draft(seat=seat, base=0, content={"covered": ["quatre"]}, author=coach, now=now)


# --- Hours ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wording", "expected"),
    [
        (CAME, 40),
        (replace(CAME, presence=Presence.LATE, minutes=20), 20),
        (replace(CAME, minutes=90), 45),  # never more than was scheduled
        (replace(CAME, presence=Presence.NO_SHOW), 0),
        (replace(CAME, coach_presence=Presence.NO_SHOW), 0),
        (replace(CAME, minutes=0), 0),
    ],
)
def test_the_time_attended_is_credited(write: Callable[..., Any], seat: Seat, wording: Wording, expected: int) -> None:
    write(wording)

    assert [minutes for minutes, *_ in lines(seat)] == ([expected] if expected else [])
    assert totals(seat.enrolment).credited == expected


def test_a_line_says_what_when_and_how_it_is_known(write: Callable[..., Any], seat: Seat) -> None:
    write()

    line = HourEntry.objects.get()
    assert (line.planned_minutes, line.happened_at) == (45, seat.starts_at)
    assert (line.activity_kind, line.source) == ("appointment", EvidenceSource.CERTIFIED)
    assert str(seat.appointment.kind) in line.activity_title


@pytest.mark.parametrize(("seen", "source"), [(40, "observed"), (39, "certified")])
def test_what_the_room_saw_is_observed(write: Callable[..., Any], seat: Seat, seen: int, source: str) -> None:
    for person in (seat.learner, seat.appointment.coach):
        end = seat.starts_at + timedelta(minutes=seen)
        RoomPresence.objects.create(
            appointment=seat.appointment, person=person, joined_at=seat.starts_at, seen_at=end, left_at=end
        )
    write()

    assert lines(seat) == [(40, source, "appointment")]


def test_later_changes_are_counter_entries_with_a_reason(write: Callable[..., Any], seat: Seat) -> None:
    write()
    with pytest.raises(CorrectionRefused):
        write(replace(CAME, minutes=30), base=1)
    seat.refresh_from_db()
    assert seat.attended_minutes == 40

    write(replace(CAME, minutes=30), base=1, reason="Coupure de réseau.")
    write(replace(CAME, presence=Presence.NO_SHOW), base=2, reason="Ce n’était pas elle.")
    write(CAME, base=3, reason="C’était bien elle.")

    assert [minutes for minutes, *_ in lines(seat)] == [40, -10, -30, 40]
    assert totals(seat.enrolment).credited == 40


def test_someone_first_noted_absent_is_credited_when_it_is_put_right(write: Callable[..., Any], seat: Seat) -> None:
    write(replace(CAME, presence=Presence.NO_SHOW))
    write(CAME, base=1)

    assert [minutes for minutes, *_ in lines(seat)] == [40]


def test_a_kind_that_gives_no_hours_gives_none(write: Callable[..., Any]) -> None:
    seat = MetSeatFactory(appointment__kind__is_credited=False)
    write(seat=seat, actor=seat.appointment.coach)

    assert lines(seat) == []


# --- Telling and signing ----------------------------------------------------------------------------------------------


def test_the_learner_is_told_once_and_only_of_what_is_shared(write: Callable[..., Any], seat: Seat) -> None:
    write(replace(CAME, is_shared=False))
    assert not Notification.objects.exists()

    write(CAME, base=1)
    write(replace(CAME, learnt="Elle ose."), base=2)

    told = Notification.objects.get()
    assert told.recipient == seat.learner
    assert "Le déroulé" not in " ".join([told.title, *told.lines])


def test_both_sign_the_same_wording_once(write: Callable[..., Any], seat: Seat, now: datetime) -> None:
    CohortCoaching.objects.create(cohort=seat.enrolment.cohort, is_countersigned=True)
    report, coach = write(), seat.appointment.coach

    def sign(person: Any, role: SignerRole, number: int = 1) -> ReportSignature:
        return sign_report(report=report, number=number, person=person, role=role, now=now)

    first, again = sign(seat.learner, SignerRole.LEARNER), sign(seat.learner, SignerRole.LEARNER)
    assert first == again
    assert sign(coach, SignerRole.COACH).digest != first.digest
    assert len(first.digest) == 64

    write(replace(CAME, learnt="Elle ose."), base=1)
    with pytest.raises(SignatureRefused):
        sign(seat.learner, SignerRole.LEARNER)  # what she read is no longer what it says
    sign(seat.learner, SignerRole.LEARNER, number=2)
    assert ReportSignature.objects.count() == 3
    assert Notification.objects.filter(recipient=seat.learner).count() == 2


def test_nobody_signs_what_she_cannot_read_or_was_not_asked(
    write: Callable[..., Any], seat: Seat, now: datetime
) -> None:
    report = write(replace(CAME, is_shared=False))
    for _asked in (False, True):
        with pytest.raises(SignatureRefused):
            sign_report(report=report, number=1, person=seat.appointment.coach, role=SignerRole.COACH, now=now)
        CohortCoaching.objects.get_or_create(cohort=seat.enrolment.cohort, defaults={"is_countersigned": True})
    assert not ReportSignature.objects.exists()
