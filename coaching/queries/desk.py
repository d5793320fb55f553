"""A coach's day: who comes, what is to be written, what was promised, whom to contact."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from coaching.enums import AppointmentState, SeatState, SignerRole
from coaching.models import Appointment, CoachingReport, FollowUpTask, Goal, Seat
from lms.accounts.models import User
from lms.programmes.enums import EnrolmentState

from .appointments import ROOM_OPENS
from .learners import own_learners_of
from .signals import Standing, active_rules, standings

TO_CONTACT = 3
SOON = timedelta(hours=2)
"""A meeting that begins within this time is told in minutes at the head of the desk."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One appointment of the day; each seat knows its learner, her goal, her last next step and her report."""

    appointment: Appointment
    seats: tuple[Seat, ...]
    now: datetime

    @property
    def is_over(self) -> bool:
        return self.appointment.ends_at <= self.now

    @property
    def has_begun(self) -> bool:
        """From then on its report can be written: a meeting may end early."""
        return self.appointment.starts_at <= self.now

    @property
    def is_open(self) -> bool:
        """Whether its room may be entered."""
        return not self.is_over and self.appointment.starts_at - self.now <= ROOM_OPENS

    @property
    def minutes_until(self) -> int:
        """Whole minutes before it begins, rounded up; 0 or less once it has."""
        return -int((self.now - self.appointment.starts_at) // timedelta(minutes=1))

    @property
    def is_soon(self) -> bool:
        return not self.is_over and self.appointment.starts_at - self.now <= SOON

    @property
    def names(self) -> str:
        return ", ".join(seat.learner.get_full_name() for seat in self.seats)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the desk shows."""

    today: tuple[Meeting, ...]
    tomorrow: tuple[Meeting, ...]
    to_write: tuple[Seat, ...]
    tasks: tuple[FollowUpTask, ...]
    people: tuple[Standing, ...]

    @property
    def next(self) -> Meeting | None:
        """The one that goes on, or comes next, today."""
        return next((meeting for meeting in self.today if not meeting.is_over), None)

    @property
    def to_contact(self) -> list[Standing]:
        return [one for one in self.people if one.is_to_contact][:TO_CONTACT]

    @property
    def active_count(self) -> int:
        return sum(one.is_active_this_week for one in self.people if not one.is_paused)

    @property
    def paused_count(self) -> int:
        return sum(one.is_paused for one in self.people)


def desk_of(coach: User, now: datetime) -> Desk:
    """Six queries, whatever the number of learners and appointments."""
    today = timezone.localdate(now)
    seats = list(_seats(coach, _midnight(today + timedelta(days=2)), _midnight(today), now))
    meetings = _meetings(seats, now)
    # What is near is today's, on the other side of midnight too.
    days = {one: today if one.is_soon else timezone.localdate(one.appointment.starts_at) for one in meetings}
    trained = own_learners_of(coach).filter(state__in=[EnrolmentState.ACTIVE, EnrolmentState.SUSPENDED])
    return Desk(
        today=tuple(meeting for meeting in meetings if days[meeting] == today),
        tomorrow=tuple(meeting for meeting in meetings if days[meeting] == today + timedelta(days=1)),
        to_write=tuple(seat for seat in seats if seat.ends_at <= now and not seat.has_report),  # type: ignore[attr-defined]
        tasks=tuple(tasks_of(coach)),
        people=tuple(standings(trained, active_rules(), now)),
    )


def tasks_of(coach: User) -> QuerySet[FollowUpTask]:
    """What she promised to her learners and has not done yet."""
    rows = FollowUpTask.objects.filter(
        enrolment__in=own_learners_of(coach), owner=SignerRole.COACH, done_at=None
    ).select_related("enrolment__learner")
    return rows.order_by(models.F("due_on").asc(nulls_last=True), "created_at").fetch_mode(models.FETCH_RAISE)


def with_history(seats: QuerySet[Seat]) -> QuerySet[Seat]:
    """Adds `has_report`, `goal`, and `last_step`: the next step of the learner's last report."""
    goal = Goal.objects.filter(enrolment=OuterRef("enrolment"), closed_at=None)
    earlier = CoachingReport.objects.filter(
        seat__enrolment=OuterRef("enrolment"), seat__starts_at__lt=OuterRef("starts_at")
    ).order_by("-seat__starts_at")
    return seats.annotate(
        has_report=Exists(CoachingReport.objects.filter(seat=OuterRef("pk"))),
        goal=Subquery(goal.values("text")[:1]),
        last_step=Subquery(earlier.values("next_step")[:1]),
    )


def _seats(coach: User, until: datetime, since: datetime, now: datetime) -> QuerySet[Seat]:
    """Her seats of these two days, and the past ones without a report, in one query."""
    unwritten = Q(ends_at__lte=now, report=None)
    rows = Seat.objects.filter(
        Q(ends_at__gt=since) | unwritten,
        starts_at__lt=until,
        appointment__coach=coach,
        appointment__state=AppointmentState.CONFIRMED,
        state=SeatState.BOOKED,
    ).select_related("appointment__kind", "appointment__place", "learner", "enrolment")
    return with_history(rows).order_by("starts_at", "pk").fetch_mode(models.FETCH_RAISE)


def _meetings(seats: list[Seat], now: datetime) -> list[Meeting]:
    by_appointment: dict[Appointment, list[Seat]] = {}
    for seat in seats:
        by_appointment.setdefault(seat.appointment, []).append(seat)
    return [Meeting(appointment, tuple(rows), now) for appointment, rows in by_appointment.items()]


def _midnight(day: object) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))  # type: ignore[arg-type]
