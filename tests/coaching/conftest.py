"""A coach, her open diary, a learner of hers, and a kind of appointment, on a Sunday noon in winter."""

from datetime import UTC, datetime, time

import pytest

from coaching.models import AppointmentKind, Diary
from lms.programmes.enums import CohortRole, EnrolmentState
from lms.programmes.models import Enrolment
from tests.factories import (
    AppointmentKindFactory,
    CohortStaffFactory,
    DiaryFactory,
    EnrolmentFactory,
    UserFactory,
    WeeklyHoursFactory,
)


@pytest.fixture
def now() -> datetime:
    """Sunday 4 January 2026, noon in Paris."""
    return datetime(2026, 1, 4, 11, tzinfo=UTC)


@pytest.fixture
def diary(db: None) -> Diary:
    """Open from 9 to 18, Monday to Friday, in Paris."""
    diary: Diary = DiaryFactory(coach=UserFactory(display_name="Clara Roy"))
    for weekday in range(5):
        WeeklyHoursFactory(diary=diary, weekday=weekday, starts=time(9), ends=time(18))
    return diary


@pytest.fixture
def kind(db: None) -> AppointmentKind:
    kind: AppointmentKind = AppointmentKindFactory(name="Point d’étape")
    return kind


@pytest.fixture
def enrolment(diary: Diary) -> Enrolment:
    """A learner whom the diary's coach follows."""
    enrolment: Enrolment = EnrolmentFactory(
        coach=diary.coach, state=EnrolmentState.ACTIVE, learner=UserFactory(display_name="Lina Diallo")
    )
    CohortStaffFactory(cohort=enrolment.cohort, user=diary.coach, role=CohortRole.COACH)
    return enrolment
