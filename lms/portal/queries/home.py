"""What a learner's home says: where she stands, what comes next, how her weeks went."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from coaching.models import Seat
from coaching.queries.appointments import next_date
from courses.queries.path import Path, path_of
from lms.evidence.models import Attestation
from lms.evidence.queries import Totals, course_attestations_of, totals_by_day
from lms.programmes.enums import EnrolmentState
from lms.programmes.models import Enrolment
from seminars.models import LiveSession
from seminars.queries.sessions import next_session

NEAR = timedelta(hours=1)
"""A date that is nearer stands first on the home."""


class Pace(StrEnum):
    """How the credited hours compare with the calendar; never a reproach."""

    STARTING = "starting"
    ON_TIME = "on_time"
    LATE = "late"
    DONE = "done"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the cohort; `minutes` were credited in it."""

    number: int
    minutes: int
    is_current: bool
    is_past: bool


@dataclass(frozen=True, slots=True)
class Home:
    """The learner's home. `attestation`: the last one that holds, once nothing is left to do. `minutes_until`: before
    the next date, when it is less than an hour away (0 once it has begun); so for the next live session."""

    enrolment: Enrolment
    path: Path
    totals: Totals
    week_number: int
    week_total: int
    weeks: tuple[Week, ...]
    pace: Pace
    attestation: Attestation | None
    next_seat: Seat | None
    minutes_until: int | None
    next_session: LiveSession | None
    minutes_until_session: int | None

    @property
    def session_is_first(self) -> bool:
        """Whether the live session comes before the appointment."""
        if self.next_session is None:
            return False
        return self.next_seat is None or self.next_session.starts_at < self.next_seat.starts_at

    @property
    def this_week(self) -> Week | None:
        return next((week for week in self.weeks if week.is_current), None)

    @property
    def active_weeks(self) -> int:
        return sum(1 for week in self.weeks if week.minutes)

    @property
    def is_first_day(self) -> bool:
        return not self.totals.credited and not any(module.is_started for module in self.path.modules)


def home_of(enrolment: Enrolment, today: date) -> Home:
    """Everything the home shows: the path, a query each for the hours, the next date, the next session."""
    sums, by_day = totals_by_day(enrolment)
    path = path_of(enrolment, today)
    week_number, week_total = enrolment.cohort.week(today)
    now = timezone.now()
    next_seat, session = next_date(enrolment.learner, now), next_session(enrolment.learner, now)
    return Home(
        enrolment=enrolment,
        path=path,
        totals=sums,
        week_number=week_number,
        week_total=week_total,
        weeks=_weeks(enrolment, today, by_day),
        pace=_pace(enrolment, sums, today),
        next_seat=next_seat,
        minutes_until=_minutes_until(next_seat, now),
        next_session=session,
        minutes_until_session=_minutes_until(session, now),
        attestation=None if path.current else course_attestations_of(enrolment).first(),
    )


def _minutes_until(date: Seat | LiveSession | None, now: datetime) -> int | None:
    if date is None or date.starts_at - now > NEAR:
        return None
    return max(0, -int((now - date.starts_at) // timedelta(minutes=1)))


def _weeks(enrolment: Enrolment, today: date, by_day: Mapping[date, int]) -> tuple[Week, ...]:
    """At most twelve weeks around today, so that a phone shows them in two rows."""
    cohort = enrolment.cohort
    current, total = cohort.week(today)
    first = max(1, min(current - 7, total - 11))
    numbers = range(first, min(total, first + 11) + 1)
    minutes: Counter[int] = Counter()
    for day, credited in by_day.items():
        minutes[(day - cohort.starts_on).days // 7 + 1] += credited
    running = cohort.starts_on <= today <= cohort.ends_on
    return tuple(
        Week(number, minutes[number], is_current=running and number == current, is_past=number < current)
        for number in numbers
    )


def _pace(enrolment: Enrolment, sums: Totals, today: date) -> Pace:
    cohort = enrolment.cohort
    if enrolment.state in (EnrolmentState.COMPLETED, EnrolmentState.ALUMNI):
        return Pace.OVER
    if sums.planned and sums.credited >= sums.planned:
        return Pace.DONE
    elapsed = (today - cohort.starts_on).days
    if elapsed < 14:
        return Pace.STARTING
    expected = sums.planned * elapsed / max(1, (cohort.ends_on - cohort.starts_on).days)
    return Pace.ON_TIME if sums.credited >= 0.7 * min(expected, sums.planned) else Pace.LATE
