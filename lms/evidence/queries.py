"""Reads of the hours' book: the three figures, the months, the lines, the papers."""

import calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median_low

from django.conf import settings
from django.db import connection, models
from django.db.models import Case, F, OuterRef, Prefetch, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, TruncMonth
from django.urls import reverse
from django.utils import timezone

from lms.kit.tokens import token_behind
from lms.programmes.models import Cohort, Enrolment

from .enums import AttestationKind, MonthPhase, Verdict
from .models import SHARE_SALT, Assistance, Attestation, AttestationShare, HourEntry
from .seals import attestation_digest

# Written by hand: two sums in one journey, on pages that every learner opens.
_SUMS = """
    SELECT (SELECT SUM(credited_minutes) FROM evidence_hourentry WHERE enrolment_id = %s),
           (SELECT SUM(seconds) FROM evidence_measuredtime WHERE enrolment_id = %s)
"""


@dataclass(frozen=True, slots=True)
class Totals:
    """Three figures in minutes, never mixed: planned by the track, credited, measured beside."""

    planned: int
    credited: int
    measured: int


@dataclass(frozen=True, slots=True)
class Month:
    """The three figures of one month, in minutes; `first_day` names the month."""

    first_day: date
    planned: int
    credited: int
    measured: int
    phase: MonthPhase

    @property
    def attendance(self) -> int | None:
        """Assiduité of a month that is over, in percent, 100 at most: credited ÷ planned (art. R6341-13)."""
        if self.phase != MonthPhase.PAST or not self.planned:
            return None
        return min(100, round(100 * self.credited / self.planned))


def totals(enrolment: Enrolment) -> Totals:
    """The one total every page and paper shows; 1 query when `cohort__track` is already loaded."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [enrolment.pk, enrolment.pk])
        credited, measured = cursor.fetchone()
    return Totals(planned=enrolment.cohort.track.hours * 60, credited=credited or 0, measured=(measured or 0) // 60)


def totals_by_day(enrolment: Enrolment) -> tuple[Totals, dict[date, int]]:
    """The same total, and the minutes credited on each day of the current zone; 1 query."""
    credited = (
        enrolment.hour_entries.order_by().annotate(what=Value("credited")).values_list("what", "happened_at__date")
    )
    measured = enrolment.measured_times.order_by().annotate(what=Value("measured")).values_list("what", "day")
    sums: dict[str, dict[date, int]] = {"credited": {}, "measured": {}}
    both = (
        credited.annotate(sum=Sum("credited_minutes")).union(measured.annotate(sum=Sum("seconds")), all=True).order_by()
    )
    for what, day, total in both:
        sums[what][day] = total
    return Totals(
        planned=enrolment.cohort.track.hours * 60,
        credited=sum(sums["credited"].values()),
        measured=sum(sums["measured"].values()) // 60,
    ), sums["credited"]


def by_month(enrolment: Enrolment, today: date) -> list[Month]:
    """Every month of the cohort, and any other with hours in it; 2 queries.

    Months are those of the academy's zone. A correction counts in the month of the line it corrects.
    """
    zone = timezone.get_default_timezone()
    credited = dict(
        enrolment.hour_entries.order_by()
        .values_list(TruncMonth("happened_at", tzinfo=zone, output_field=models.DateField()))
        .annotate(minutes=Sum("credited_minutes"))
    )
    measured = dict(enrolment.measured_times.values_list(TruncMonth("day")).annotate(seconds=Sum("seconds")))
    planned = planned_by_month(enrolment.cohort)
    return [
        Month(
            first_day=month,
            planned=planned.get(month, 0),
            credited=credited.get(month, 0),
            measured=measured.get(month, 0) // 60,
            phase=_phase(month, today),
        )
        for month in sorted({*planned, *credited, *measured})
    ]


def planned_by_month(cohort: Cohort) -> dict[date, int]:
    """The track's hours spread evenly over the days of the cohort, in minutes a month, whole hours that add up."""
    days: dict[date, int] = defaultdict(int)
    for offset in range((cohort.ends_on - cohort.starts_on).days + 1):
        days[(cohort.starts_on + timedelta(days=offset)).replace(day=1)] += 1
    spread, past_days, past_hours = {}, 0, 0
    for month, count in days.items():
        past_days += count
        hours = round(cohort.track.hours * past_days / sum(days.values()))
        spread[month] = (hours - past_hours) * 60
        past_hours = hours
    return spread


def timeline(enrolment: Enrolment) -> QuerySet[HourEntry]:
    """The lines of the book, newest first, each with `kept_minutes` and its counter-entries in `corrections`."""
    corrections = HourEntry.objects.filter(corrects__isnull=False).select_related("author").order_by("id")
    return (
        enrolment.hour_entries.filter(corrects=None)
        .annotate(kept_minutes=F("credited_minutes") + Coalesce(Sum("corrections__credited_minutes"), 0))
        .prefetch_related(Prefetch("corrections", corrections))
        .order_by("-happened_at", "-id")
        .fetch_mode(models.FETCH_RAISE)
    )


@dataclass(frozen=True, slots=True)
class Help:
    """How often a learner's team answered her; `usual_delay`: in minutes, half of the answers came sooner. None where
    nothing was waited for."""

    count: int
    usual_delay: int | None


def help_of(enrolment: Enrolment) -> Help:
    """What still stands of the proofs of assistance; 1 query."""
    standing = enrolment.assistances.standing().order_by()
    moments = list(standing.values_list("asked_at", "answered_at"))
    delays = [int((answered - asked).total_seconds()) // 60 for asked, answered in moments if asked]
    return Help(count=len(moments), usual_delay=median_low(delays) if delays else None)


def assistance_of(enrolment: Enrolment) -> QuerySet[Assistance]:
    """The proofs of assistance, newest first; with each, `withdrawn_at` when its answer is no longer there."""
    same = Assistance.objects.filter(
        enrolment=OuterRef("enrolment"), answered_at=OuterRef("answered_at"), answer_id=OuterRef("answer_id")
    )
    last = same.filter(kind=OuterRef("kind")).order_by("-pk").values("written_at")[:1]
    return (
        enrolment.assistances.first_lines()
        .annotate(even=(F("line_count") + 1) % 2)
        .annotate(withdrawn_at=Case(When(even=1, then=Subquery(last))))
        .select_related("helper")
        .fetch_mode(models.FETCH_RAISE)
    )


MINUTES_BEFORE_HOURS = 7 * 60
"""Credited minutes from which a learner may have an attestation of the hours followed."""


def attestations_of(enrolment: Enrolment) -> QuerySet[Attestation]:
    return enrolment.attestations.order_by("-issued_at", "-id")


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an attestation as its holder sees it; `address` is "" where the key that made it is gone."""

    share: AttestationShare
    address: str


def links_of(attestation: Attestation, now: datetime) -> list[Link]:
    """Those that still lead somewhere, newest first; 1 query."""
    links = []
    for share in attestation.shares.open_at(now):
        token = token_behind(SHARE_SALT, share.public_id, share.token_digest)
        address = settings.SITE_URL + reverse("evidence:shared", args=[token]) if token else ""
        links.append(Link(share, address))
    return links


def course_attestations_of(enrolment: Enrolment) -> QuerySet[Attestation]:
    """Those of finished courses that hold, newest first."""
    return attestations_of(enrolment).filter(kind=AttestationKind.COURSE, revoked_at=None)


def verdict_on(attestation: Attestation | None) -> Verdict:
    """What to tell whoever holds the paper; expects `enrolment` loaded. The seal is checked again each time."""
    if attestation is None:
        return Verdict.UNKNOWN
    if attestation_digest(attestation) != attestation.digest:
        return Verdict.ALTERED
    return Verdict.REVOKED if attestation.revoked_at else Verdict.VALID


def _phase(month: date, today: date) -> MonthPhase:
    if today < month:
        return MonthPhase.FUTURE
    last_day = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    return MonthPhase.PAST if last_day < today else MonthPhase.CURRENT
