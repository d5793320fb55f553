"""Whom to contact and why: what is measured of each learner, against rules that are data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.enums import ContactSignal, Presence, SeatState
from coaching.models import ContactLog, ContactRule, Goal, Seat
from courses.models import LessonProgress, QuizAttempt
from lms.evidence.models import HourEntry, MeasuredTime
from lms.kit.templatetags.kit import day
from lms.programmes.enums import EnrolmentState
from lms.programmes.models import Enrolment

CAME = (Presence.ATTENDED, Presence.LATE)
MISSED_WITHIN = timedelta(days=60)
"""How far back missed appointments count."""
LEFT_ALONE = timedelta(days=2)
"""Somebody who was just contacted is given time to answer before she is proposed again."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that says to contact somebody. `value`: days, hours or times, as the signal says."""

    signal: ContactSignal
    value: int
    weight: int
    about: str = ""

    @property
    def words(self) -> str:
        """“Silent for 11 days”."""
        n = self.value
        match self.signal:
            case ContactSignal.SILENT_DAYS:
                words = ngettext("Silent for %(count)d day", "Silent for %(count)d days", n)
            case ContactSignal.BEHIND_PLAN:
                words = _("%(count)d h behind the plan")
            case ContactSignal.MISSED:
                words = ngettext("%(count)d missed appointment", "%(count)d missed appointments", n)
            case ContactSignal.NO_HUMAN_CONTACT:
                words = ngettext("No human contact for %(count)d day", "No human contact for %(count)d days", n)
            case ContactSignal.STUCK:
                words = ngettext(
                    "%(count)d failed attempt in “%(about)s”", "%(count)d failed attempts in “%(about)s”", n
                )
        return words % {"count": n, "about": self.about}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is measured of one learner at one instant. Minutes; None: never, since she began."""

    enrolment: Enrolment
    now: datetime
    credited: int
    expected: int
    last_seen: datetime | None
    last_contact: datetime | None
    missed: int
    failed: int
    failed_at: str
    goal: str
    reasons: tuple[Reason, ...] = ()

    @property
    def weight(self) -> int:
        return sum(reason.weight for reason in self.reasons)

    @property
    def silent_days(self) -> int:
        return _days(self.last_seen or _began(self.enrolment), self.now)

    @property
    def days_without_contact(self) -> int:
        return _days(self.last_contact or _began(self.enrolment), self.now)

    @property
    def hours_behind(self) -> int:
        return max(0, self.expected - self.credited) // 60

    @property
    def is_paused(self) -> bool:
        return self.enrolment.state == EnrolmentState.SUSPENDED

    @property
    def is_active_this_week(self) -> bool:
        return self.last_seen is not None and self.now - self.last_seen < timedelta(days=7)

    @property
    def is_to_contact(self) -> bool:
        """There is a reason, and nobody has just done it."""
        return bool(self.reasons) and (self.last_contact is None or self.now - self.last_contact >= LEFT_ALONE)

    @property
    def signal(self) -> str:
        """What weighs most, for the message to prepare."""
        return max(self.reasons, key=lambda reason: reason.weight).signal if self.reasons else ""

    @property
    def story(self) -> str:
        """The sentence under the reasons: when she was last there."""
        if self.last_seen is None:
            return _("She has not begun yet.")
        return _("Last activity on %(day)s.") % {"day": day(self.last_seen)}

    def value_of(self, signal: str) -> int:
        return {
            ContactSignal.SILENT_DAYS: self.silent_days,
            ContactSignal.BEHIND_PLAN: self.hours_behind,
            ContactSignal.MISSED: self.missed,
            ContactSignal.NO_HUMAN_CONTACT: self.days_without_contact,
            ContactSignal.STUCK: self.failed,
        }[ContactSignal(signal)]


def active_rules() -> list[ContactRule]:
    return list(ContactRule.objects.filter(is_active=True).order_by("-weight", "signal"))


def standings(enrolments: QuerySet[Enrolment], rules: Sequence[ContactRule], now: datetime) -> list[Standing]:
    """Everybody of `enrolments`, who weighs most first; two queries whatever their number.

    Reasons are for people in training only: a pause is respected, and nobody is chased after the end.
    """
    rows = list(_measured(enrolments, now))
    failures = _failures(rows)
    found = [_standing(row, failures.get(row.pk, (0, "")), rules, now) for row in rows]
    return sorted(found, key=lambda one: (-one.weight, -one.silent_days, one.enrolment.learner.get_full_name()))


def _measured(enrolments: QuerySet[Enrolment], now: datetime) -> QuerySet[Enrolment]:
    def latest(rows: QuerySet[models.Model], field: str) -> Subquery:
        mine = rows.filter(enrolment=OuterRef("pk")).order_by().values("enrolment")
        return Subquery(mine.annotate(found=Max(field)).values("found"))

    hours = HourEntry.objects.filter(enrolment=OuterRef("pk")).order_by().values("enrolment")
    missed = Seat.objects.filter(
        enrolment=OuterRef("pk"),
        state=SeatState.BOOKED,
        presence=Presence.NO_SHOW,
        starts_at__gte=now - MISSED_WITHIN,
    )
    goal = Goal.objects.filter(enrolment=OuterRef("pk"), closed_at=None)
    return (
        enrolments.select_related("learner", "cohort__track", "coach")
        .annotate(
            credited_minutes=Coalesce(Subquery(hours.annotate(total=Sum("credited_minutes")).values("total")), 0),
            last_progress=latest(LessonProgress.objects.all(), "opened_at"),
            last_line=latest(HourEntry.objects.filter(corrects=None), "happened_at"),
            last_measure=latest(MeasuredTime.objects.all(), "day"),
            last_met=latest(Seat.objects.filter(state=SeatState.BOOKED, presence__in=CAME), "ends_at"),
            last_written=latest(ContactLog.objects.all(), "at"),
            missed_count=Coalesce(
                Subquery(missed.order_by().values("enrolment").annotate(total=Count("pk")).values("total")), 0
            ),
            open_goal=Subquery(goal.values("text")[:1]),
        )
        .fetch_mode(models.FETCH_RAISE)
    )


def _failures(enrolments: Iterable[Enrolment]) -> dict[int, tuple[int, str]]:
    """By enrolment, the quiz failed most often and never passed: how often, and the lesson's title."""
    passed = QuizAttempt.objects.filter(enrolment=OuterRef("enrolment"), quiz_id=OuterRef("quiz_id"), passed=True)
    rows = (
        QuizAttempt.objects.filter(
            ~Exists(passed),
            enrolment__in=[row.pk for row in enrolments if row.state == EnrolmentState.ACTIVE],
            finished_at__isnull=False,
        )
        .order_by()
        .values_list("enrolment", "quiz_id", "lesson__title")
        .annotate(total=Count("pk", filter=Q(passed=False)))
    )
    found: dict[int, tuple[int, str]] = {}
    for enrolment, _quiz, title, total in rows:
        found[enrolment] = max(found.get(enrolment, (0, "")), (total, title))
    return found


def _standing(row: Enrolment, failed: tuple[int, str], rules: Sequence[ContactRule], now: datetime) -> Standing:
    measured: date | None = row.last_measure  # type: ignore[attr-defined]
    seen = [row.last_progress, row.last_line, _end_of(measured, now) if measured else None]  # type: ignore[attr-defined]
    touched = [row.last_met, row.last_written]  # type: ignore[attr-defined]
    standing = Standing(
        enrolment=row,
        now=now,
        credited=row.credited_minutes,  # type: ignore[attr-defined]
        expected=expected_minutes(row, timezone.localdate(now)),
        last_seen=max((moment for moment in seen if moment), default=None),
        last_contact=max((moment for moment in touched if moment), default=None),
        missed=row.missed_count,  # type: ignore[attr-defined]
        failed=failed[0],
        failed_at=failed[1],
        goal=row.open_goal or "",  # type: ignore[attr-defined]
    )
    return _with_reasons(standing, rules)


def _with_reasons(standing: Standing, rules: Sequence[ContactRule]) -> Standing:
    if standing.enrolment.state != EnrolmentState.ACTIVE:
        return standing
    reasons = []
    for rule in rules:
        value = standing.value_of(rule.signal)
        if value >= max(1, rule.threshold):
            signal = ContactSignal(rule.signal)
            about = standing.failed_at if signal == ContactSignal.STUCK else ""
            reasons.append(Reason(signal, value, rule.weight, about))
    return replace(standing, reasons=tuple(reasons))


def expected_minutes(enrolment: Enrolment, today: date) -> int:
    """What the plan asks for by `today`: the track's hours, spread evenly over the dates of the cohort."""
    cohort = enrolment.cohort
    total = max(1, (cohort.ends_on - cohort.starts_on).days)
    elapsed = min(max((today - cohort.starts_on).days, 0), total)
    return cohort.track.hours * 60 * elapsed // total


def _began(enrolment: Enrolment) -> datetime:
    """Silence is counted from the day she could begin."""
    opening = timezone.make_aware(datetime.combine(enrolment.cohort.starts_on, time()), timezone.get_default_timezone())
    return max(opening, enrolment.enrolled_at)


def _end_of(measured: date, now: datetime) -> datetime:
    """A measure says its day only; it is taken in the last minute of it, and never later than now."""
    last_minute = datetime.combine(measured, time(23, 59))
    return min(now, timezone.make_aware(last_minute, timezone.get_default_timezone()))


def _days(since: datetime, now: datetime) -> int:
    """Whole days gone by; 0 before the beginning."""
    return max(0, (now - since).days)
