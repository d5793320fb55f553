"""The database refuses what no service would do: T40, first form."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from lms.evidence.models import Attestation, HourEntry
from lms.evidence.services import issue_attestation
from lms.kit.ids import uuid7
from lms.programmes.models import Enrolment


@pytest.fixture
def line(credited: Callable[..., HourEntry]) -> HourEntry:
    return credited()


@pytest.fixture
def attestation(enrolment: Enrolment, paper: dict[str, Any], now: datetime) -> Attestation:
    return issue_attestation(enrolment=enrolment, course_id=uuid7(), paper=paper, now=now)


def assert_refused(write: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        write()


@pytest.mark.parametrize(
    "change",
    [{"credited_minutes": 0}, {"reason": "x"}, {"digest": "0" * 64}, {"written_at": datetime(2020, 1, 1)}],  # noqa: DTZ001
    ids=lambda change: next(iter(change)),
)
@pytest.mark.filterwarnings("ignore:.*received a naive datetime")
def test_a_line_is_never_updated(line: HourEntry, change: dict[str, Any]) -> None:
    assert_refused(lambda: HourEntry.objects.filter(pk=line.pk).update(**change))


def test_a_line_is_not_even_saved_again(line: HourEntry) -> None:
    assert_refused(line.save)


def test_a_line_is_never_deleted(line: HourEntry) -> None:
    assert_refused(line.delete)
    assert_refused(lambda: HourEntry.objects.all().delete())
    assert HourEntry.objects.get() == line


def test_raw_sql_is_refused_too(line: HourEntry) -> None:
    with connection.cursor() as cursor:
        assert_refused(lambda: cursor.execute("UPDATE evidence_hourentry SET credited_minutes = 1"))
        assert_refused(lambda: cursor.execute("DELETE FROM evidence_hourentry WHERE id = %s", [line.pk]))


@pytest.mark.parametrize(
    "field", ["code", "paper", "digest", "kind", "until", "course_id", "enrolment_id", "issued_at", "public_id"]
)
def test_a_paper_is_frozen(attestation: Attestation, field: str) -> None:
    same = {field: getattr(attestation, field)}
    assert_refused(lambda: Attestation.objects.filter(pk=attestation.pk).update(**same))


def test_a_paper_is_never_deleted(attestation: Attestation) -> None:
    assert_refused(attestation.delete)
    assert Attestation.objects.get() == attestation


def test_a_revocation_is_written_once(attestation: Attestation, now: datetime) -> None:
    kept = Attestation.objects.filter(pk=attestation.pk)
    assert kept.update(revoked_at=now, revoked_reason="Wrong name.") == 1
    assert_refused(lambda: kept.update(revoked_at=None, revoked_reason=""))
    assert_refused(lambda: kept.update(revoked_reason="Something else."))


def test_a_credit_above_planned_is_refused_by_the_table_itself(line: HourEntry) -> None:
    line.pk, line.public_id, line.activity_id, line.credited_minutes = None, uuid7(), uuid7(), 16
    with pytest.raises(IntegrityError, match="capped_at_planned"), transaction.atomic():
        line.save(force_insert=True)
