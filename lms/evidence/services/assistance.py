"""Writes the proofs of assistance: who of the team helped a learner, when, and how long she waited."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lms.accounts.models import User
from lms.evidence.enums import AssistanceKind
from lms.evidence.models import Assistance
from lms.evidence.seals import assistance_digest
from lms.programmes.enums import CohortRole
from lms.programmes.models import Enrolment


def record_assistance(
    *,
    enrolment: Enrolment,
    kind: AssistanceKind,
    answer_id: UUID,
    subject: str,
    helper: User,
    role: CohortRole,
    asked_at: datetime | None,
    answered_at: datetime,
    now: datetime,
) -> Assistance:
    """Write that `helper` answered the learner. Idempotent: an answer is written once; again, its line comes back.

    `asked_at` is None where the answer came of itself: no delay is counted then.
    """
    written_once = Assistance.objects.filter(kind=kind, answer_id=answer_id, takes_back=None)
    if line := written_once.first():
        return line
    line = Assistance(
        enrolment=enrolment,
        kind=kind,
        answer_id=answer_id,
        subject=subject[:255],
        helper=helper,
        helper_role=role,
        asked_at=asked_at,
        answered_at=answered_at,
        written_at=now,
    )
    line.digest = assistance_digest(line)
    try:
        with transaction.atomic():
            line.save(force_insert=True)
    except IntegrityError:
        # Somebody wrote it meanwhile; if not, this get says so loudly.
        return written_once.get()
    return line


def take_back_assistance(*, kind: AssistanceKind, answer_id: UUID, now: datetime) -> Assistance | None:
    """Write that an answer was taken back: its line stays and no longer counts. None where it had no line."""
    lines = _lines(kind, answer_id)
    if lines and _stands(lines):
        return _contrary(lines[-1], now)
    return lines[-1] if lines else None


def restore_assistance(*, kind: AssistanceKind, answer_id: UUID, now: datetime) -> Assistance | None:
    """Write that an answer taken back is there again: its first line counts anew. None where it had no line."""
    lines = _lines(kind, answer_id)
    if lines and not _stands(lines):
        _contrary(lines[-1], now)
    return lines[0] if lines else None


def _lines(kind: AssistanceKind, answer_id: UUID) -> list[Assistance]:
    """The line of an answer, then each that takes back the one before it."""
    rows = Assistance.objects.select_related("enrolment", "helper").filter(kind=kind, answer_id=answer_id)
    return list(rows.order_by("pk"))


def _stands(lines: list[Assistance]) -> bool:
    return len(lines) % 2 == 1


def _contrary(line: Assistance, now: datetime) -> Assistance:
    """The line that takes back `line`, written once."""
    counter = Assistance(
        enrolment=line.enrolment,
        kind=line.kind,
        answer_id=line.answer_id,
        subject=line.subject,
        helper=line.helper,
        helper_role=line.helper_role,
        asked_at=line.asked_at,
        answered_at=line.answered_at,
        takes_back=line,
        written_at=now,
    )
    counter.digest = assistance_digest(counter)
    try:
        with transaction.atomic():
            counter.save(force_insert=True)
    except IntegrityError:
        return Assistance.objects.get(takes_back=line)
    return counter
