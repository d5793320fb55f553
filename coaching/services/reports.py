"""Writes the report of an appointment: one wording after another, none ever overwritten."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coaching.desk_notices import tell_report
from coaching.enums import Presence, SeatState, SignerRole
from coaching.models import CoachingReport, CohortCoaching, FollowUpTask, ReportDraft, ReportRevision, Seat
from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.programmes.models import Competency

from .credits import settle_credit
from .seats import log

CAME = (Presence.ATTENDED, Presence.LATE)
WORDS = ("covered", "learnt", "difficulty", "next_step")


class ReportRefused(DomainError):
    """The report stays as it is: `too-early`, `cancelled`, `report-changed`."""


class ReportChanged(ReportRefused):
    """Somebody else saved it since the page was opened; nothing was overwritten."""


@dataclass(frozen=True, slots=True)
class NewTask:
    """Something to do before the next appointment."""

    text: str
    owner: SignerRole
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """What a report says, and who came. `minutes`: the learner's, capped at the length of the appointment."""

    presence: Presence
    coach_presence: Presence
    minutes: int
    covered: str = ""
    learnt: str = ""
    difficulty: str = ""
    next_step: str = ""
    competencies: Sequence[Competency] = ()
    is_shared: bool = True


def write_report(
    *,
    seat: Seat,
    base: int,
    wording: Wording,
    actor: User,
    now: datetime,
    tasks: Sequence[NewTask] = (),
    reason: str = "",
) -> CoachingReport:
    """Save a report over revision `base` (0: there was none), note who came, credit the time attended.

    Each save that says something new is a revision of its own. Minutes already credited are corrected by a
    counter-entry, which needs `reason`. The learner is told when the report is shared with her. The same page sent
    twice is one report.

    Raises:
        ReportRefused: the appointment has not begun, or was cancelled.
        ReportChanged: the report is no longer at revision `base`.
        CorrectionRefused: minutes that were credited change without a reason.
    """
    with transaction.atomic():
        fresh = _locked(seat)
        if fresh.state != SeatState.BOOKED:
            raise ReportRefused("cancelled", _("This appointment was cancelled: there is nothing to report."))
        if fresh.starts_at > now:
            raise ReportRefused("too-early", _("This appointment has not begun yet."))
        _note_presence(fresh, wording)
        content = content_of(fresh, wording)
        known = CoachingReport.objects.filter(seat=fresh).first()
        last = known.revisions.last() if known else None
        if known and last and known.revision != base:
            if last.author_id == actor.pk and last.content == content:
                return known
            raise ReportChanged("report-changed", _("This report was changed while you were writing."))
        report = known or CoachingReport(seat=fresh, author=actor, revision=0, written_at=now)
        _save(report, fresh, wording, now)
        if last is None or last.content != content:
            _add_revision(report, content, actor, now)
        _add_tasks(report, tasks, actor, now)
        settle_credit(seat=fresh, reason=reason, actor=actor, now=now)
        ReportDraft.objects.filter(seat=fresh, author=actor).delete()
        log(fresh.appointment, "reported", actor=actor, now=now, seat=str(fresh.public_id), revision=report.revision)
        if report.is_shared and report.revision != base:
            tell_report(report, to_sign=is_countersigned(fresh), actor=actor, now=now)
    return report


def keep_draft(*, seat: Seat, base: int, content: Mapping[str, Any], author: User, now: datetime) -> None:
    """Keep what is being typed, for its author alone.

    Raises:
        ReportChanged: the report has been saved since; the page still holds the words.
    """
    current = CoachingReport.objects.filter(seat=seat).values_list("revision", flat=True).first() or 0
    if current != base:
        raise ReportChanged("report-changed", _("This report was changed while you were writing."))
    kept = {"base": base, "content": dict(content), "kept_at": now}
    ReportDraft.objects.update_or_create(seat=seat, author=author, defaults=kept)


def is_countersigned(seat: Seat) -> bool:
    """Whether the funder of her cohort asks both to sign."""
    return CohortCoaching.objects.filter(cohort=seat.enrolment.cohort_id, is_countersigned=True).exists()


def content_of(seat: Seat, wording: Wording) -> dict[str, Any]:
    """Everything a revision keeps and both sign; competencies by their titles, as they were then."""
    return {
        "appointment": str(seat.appointment.public_id),
        "learner": str(seat.learner.public_id),
        "coach": str(seat.appointment.coach.public_id),
        "starts_at": seat.starts_at.isoformat(),
        "ends_at": seat.ends_at.isoformat(),
        "presence": str(seat.presence),
        "coach_presence": str(seat.appointment.coach_presence),
        "minutes": seat.attended_minutes or 0,
        **{name: getattr(wording, name) for name in WORDS},
        "competencies": sorted(str(competency) for competency in wording.competencies),
        "is_shared": wording.is_shared,
    }


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of a revision's content, whatever the order of its keys."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _locked(seat: Seat) -> Seat:
    rows = Seat.objects.select_for_update(of=("self",))
    return rows.select_related("appointment__kind", "appointment__coach", "enrolment__cohort", "learner").get(
        pk=seat.pk
    )


def _note_presence(seat: Seat, wording: Wording) -> None:
    """Nobody attends alone: without the learner or without the coach, no minute counts. Not saved yet."""
    both_came = wording.presence in CAME and wording.coach_presence in CAME
    seat.presence = wording.presence
    seat.attended_minutes = min(wording.minutes, seat.appointment.minutes) if both_came else 0
    seat.appointment.coach_presence = wording.coach_presence


def _save(report: CoachingReport, seat: Seat, wording: Wording, now: datetime) -> None:
    seat.save(update_fields=["presence", "attended_minutes"])
    seat.appointment.save(update_fields=["coach_presence"])
    for name in (*WORDS, "is_shared"):
        setattr(report, name, getattr(wording, name))
    report.seat, report.updated_at = seat, now
    report.save()
    report.competencies.set(wording.competencies)


def _add_revision(report: CoachingReport, content: dict[str, Any], actor: User, now: datetime) -> None:
    report.revision += 1
    report.save(update_fields=["revision"])
    ReportRevision.objects.create(
        report=report, number=report.revision, content=content, digest=digest_of(content), author=actor, at=now
    )


def _add_tasks(report: CoachingReport, tasks: Sequence[NewTask], actor: User, now: datetime) -> None:
    FollowUpTask.objects.bulk_create(
        FollowUpTask(
            enrolment_id=report.seat.enrolment_id,
            owner=task.owner,
            text=task.text,
            due_on=task.due_on,
            report=report,
            created_by=actor,
            created_at=now,
        )
        for task in tasks
    )
