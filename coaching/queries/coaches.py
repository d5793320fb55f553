"""Which coaches a learner may book, in which order, and for what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from coaching.enums import Continuity
from coaching.models import AppointmentKind, CohortCoaching, Diary
from lms.accounts.models import User
from lms.programmes.enums import CohortRole, EnrolmentState
from lms.programmes.models import CohortStaff, Enrolment


@dataclass(frozen=True, slots=True)
class CoachChoice:
    """A coach one learner may book. `needs_agreement`: she is not the learner's own, who must say yes to it."""

    coach: User
    diary: Diary
    is_own: bool
    needs_agreement: bool
    delay: str


def coached_cohort_ids(user: Any) -> set[int]:
    """The cohorts `user` coaches; read once a request and kept on the user object, like her roles."""
    if not hasattr(user, "_coached_cohort_ids"):
        rows = CohortStaff.objects.filter(user=user, role=CohortRole.COACH)
        user._coached_cohort_ids = set(rows.values_list("cohort_id", flat=True))
    ids: set[int] = user._coached_cohort_ids
    return ids


def coaches_cohort(user: Any, cohort_id: int) -> bool:
    return cohort_id in coached_cohort_ids(user)


def continuity_of(cohort_id: int) -> Continuity:
    value = CohortCoaching.objects.filter(cohort_id=cohort_id).values_list("continuity", flat=True).first()
    return Continuity(value) if value else Continuity.SAME_FIRST


def coaches_for(enrolment: Enrolment, now: datetime, *, everyone: bool = False) -> list[CoachChoice]:
    """Whom this learner may book, the one to show first at the head; three queries whatever their number.

    With her own coach first where the cohort's rule says so, then in turn: the fewest appointments to come, then
    whose last booking is the oldest. A coach without an open diary cannot be booked and is not here. `everyone`: every
    coach of the cohort, whatever its rule, for the staff who decide.
    """
    rule = continuity_of(enrolment.cohort_id)
    staff = CohortStaff.objects.filter(cohort_id=enrolment.cohort_id, role=CohortRole.COACH)
    delays = dict(staff.values_list("user_id", "delay"))
    own_id = enrolment.coach_id
    wanted = set(delays) | ({own_id} if own_id else set())
    if rule == Continuity.SAME and own_id and not everyone:
        wanted = {own_id}
    in_turn = rule == Continuity.ROUND_ROBIN or own_id is None
    choices = [
        CoachChoice(
            coach=diary.coach,
            diary=diary,
            is_own=diary.coach_id == own_id,
            needs_agreement=not in_turn and diary.coach_id != own_id,
            delay=delays.get(diary.coach_id, ""),
        )
        for diary in _in_turn(wanted, now)
    ]
    return choices if in_turn else sorted(choices, key=lambda choice: not choice.is_own)


def _in_turn(coach_ids: set[int], now: datetime) -> QuerySet[Diary]:
    given = "coach__appointments_given"
    to_come = Q(**{f"{given}__state__in": ("held", "confirmed"), f"{given}__starts_at__gte": now})
    return (
        Diary.objects.filter(coach__in=coach_ids, is_open=True, coach__is_active=True)
        .select_related("coach")
        .annotate(load=Count(given, filter=to_come), last_booked=Max(f"{given}__created_at"))
        .order_by("load", "last_booked", "pk")
    )


def kinds_for(enrolment: Enrolment) -> QuerySet[AppointmentKind]:
    """The kinds she may book: of the academy or her partner, for learners or for alumni."""
    kinds = AppointmentKind.objects.filter(is_active=True)
    kinds = kinds.filter(Q(partner=None) | Q(partner_id=enrolment.cohort.partner_id))
    return (
        kinds.filter(for_alumni=True) if enrolment.state == EnrolmentState.ALUMNI else kinds.filter(for_learners=True)
    )
