"""One total everywhere; months that add up; lines with their corrections."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.models import User
from lms.evidence.enums import ActivityKind, MonthPhase, Verdict
from lms.evidence.models import Attestation, HourEntry, MeasuredTime
from lms.evidence.queries import Month, by_month, planned_by_month, timeline, totals, totals_by_day, verdict_on
from lms.evidence.services import correct, issue_attestation, observe
from lms.kit.ids import uuid7
from lms.programmes.models import Cohort, Enrolment, Track
from tests.factories import EnrolmentFactory

type Credited = Callable[..., HourEntry]


@pytest.fixture
def enrolment(lina: User) -> Enrolment:
    """From 16 February to 15 May 2026, 105 hours."""
    dates = {"cohort__starts_on": date(2026, 2, 16), "cohort__ends_on": date(2026, 5, 15)}
    row: Enrolment = EnrolmentFactory(learner=lina, cohort__track__hours=105, **dates)
    return Enrolment.objects.select_related("cohort__track").get(pk=row.pk)


def measure(enrolment: Enrolment, day: date, seconds: int) -> None:
    MeasuredTime.objects.create(
        enrolment=enrolment, activity_kind=ActivityKind.LESSON, activity_id=uuid7(), day=day, seconds=seconds
    )


@pytest.mark.parametrize("lines", [1, 200])
def test_totals_take_one_query(
    enrolment: Enrolment, credited: Credited, lines: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _line in range(lines):
        credited(minutes=10)
    EnrolmentFactory()  # nobody else's
    with django_assert_num_queries(1):
        figures = totals(enrolment)
    assert (figures.planned, figures.credited, figures.measured) == (105 * 60, 10 * lines, 0)
    with django_assert_num_queries(1):
        again, by_day = totals_by_day(enrolment)
    assert again == figures
    assert sum(by_day.values()) == figures.credited


def test_the_three_figures_are_never_mixed(
    enrolment: Enrolment, credited: Credited, clara: User, now: datetime
) -> None:
    observe(enrolment=enrolment, kind=ActivityKind.LESSON, activity_id=uuid7(), seconds=59, now=now)
    measure(enrolment, date(2026, 3, 1), 61)
    correct(entry=credited(), minutes=-3, reason="Left.", actor=clara, now=now)
    credited(enrolment=EnrolmentFactory(cohort=enrolment.cohort))
    figures = totals(enrolment)
    assert (figures.planned, figures.credited, figures.measured) == (6300, 12, 2)
    again, by_day = totals_by_day(enrolment)
    assert again == figures
    assert list(by_day.values()) == [12]


def test_months_add_up_to_the_totals(
    enrolment: Enrolment, credited: Credited, clara: User, now: datetime, django_assert_num_queries: Callable[..., Any]
) -> None:
    february = credited(now=datetime(2026, 2, 20, 12, 0, tzinfo=UTC))
    credited(now=datetime(2026, 2, 28, 23, 30, tzinfo=UTC))  # already March in Paris
    credited(now=datetime(2027, 1, 5, 12, 0, tzinfo=UTC))  # an alumna comes back
    correct(entry=february, minutes=-5, reason="Left.", actor=clara, now=now)
    measure(enrolment, date(2026, 2, 20), 600)
    measure(enrolment, date(2026, 3, 1), 1200)

    with django_assert_num_queries(2):
        months = by_month(enrolment, date(2026, 3, 10))

    assert [(m.first_day, m.credited, m.measured, m.phase) for m in months] == [
        (date(2026, 2, 1), 10, 10, MonthPhase.PAST),
        (date(2026, 3, 1), 15, 20, MonthPhase.CURRENT),
        (date(2026, 4, 1), 0, 0, MonthPhase.FUTURE),
        (date(2026, 5, 1), 0, 0, MonthPhase.FUTURE),
        (date(2027, 1, 1), 15, 0, MonthPhase.FUTURE),
    ]
    assert [m.planned // 60 for m in months] == [15, 37, 35, 18, 0]
    figures = totals(enrolment)
    assert sum(m.planned for m in months) == figures.planned
    assert sum(m.credited for m in months) == figures.credited
    assert sum(m.measured for m in months) == figures.measured


@given(
    hours=st.integers(1, 2000),
    starts_on=st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    days=st.integers(1, 900),
)
def test_planned_hours_are_spread_and_none_is_lost(hours: int, starts_on: date, days: int) -> None:
    ends_on = date.fromordinal(starts_on.toordinal() + days)
    spread = planned_by_month(Cohort(track=Track(hours=hours), starts_on=starts_on, ends_on=ends_on))
    assert sum(spread.values()) == hours * 60
    assert all(minutes >= 0 and minutes % 60 == 0 for minutes in spread.values())
    assert (min(spread), max(spread)) == (starts_on.replace(day=1), ends_on.replace(day=1))


@pytest.mark.parametrize(
    ("planned", "credited", "phase", "attendance"),
    [
        (26, 27, MonthPhase.PAST, 100),
        (26, 13, MonthPhase.PAST, 50),
        (26, 0, MonthPhase.PAST, 0),
        (0, 10, MonthPhase.PAST, None),
        (26, 26, MonthPhase.CURRENT, None),
    ],
)
def test_attendance_is_credited_over_planned(
    planned: int, credited: int, phase: MonthPhase, attendance: int | None
) -> None:
    assert Month(date(2026, 2, 1), planned, credited, 0, phase).attendance == attendance


@pytest.mark.parametrize("lines", [1, 200])
def test_timeline_takes_two_queries(
    enrolment: Enrolment,
    credited: Credited,
    clara: User,
    now: datetime,
    lines: int,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    entries = [credited() for _line in range(lines)]
    correct(entry=entries[0], minutes=-5, reason="Left.", actor=clara, now=now)
    correct(entry=entries[0], minutes=-4, reason="Earlier.", actor=clara, now=now)
    with django_assert_num_queries(2):
        read = list(timeline(enrolment))
        corrections = [[str(c.author) for c in line.corrections.all()] for line in read]
    assert [line.pk for line in read] == [entry.pk for entry in reversed(entries)]
    assert read[-1].kept_minutes == 6  # type: ignore[attr-defined]  # annotated by the query
    assert corrections == [[]] * (lines - 1) + [["Clara Dubois", "Clara Dubois"]]


@pytest.mark.parametrize(
    ("minutes", "measured_seconds", "scant"), [(420, 180, True), (15, 89, True), (15, 90, False), (9, 0, False)]
)
def test_seven_hours_in_three_minutes_are_flagged(minutes: int, measured_seconds: int, scant: bool) -> None:
    entry = HourEntry(activity_kind=ActivityKind.LESSON, credited_minutes=minutes, measured_seconds=measured_seconds)

    assert entry.is_scantly_observed is scant


def test_verdicts(enrolment: Enrolment, paper: dict[str, Any], now: datetime) -> None:
    issue_attestation(enrolment=enrolment, course_id=uuid7(), paper=paper, now=now)
    attestation = Attestation.objects.select_related("enrolment").get()
    assert verdict_on(None) == Verdict.UNKNOWN
    assert verdict_on(attestation) == Verdict.VALID
    attestation.revoked_at = now
    assert verdict_on(attestation) == Verdict.REVOKED
    attestation.paper["person_name"] = "Somebody else"
    assert verdict_on(attestation) == Verdict.ALTERED
