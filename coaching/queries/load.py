"""What each coach carries, for who manages a partner; and the appointments as a table, without a word of theirs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from coaching.enums import AppointmentState, Presence, SeatState, SignerRole
from coaching.models import ReportSignature, Seat
from lms.accounts.models import User
from lms.evidence.enums import ActivityKind
from lms.evidence.models import HourEntry
from lms.programmes.enums import CohortRole, EnrolmentState
from lms.programmes.models import Enrolment
from lms.programmes.queries import roles_of

from .coaches import coached_cohort_ids

AHEAD = timedelta(weeks=4)
BEHIND = timedelta(weeks=4)
LATE = timedelta(days=2)
"""A report is late two days after its appointment."""


@dataclass(frozen=True, slots=True)
class Load:
    """One coach, among the learners of the partners that the reader manages. Minutes over four weeks each way."""

    coach: User
    learners: int
    given: int
    missed: int
    booked: int
    late_reports: int


def load_of_coaches(user: User, now: datetime) -> list[Load]:
    """Every coach of the partners `user` manages, all of them for an administrator; three queries."""
    learners = managed_learners(user)
    coaches = User.objects.filter(
        Q(coached_enrolments__in=learners)
        | Q(cohort_roles__role=CohortRole.COACH, cohort_roles__cohort__in=learners.values("cohort"))
    )
    followed = dict(
        learners.filter(state__in=[EnrolmentState.ACTIVE, EnrolmentState.SUSPENDED])
        .order_by()
        .values_list("coach")
        .annotate(total=Count("pk"))
    )
    sums = _sums(learners, now)
    return [
        Load(coach=coach, learners=followed.get(coach.pk, 0), **sums.get(coach.pk, _NOTHING))
        for coach in coaches.filter(is_active=True).distinct().order_by("display_name", "pk")
    ]


_NOTHING = {"given": 0, "missed": 0, "booked": 0, "late_reports": 0}


def managed_learners(user: User) -> QuerySet[Enrolment]:
    if user.is_superuser:
        return Enrolment.objects.all()
    return Enrolment.objects.filter(cohort__partner__in=roles_of(user).partner_ids)


def _sums(learners: QuerySet[Enrolment], now: datetime) -> dict[int, dict[str, int]]:
    """By coach: minutes given, seats missed, minutes booked, reports late. Read once, summed here."""
    rows = Seat.objects.filter(
        enrolment__in=learners,
        state=SeatState.BOOKED,
        appointment__state=AppointmentState.CONFIRMED,
        starts_at__lt=now + AHEAD,
        ends_at__gt=now - BEHIND,
    ).values_list("appointment__coach", "appointment", "starts_at", "ends_at", "presence", "attended_minutes", "report")
    found: dict[int, dict[str, int]] = {}
    counted: set[int] = set()  # a group's time to come is booked once
    for coach, appointment, starts_at, ends_at, presence, attended, report in rows:
        sums = found.setdefault(coach, dict(_NOTHING))
        if ends_at > now:
            sums["booked"] += 0 if appointment in counted else int((ends_at - starts_at) / timedelta(minutes=1))
            counted.add(appointment)
        else:
            sums["given"] += attended or 0
            sums["missed"] += presence == Presence.NO_SHOW
            sums["late_reports"] += report is None and now - ends_at > LATE
    return found


def exported_seats(user: User) -> QuerySet[Seat]:
    """The seats `user` may take away as a table: of the learners she coaches, of the partners she manages."""
    rows = Seat.objects.exclude(state=SeatState.HELD)
    if not user.is_superuser:
        rows = rows.filter(
            Q(appointment__coach=user)
            | Q(enrolment__coach=user)
            | Q(enrolment__cohort__in=coached_cohort_ids(user))
            | Q(enrolment__cohort__partner__in=roles_of(user).partner_ids)
        )
    credited = HourEntry.objects.filter(
        enrolment=OuterRef("enrolment"), activity_kind=ActivityKind.APPOINTMENT, activity_id=OuterRef("public_id")
    )
    totals = credited.order_by().values("activity_id").annotate(total=Sum("credited_minutes")).values("total")
    signatures = ReportSignature.objects.select_related("revision").order_by("signed_at")
    return (
        rows.select_related("appointment__coach", "appointment__kind", "enrolment__cohort", "learner", "report")
        .annotate(credited_minutes=Subquery(totals))
        .prefetch_related(Prefetch("report__revisions__signatures", signatures))
        .order_by("starts_at", "pk")
        .fetch_mode(models.FETCH_RAISE)
    )


def export_header() -> list[str]:
    return [
        _("Start"),
        _("End"),
        _("Minutes"),
        _("Kind of appointment"),
        _("How"),
        _("Coach"),
        _("Learner"),
        _("Cohort"),
        _("State"),
        _("Presence of the learner"),
        _("Presence of the coach"),
        _("Minutes attended"),
        _("Credited minutes"),
        _("Report of"),
        _("Revision"),
        _("Signed by the learner"),
        _("Signed by the coach"),
    ]


def export_rows(seats: QuerySet[Seat]) -> Iterator[list[Any]]:
    """Who, when, how long, signed or not; never what was said."""
    for seat in seats:
        appointment, report = seat.appointment, getattr(seat, "report", None)
        signed = _signed(report) if report else {}
        yield [
            seat.starts_at,
            seat.ends_at,
            appointment.minutes,
            str(appointment.kind),
            appointment.get_mode_display(),
            appointment.coach.get_full_name(),
            seat.learner.get_full_name(),
            seat.enrolment.cohort.name,
            seat.get_state_display(),
            seat.get_presence_display(),
            appointment.get_coach_presence_display(),
            seat.attended_minutes,
            seat.credited_minutes,  # type: ignore[attr-defined]
            report.written_at if report else None,
            report.revision if report else None,
            signed.get(SignerRole.LEARNER),
            signed.get(SignerRole.COACH),
        ]


def _signed(report: Any) -> dict[str, datetime]:
    """When each role signed the wording that stands."""
    current = [revision for revision in report.revisions.all() if revision.number == report.revision]
    return {one.role: one.signed_at for revision in current for one in revision.signatures.all()}
