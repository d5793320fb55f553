"""Lines of the hours' book: written once, capped, corrected beside, never changed."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from lms.accounts.models import User
from lms.evidence.enums import ActivityKind, EvidenceSource
from lms.evidence.models import HourEntry
from lms.evidence.queries import totals
from lms.evidence.seals import line_digest
from lms.evidence.services import CorrectionRefused, correct, credit, observe
from lms.kit.ids import uuid7
from lms.programmes.models import Enrolment
from tests.factories import EnrolmentFactory

type Credited = Callable[..., HourEntry]


def test_credit_writes_every_word_of_the_line(credited: Credited, enrolment: Enrolment, now: datetime) -> None:
    activity = uuid7()
    observe(enrolment=enrolment, kind=ActivityKind.LESSON, activity_id=activity, seconds=50, now=now)

    entry = HourEntry.objects.get(pk=credited(activity_id=activity, title="1.1 Écouter", minutes=12).pk)

    assert (entry.activity_title, entry.planned_minutes, entry.credited_minutes) == ("1.1 Écouter", 15, 12)
    assert (entry.measured_seconds, entry.source, entry.author) == (50, EvidenceSource.OBSERVED, enrolment.learner)
    assert entry.happened_at == entry.written_at == now
    assert entry.digest == line_digest(entry)
    assert entry.fingerprint == f"{entry.digest[:4]} {entry.digest[4:8]}"


def test_credit_never_grants_more_than_planned(credited: Credited) -> None:
    assert credited(minutes=600, planned_minutes=15).credited_minutes == 15


def test_credit_refuses_negative_minutes(credited: Credited) -> None:
    with pytest.raises(ValueError, match="counter-entry"):
        credited(minutes=-5)
    assert not HourEntry.objects.exists()


def test_credit_twice_returns_the_first_line(credited: Credited, now: datetime) -> None:
    activity = uuid7()
    first = credited(activity_id=activity, minutes=10)
    second = credited(activity_id=activity, minutes=15, reason="Again.", now=now + timedelta(days=1))
    assert second == first
    assert HourEntry.objects.get().credited_minutes == 10


def test_the_same_activity_counts_for_each_enrolment(credited: Credited) -> None:
    activity = uuid7()
    assert credited(activity_id=activity) != credited(activity_id=activity, enrolment=EnrolmentFactory())


@pytest.mark.parametrize(
    "altered",
    [
        {"credited_minutes": 14},
        {"planned_minutes": 20},
        {"measured_seconds": 1},
        {"activity_title": "1.2"},
        {"reason": "Because."},
        {"source": EvidenceSource.CERTIFIED},
        {"activity_id": uuid7()},
        {"author": None},
    ],
    ids=lambda altered: next(iter(altered)),
)
def test_the_digest_covers_each_field(credited: Credited, altered: dict[str, object]) -> None:
    entry = credited()
    for name, value in altered.items():
        setattr(entry, name, value)
    assert line_digest(entry) != entry.digest


def test_the_digest_survives_the_erasure_of_a_name(credited: Credited, lina: User) -> None:
    entry = credited()
    User.objects.filter(pk=lina.pk).update(display_name="", certificate_name="", email="erased@example.org")
    again = HourEntry.objects.select_related("enrolment", "author", "corrects").get(pk=entry.pk)
    assert line_digest(again) == entry.digest


def test_credit_costs_the_same_with_a_full_book(
    credited: Credited, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _line in range(20):
        credited()
    with django_assert_num_queries(5):  # seen before?, measured, savepoint, insert, release
        credited()


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_write_one_line(now: datetime) -> None:
    enrolment = EnrolmentFactory()
    activity, gate, written = uuid7(), threading.Barrier(6), []

    def finish() -> None:
        gate.wait()
        try:
            entry = credit(
                enrolment=enrolment,
                kind=ActivityKind.LESSON,
                activity_id=activity,
                title="1.1",
                course_id=None,
                planned_minutes=15,
                minutes=15,
                reason="Read.",
                source=EvidenceSource.DECLARED,
                actor=enrolment.learner,
                now=now,
            )
            written.append(entry.pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=finish) for _request in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(written) == 6
    assert set(written) == {HourEntry.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_a_line_survives_a_real_commit_and_the_tables_can_be_emptied_after(now: datetime) -> None:
    """The next transactional test starts empty: see tests/emptied.py."""
    enrolment = EnrolmentFactory()
    assert not HourEntry.objects.exists()
    observe(enrolment=enrolment, kind=ActivityKind.LESSON, activity_id=uuid7(), seconds=30, now=now)
    credit(
        enrolment=enrolment,
        kind=ActivityKind.LESSON,
        activity_id=uuid7(),
        title="1.1",
        course_id=None,
        planned_minutes=15,
        minutes=15,
        reason="Read.",
        source=EvidenceSource.DECLARED,
        actor=None,
        now=now,
    )
    assert totals(enrolment).credited == 15


@pytest.mark.django_db(transaction=True)
def test_the_tables_were_emptied() -> None:
    assert not HourEntry.objects.exists()


# --- Corrections ------------------------------------------------------------------------------------------------------


def test_a_correction_is_a_line_of_its_own(
    credited: Credited, enrolment: Enrolment, clara: User, now: datetime
) -> None:
    entry = credited()
    later = now + timedelta(days=40)

    counter = correct(entry=entry, minutes=-5, reason=" Left early. ", actor=clara, now=later)

    assert HourEntry.objects.get(pk=entry.pk).credited_minutes == 15
    assert (counter.corrects, counter.credited_minutes, counter.reason) == (entry, -5, "Left early.")
    assert (counter.author, counter.source) == (clara, EvidenceSource.CERTIFIED)
    assert (counter.happened_at, counter.written_at) == (entry.happened_at, later)
    assert counter.digest == line_digest(counter) != entry.digest
    assert totals(enrolment).credited == 10


def test_corrections_add_up_between_zero_and_planned(credited: Credited, clara: User, now: datetime) -> None:
    entry = credited(minutes=10)
    correct(entry=entry, minutes=5, reason="Forgotten.", actor=clara, now=now)
    correct(entry=entry, minutes=-15, reason="Twice counted.", actor=clara, now=now)
    correct(entry=entry, minutes=15, reason="After all.", actor=clara, now=now)
    for minutes in (1, -16):
        with pytest.raises(CorrectionRefused) as refused:
            correct(entry=entry, minutes=minutes, reason="Wrong.", actor=clara, now=now)
        assert refused.value.code == "out-of-bounds"
    assert HourEntry.objects.count() == 4


@pytest.mark.parametrize(
    ("minutes", "reason", "code"), [(-5, "  ", "no-reason"), (0, "Nothing.", "nothing-to-correct")]
)
def test_a_correction_says_why_and_changes_something(
    credited: Credited, clara: User, now: datetime, minutes: int, reason: str, code: str
) -> None:
    with pytest.raises(CorrectionRefused) as refused:
        correct(entry=credited(), minutes=minutes, reason=reason, actor=clara, now=now)
    assert refused.value.code == code
    assert HourEntry.objects.count() == 1


def test_a_correction_is_not_corrected(credited: Credited, clara: User, now: datetime) -> None:
    counter = correct(entry=credited(), minutes=-5, reason="Left.", actor=clara, now=now)
    with pytest.raises(CorrectionRefused) as refused:
        correct(entry=counter, minutes=5, reason="Came back.", actor=clara, now=now)
    assert refused.value.code == "not-a-line"


def test_a_corrected_activity_is_still_credited_once(credited: Credited, clara: User, now: datetime) -> None:
    activity = uuid7()
    entry = credited(activity_id=activity)
    correct(entry=entry, minutes=-15, reason="Not done.", actor=clara, now=now)
    assert credited(activity_id=activity) == entry
