"""Attestations: issued once, frozen to the word, revoked but never gone."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lms.accounts.models import User
from lms.evidence.models import Attestation, HourEntry
from lms.evidence.papers import AttestationPaper, HoursPaper
from lms.evidence.seals import attestation_digest, book_digest, freeze, thaw
from lms.evidence.services import correct, issue_attestation, issue_hours_attestation, revoke_attestation
from lms.evidence.services.attestations import IssueRefused, RevocationRefused
from lms.kit.ids import uuid7
from lms.programmes.models import Enrolment
from tests.factories import EnrolmentFactory

COURSE = uuid7()


@pytest.fixture
def attestation(enrolment: Enrolment, paper: dict[str, Any], now: datetime) -> Attestation:
    return issue_attestation(enrolment=enrolment, course_id=COURSE, paper=paper, now=now)


def test_the_paper_is_frozen_with_its_code_and_its_seal(
    credited: Callable[..., HourEntry], enrolment: Enrolment, clara: User, paper: dict[str, Any], now: datetime
) -> None:
    line = credited()
    counter = correct(entry=line, minutes=-5, reason="Left.", actor=clara, now=now)

    made = issue_attestation(enrolment=enrolment, course_id=COURSE, paper=paper, now=now)
    kept = Attestation.objects.select_related("enrolment").get(pk=made.pk)

    assert thaw(kept.paper) == AttestationPaper(
        **paper,
        verification_code=kept.code,
        verification_url=f"http://localhost:8000/verify/{kept.code}/",
        fingerprint=book_digest([line.digest, counter.digest])[:8],
    )
    assert (len(kept.code), kept.issued_at, kept.revoked_at) == (10, now, None)
    assert attestation_digest(kept) == kept.digest


def test_freezing_keeps_every_word(paper: dict[str, Any]) -> None:
    whole = AttestationPaper(**paper, verification_code="7KQ2M9XR4T", verification_url="x", fingerprint="0" * 8)
    assert thaw(json.loads(json.dumps(freeze(whole)))) == whole


def test_issuing_twice_returns_the_first(attestation: Attestation, paper: dict[str, Any], now: datetime) -> None:
    renamed = paper | {"person_name": "Somebody else"}
    again = issue_attestation(enrolment=attestation.enrolment, course_id=COURSE, paper=renamed, now=now)
    assert again == attestation
    assert Attestation.objects.get().paper["person_name"] == "Lina MARCHAND"


def test_hours_are_attested_once_a_day(
    attestation: Attestation, clara: User, paper: dict[str, Any], now: datetime
) -> None:
    hours = {key: value for key, value in paper.items() if key != "competencies"}
    hours |= {"credited_minutes": 225, "parts": (("Accueillir", "fr", 200), ("Séminaires en direct", "fr", 25))}
    asked = {"enrolment": attestation.enrolment, "paper": hours, "now": now}
    made = issue_hours_attestation(until=now.date(), **asked)
    assert issue_hours_attestation(until=now.date(), **asked) == made
    kept = Attestation.objects.get(pk=made.pk)
    assert attestation_digest(kept) == kept.digest
    assert isinstance(thaw(kept.paper), HoursPaper)
    kept.until = now.date() + timedelta(days=1)
    assert attestation_digest(kept) != kept.digest
    revoke_attestation(attestation=made, reason="Wrong name.", actor=clara, now=now)
    with pytest.raises(IssueRefused):
        issue_hours_attestation(until=now.date(), **asked)
    assert issue_hours_attestation(until=now.date() + timedelta(days=1), **asked) != made
    with pytest.raises(ValueError, match="add up"):
        issue_hours_attestation(until=date(2030, 1, 1), **asked | {"paper": hours | {"credited_minutes": 224}})


def test_each_course_and_each_person_has_her_own(
    attestation: Attestation, paper: dict[str, Any], now: datetime
) -> None:
    other_course = issue_attestation(enrolment=attestation.enrolment, course_id=uuid7(), paper=paper, now=now)
    homonym = issue_attestation(enrolment=EnrolmentFactory(), course_id=COURSE, paper=paper, now=now)
    assert len({attestation.code, other_course.code, homonym.code}) == 3


def test_a_taken_code_is_drawn_again(
    attestation: Attestation, paper: dict[str, Any], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([attestation.code, "7KQ2M9XR4T"])
    monkeypatch.setattr("lms.evidence.services.attestations.readable_code", lambda: next(drawn))
    other = issue_attestation(enrolment=EnrolmentFactory(), course_id=COURSE, paper=paper, now=now)
    assert other.code == "7KQ2M9XR4T"


def test_a_paper_that_says_nonsense_is_not_issued(enrolment: Enrolment, paper: dict[str, Any], now: datetime) -> None:
    with pytest.raises(ValueError, match="capped"):
        issue_attestation(enrolment=enrolment, course_id=COURSE, paper=paper | {"credited_minutes": 500}, now=now)
    assert not Attestation.objects.exists()


def test_revoking_says_why_who_and_when(attestation: Attestation, clara: User, now: datetime) -> None:
    later = now + timedelta(days=3)
    revoke_attestation(attestation=attestation, reason=" Wrong name. ", actor=clara, now=later)
    kept = Attestation.objects.select_related("enrolment").get(pk=attestation.pk)
    assert (kept.revoked_at, kept.revoked_reason, kept.revoked_by) == (later, "Wrong name.", clara)
    assert attestation_digest(kept) == kept.digest


def test_revoking_twice_or_without_a_reason_is_refused(attestation: Attestation, clara: User, now: datetime) -> None:
    with pytest.raises(RevocationRefused) as refused:
        revoke_attestation(attestation=attestation, reason=" ", actor=clara, now=now)
    assert refused.value.code == "no-reason"
    revoke_attestation(attestation=attestation, reason="Wrong name.", actor=clara, now=now)
    with pytest.raises(RevocationRefused) as refused:
        revoke_attestation(attestation=attestation, reason="Another reason.", actor=clara, now=now)
    assert refused.value.code == "already-revoked"
    assert Attestation.objects.get().revoked_reason == "Wrong name."


def test_finishing_again_does_not_undo_a_revocation(
    attestation: Attestation, clara: User, paper: dict[str, Any], now: datetime
) -> None:
    revoke_attestation(attestation=attestation, reason="Wrong name.", actor=clara, now=now)
    same = issue_attestation(enrolment=attestation.enrolment, course_id=COURSE, paper=paper, now=now)
    assert same == attestation
    new = issue_attestation(enrolment=attestation.enrolment, course_id=COURSE, paper=paper, now=now, again=True)
    assert (new.code != attestation.code, new.revoked_at) == (True, None)
    assert issue_attestation(enrolment=attestation.enrolment, course_id=COURSE, paper=paper, now=now) == new
