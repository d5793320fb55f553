"""Writes the lines of the hours' book: credits, and the counter-entries that correct them."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import User
from lms.evidence.enums import ActivityKind, EvidenceSource
from lms.evidence.models import HourEntry, MeasuredTime
from lms.evidence.seals import line_digest
from lms.kit.errors import DomainError
from lms.programmes.models import Enrolment


class CorrectionRefused(DomainError):
    """The counter-entry would not be right: `no-reason`, `nothing-to-correct`, `not-a-line`, `out-of-bounds`."""


def credit(
    *,
    enrolment: Enrolment,
    kind: ActivityKind,
    activity_id: UUID,
    title: str,
    course_id: UUID | None,
    planned_minutes: int,
    minutes: int,
    reason: str,
    source: EvidenceSource,
    actor: User | None,
    now: datetime,
    happened_at: datetime | None = None,
) -> HourEntry:
    """Grant `minutes` for one activity, never more than planned (Code du travail, art. R6341-13).

    Idempotent: an activity is credited once an enrolment; a second call, even at the same instant, returns the
    first line as it is. `reason` is shown translated when it is a msgid of ours. The seconds measured so far are
    noted beside; they never count. `happened_at` is when the activity took place; `now` where it is not given.
    """
    if minutes < 0 or planned_minutes < 0:
        raise ValueError("minutes are not negative; a counter-entry is written by correct()")
    credited_once = HourEntry.objects.filter(
        enrolment=enrolment, activity_kind=kind, activity_id=activity_id, corrects=None
    )
    if entry := credited_once.first():
        return entry
    entry = HourEntry(
        enrolment=enrolment,
        activity_kind=kind,
        activity_id=activity_id,
        activity_title=title[:255],
        course_id=course_id,
        planned_minutes=planned_minutes,
        credited_minutes=min(minutes, planned_minutes),
        measured_seconds=_measured_seconds(enrolment, kind, activity_id),
        reason=reason,
        source=source,
        author=actor,
        happened_at=happened_at or now,
        written_at=now,
    )
    entry.digest = line_digest(entry)
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        # Somebody wrote it meanwhile; if not, this get says so loudly.
        return credited_once.get()
    return entry


def correct(*, entry: HourEntry, minutes: int, reason: str, actor: User, now: datetime) -> HourEntry:
    """Write a counter-entry of `minutes` (signed) under a line; the line itself never changes.

    It counts in the month of the line it corrects, and says when it was written and by whom.

    Raises:
        CorrectionRefused: no reason; zero minutes; `entry` is itself a counter-entry; what the line keeps would
            fall under zero or go over what was planned.
    """
    reason = reason.strip()
    if not reason:
        raise CorrectionRefused("no-reason", _("Say why, in one sentence: it is shown beside the line for ever."))
    if not minutes:
        raise CorrectionRefused("nothing-to-correct", _("The line already counts for these minutes."))
    if entry.corrects_id is not None:
        raise CorrectionRefused("not-a-line", _("Correct the first line, not its correction."))
    with transaction.atomic():
        # One correction at a time for a learner; the lines themselves may not even be locked for update.
        enrolment = Enrolment.objects.select_for_update().get(pk=entry.enrolment_id)
        kept = kept_by(entry)
        if not 0 <= kept + minutes <= entry.planned_minutes:
            raise CorrectionRefused(
                "out-of-bounds",
                _("This line keeps %(kept)d min of %(planned)d: it can neither fall under zero nor go over.")
                % {"kept": kept, "planned": entry.planned_minutes},
            )
        counter = HourEntry(
            enrolment=enrolment,
            activity_kind=entry.activity_kind,
            activity_id=entry.activity_id,
            activity_title=entry.activity_title,
            course_id=entry.course_id,
            planned_minutes=entry.planned_minutes,
            credited_minutes=minutes,
            measured_seconds=_measured_seconds(enrolment, entry.activity_kind, entry.activity_id),
            reason=reason,
            source=EvidenceSource.CERTIFIED,
            corrects=entry,
            author=actor,
            happened_at=entry.happened_at,
            written_at=now,
        )
        counter.digest = line_digest(counter)
        counter.save(force_insert=True)
    return counter


def correct_to(*, entry: HourEntry, minutes: int, reason: str, actor: User, now: datetime) -> HourEntry:
    """Have a line count for `minutes` in all: the counter-entry is the difference with what it keeps today.

    Raises:
        CorrectionRefused: as `correct` does.
    """
    with transaction.atomic():
        Enrolment.objects.select_for_update().get(pk=entry.enrolment_id)
        return correct(entry=entry, minutes=minutes - kept_by(entry), reason=reason, actor=actor, now=now)


def kept_by(entry: HourEntry) -> int:
    """Minutes that a line counts for, its corrections included."""
    lines = HourEntry.objects.filter(Q(pk=entry.pk) | Q(corrects=entry))
    return lines.aggregate(kept=Sum("credited_minutes"))["kept"] or 0


def _measured_seconds(enrolment: Enrolment, kind: str, activity_id: UUID) -> int:
    measured = MeasuredTime.objects.filter(enrolment=enrolment, activity_kind=kind, activity_id=activity_id)
    return measured.aggregate(seconds=Sum("seconds"))["seconds"] or 0
