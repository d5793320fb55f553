"""The people a coach accompanies, and the file of one of them: goal, tasks, and everything that happened, in order."""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse

from coaching.enums import SeatState, SignerRole
from coaching.models import CoachingReport, ContactLog, FollowUpTask, Goal, PrivateNote, Seat
from courses.enums import LessonState
from courses.models import LessonProgress, QuizAttempt
from lms.accounts.models import User
from lms.evidence.models import HourEntry
from lms.programmes.enums import EnrolmentState
from lms.programmes.models import Enrolment
from lms.programmes.queries import roles_of

from .coaches import coached_cohort_ids

# Whom a coach still has in front of her; who withdrew or has long finished is found by search.
PRESENT_STATES = (EnrolmentState.ACTIVE, EnrolmentState.SUSPENDED, EnrolmentState.PENDING)
MOMENTS = 40
"""How many moments of a timeline a page shows."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened; `row` is the model behind it, `kind` says how to show it."""

    at: datetime
    kind: str
    row: Any


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a learner and her coach are working on between two appointments."""

    enrolment: Enrolment
    goal: Goal | None
    tasks: tuple[FollowUpTask, ...]
    reports: tuple[CoachingReport, ...]

    @property
    def hers(self) -> list[FollowUpTask]:
        return [task for task in self.tasks if task.owner == SignerRole.LEARNER]

    @property
    def coachs(self) -> list[FollowUpTask]:
        return [task for task in self.tasks if task.owner == SignerRole.COACH]


def is_coach(user: Any) -> bool:
    """Whether `user` coaches a cohort, for the navigation; costs a query to those who staff one, none to others."""
    if not user.is_authenticated or not user.is_active or not roles_of(user).staffed_cohort_ids:
        return False
    return bool(coached_cohort_ids(user))


def learners_of(user: User) -> QuerySet[Enrolment]:
    """Every enrolment `user` may follow: those she coaches by name, and those of the cohorts she coaches."""
    return Enrolment.objects.filter(Q(coach=user) | Q(cohort__in=coached_cohort_ids(user)))


def own_learners_of(user: User) -> QuerySet[Enrolment]:
    """Those who count on her: hers by name, and those of her cohorts whom nobody else coaches."""
    return Enrolment.objects.filter(Q(coach=user) | Q(coach=None, cohort__in=coached_cohort_ids(user)))


def follow_up_of(enrolment: Enrolment) -> FollowUp:
    """Goal, open tasks and the last reports shared with her: three queries, for the learner's own pages."""
    reports = (
        CoachingReport.objects.filter(seat__enrolment=enrolment, is_shared=True)
        .select_related("seat", "author")
        .order_by("-seat__starts_at")
    )
    return FollowUp(
        enrolment=enrolment,
        goal=Goal.objects.filter(enrolment=enrolment, closed_at=None).first(),
        tasks=tuple(FollowUpTask.objects.filter(enrolment=enrolment, done_at=None)),
        reports=tuple(reports[:3]),
    )


def notes_of(enrolment: Enrolment, author: User) -> QuerySet[PrivateNote]:
    """The notes `author` keeps on this learner, as they stand; never anybody else's."""
    return PrivateNote.objects.filter(enrolment=enrolment, author=author, replaced_by=None)


def timeline(enrolment: Enrolment, now: datetime) -> list[Moment]:
    """What happened, the last first: lessons, attempts, appointments, contacts, corrections of hours, goals."""
    moments = [
        *_moments("lesson", "completed_at", _lessons(enrolment)),
        *_moments("attempt", "finished_at", _attempts(enrolment)),
        *_moments("appointment", "starts_at", _appointments(enrolment, now)),
        *_moments("contact", "at", ContactLog.objects.filter(enrolment=enrolment).select_related("author")),
        *_moments("correction", "written_at", _corrections(enrolment)),
        *_moments("goal", "written_at", Goal.objects.filter(enrolment=enrolment)),
    ]
    return sorted(moments, key=attrgetter("at"), reverse=True)[:MOMENTS]


def _moments(kind: str, field: str, rows: QuerySet[Any]) -> list[Moment]:
    latest = rows.order_by(f"-{field}").fetch_mode(models.FETCH_RAISE)[:MOMENTS]
    return [Moment(getattr(row, field), kind, row) for row in latest]


def _lessons(enrolment: Enrolment) -> QuerySet[LessonProgress]:
    return LessonProgress.objects.filter(enrolment=enrolment, state=LessonState.DONE).select_related("lesson")


def _attempts(enrolment: Enrolment) -> QuerySet[QuizAttempt]:
    return QuizAttempt.objects.filter(enrolment=enrolment, finished_at__isnull=False).select_related("lesson")


def _appointments(enrolment: Enrolment, now: datetime) -> QuerySet[Seat]:
    rows = Seat.objects.filter(enrolment=enrolment, state=SeatState.BOOKED, starts_at__lte=now)
    return rows.select_related("appointment__kind", "appointment__coach", "report")


def _corrections(enrolment: Enrolment) -> QuerySet[HourEntry]:
    return HourEntry.objects.filter(enrolment=enrolment, corrects__isnull=False).select_related("author")


def appointments_to_come(enrolment: Enrolment, now: datetime) -> QuerySet[Seat]:
    rows = Seat.objects.filter(enrolment=enrolment, state=SeatState.BOOKED, ends_at__gt=now)
    return rows.select_related("appointment__kind", "appointment__coach").order_by("starts_at")


def book_for_url(enrolment: Enrolment) -> str:
    return reverse("coaching:book-for", args=[enrolment.public_id])
