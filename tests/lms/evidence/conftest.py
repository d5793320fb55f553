"""One learner in training, her coach, and the ways hours are written in these tests."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from lms.accounts.models import User
from lms.evidence.enums import ActivityKind, EvidenceSource
from lms.evidence.models import HourEntry
from lms.evidence.services import credit
from lms.kit.ids import uuid7
from lms.programmes.models import Enrolment
from tests.factories import CohortStaffFactory, EnrolmentFactory, UserFactory

NOW = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def lina(db: None) -> User:
    user: User = UserFactory(display_name="Lina Marchand", certificate_name="Lina MARCHAND")
    return user


@pytest.fixture
def enrolment(lina: User) -> Enrolment:
    row: Enrolment = EnrolmentFactory(learner=lina)
    return row


@pytest.fixture
def clara(enrolment: Enrolment) -> User:
    """The coach of the learner's cohort."""
    user: User = UserFactory(display_name="Clara Dubois")
    CohortStaffFactory(cohort=enrolment.cohort, user=user)
    return user


@pytest.fixture
def credited(enrolment: Enrolment) -> Callable[..., HourEntry]:
    """Credit a quarter of an hour for a lesson; any field may be said otherwise."""

    def write(**said: Any) -> HourEntry:
        fields: dict[str, Any] = {
            "enrolment": enrolment,
            "kind": ActivityKind.LESSON,
            "activity_id": uuid7(),
            "title": "1.1 Laisser la souris",
            "course_id": uuid7(),
            "planned_minutes": 15,
            "minutes": 15,
            "reason": "Questions of the lesson passed.",
            "source": EvidenceSource.OBSERVED,
            "actor": enrolment.learner,
            "now": NOW,
        }
        return credit(**fields | said)

    return write


@pytest.fixture
def paper() -> dict[str, Any]:
    """The fields of an attestation its caller gives; the rest is made when it is issued."""
    return {
        "lang": "fr",
        "provider_name": "La Fabrique des médiations",
        "provider_nda": "11 75 00000 75",
        "provider_siret": "123 456 789 00012",
        "person_name": "Lina MARCHAND",
        "course_title": "Accompagner différents publics",
        "starts_on": datetime(2026, 2, 1, tzinfo=UTC).date(),
        "ends_on": NOW.date(),
        "planned_minutes": 240,
        "credited_minutes": 225,
        "modality": "Formation à distance, en ligne",
        "assistance": "Une coach attitrée",
        "competencies": ("Accueillir", "Orienter"),
        "place": "Paris",
        "issued_on": NOW.date(),
        "signatory_name": "Jeanne Martin",
        "signatory_title": "Directrice",
    }
