"""Turns the time attended at an appointment into lines of the hours' book."""

from datetime import datetime

from django.db.models import Q, Sum
from django.utils.translation import gettext_noop

from coaching.models import Seat
from coaching.queries.presence import minutes_together
from lms.accounts.models import User
from lms.evidence.enums import ActivityKind, EvidenceSource
from lms.evidence.models import HourEntry
from lms.evidence.services import correct, credit

SEEN = gettext_noop("Appointment attended, as seen in the room and noted in the report.")
NOTED = gettext_noop("Appointment attended, as noted in the report.")


def settle_credit(*, seat: Seat, reason: str, actor: User, now: datetime) -> None:
    """Bring what is credited for this seat to its attended minutes; nothing for a kind that gives no hours.

    The first time writes a line: observed by the academy when its room saw at least these minutes, certified by
    whoever wrote the report otherwise. Later a counter-entry makes the difference, and needs `reason`. Without a minute
    there is no line.

    Raises:
        CorrectionRefused: the minutes change without a reason.
    """
    if not seat.appointment.kind.is_credited:
        return
    minutes = seat.attended_minutes or 0
    line = credit_line(seat)
    if line is not None:
        if difference := minutes - credited_minutes(line):
            correct(entry=line, minutes=difference, reason=reason, actor=actor, now=now)
    elif minutes:
        is_seen = minutes_together(seat.appointment).get(seat.learner_id, 0) >= minutes
        credit(
            enrolment=seat.enrolment,
            kind=ActivityKind.APPOINTMENT,
            activity_id=seat.public_id,
            title=f"{seat.appointment.kind}, {seat.appointment.coach}",
            course_id=None,
            planned_minutes=seat.appointment.minutes,
            minutes=minutes,
            reason=SEEN if is_seen else NOTED,
            source=EvidenceSource.OBSERVED if is_seen else EvidenceSource.CERTIFIED,
            actor=actor,
            now=now,
            happened_at=seat.starts_at,
        )


def credit_line(seat: Seat) -> HourEntry | None:
    return HourEntry.objects.filter(
        enrolment=seat.enrolment_id,
        activity_kind=ActivityKind.APPOINTMENT,
        activity_id=seat.public_id,
        corrects=None,
    ).first()


def credited_minutes(line: HourEntry) -> int:
    """What the line keeps once corrected."""
    kept = HourEntry.objects.filter(Q(pk=line.pk) | Q(corrects=line)).aggregate(kept=Sum("credited_minutes"))["kept"]
    return int(kept)
