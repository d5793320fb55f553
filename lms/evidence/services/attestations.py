"""Issues the attestations of a finished course and of hours followed, and revokes them; nobody deletes one."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import User
from lms.evidence.enums import AttestationKind
from lms.evidence.models import Attestation, HourEntry
from lms.evidence.papers import AttestationPaper, HoursPaper, Paper
from lms.evidence.seals import attestation_digest, book_digest, freeze
from lms.kit.errors import DomainError
from lms.kit.ids import readable_code
from lms.programmes.models import Enrolment

_MAX_TRIES = 5


class IssueRefused(DomainError):
    """No attestation is written: `revoked`."""


class RevocationRefused(DomainError):
    """The attestation stays as it is: `no-reason`, `already-revoked`."""


def issue_attestation(
    *, enrolment: Enrolment, course_id: UUID, paper: Mapping[str, Any], now: datetime, again: bool = False
) -> Attestation:
    """Freeze the attestation of a course for one enrolment, with its code and its seal.

    `paper` holds the fields of `AttestationPaper` but `verification_url`, `verification_code` and `fingerprint`,
    which are made here; the fingerprint is that of the person's book of hours on this day. Idempotent: a course
    attested once is not attested a second time, and a revoked attestation is what is returned, unless `again`
    asks for a new one in its place.
    """
    issued = Attestation.objects.filter(enrolment=enrolment, course_id=course_id).order_by("-id")
    if again:
        issued = issued.filter(revoked_at=None)
    row = {"kind": AttestationKind.COURSE, "course_id": course_id}
    return _issue(enrolment, issued, row, partial(AttestationPaper, **paper), now)


def issue_hours_attestation(
    *, enrolment: Enrolment, until: date, paper: Mapping[str, Any], now: datetime
) -> Attestation:
    """Freeze the hours followed up to a day; `paper` holds the same fields of `HoursPaper`.

    Idempotent: one a day at most.

    Raises:
        IssueRefused: the one of this day was revoked; a new one may be written on another day.
    """
    issued = Attestation.objects.filter(enrolment=enrolment, until=until)
    row = {"kind": AttestationKind.HOURS, "until": until}
    attestation = _issue(enrolment, issued, row, partial(HoursPaper, **paper), now)
    if attestation.revoked_at:
        raise IssueRefused(
            "revoked", _("The attestation of this day was revoked. Ask the team, or come back tomorrow.")
        )
    return attestation


def _issue(
    enrolment: Enrolment,
    issued: QuerySet[Attestation],
    row: Mapping[str, Any],
    paper: Callable[..., Paper],
    now: datetime,
) -> Attestation:
    if attestation := issued.first():
        return attestation
    lines = HourEntry.objects.filter(enrolment=enrolment).order_by("id").values_list("digest", flat=True)
    fingerprint = book_digest(lines)[:8]
    for _try in range(_MAX_TRIES):
        code = readable_code()
        url = settings.SITE_URL + reverse("evidence:verify-code", args=[code])
        whole = paper(verification_code=code, verification_url=url, fingerprint=fingerprint)
        attestation = Attestation(enrolment=enrolment, code=code, issued_at=now, paper=freeze(whole), **row)
        attestation.digest = attestation_digest(attestation)
        try:
            with transaction.atomic():
                attestation.save(force_insert=True)
        except IntegrityError:
            # Either another request issued it meanwhile, or the code is taken.
            if first := issued.first():
                return first
        else:
            return attestation
    raise RuntimeError("no free code for an attestation")


def revoke_attestation(*, attestation: Attestation, reason: str, actor: User, now: datetime) -> Attestation:
    """Say for ever, on the verification page too, that this attestation is no longer valid.

    Raises:
        RevocationRefused: no reason given, or it was revoked before; a revocation does not change.
    """
    reason = reason.strip()
    if not reason:
        raise RevocationRefused("no-reason", _("Say why, in one sentence."))
    revoked = Attestation.objects.filter(pk=attestation.pk, revoked_at=None).update(
        revoked_at=now, revoked_reason=reason, revoked_by=actor
    )
    if not revoked:
        raise RevocationRefused("already-revoked", _("This attestation is already revoked."))
    attestation.refresh_from_db(fields=["revoked_at", "revoked_reason", "revoked_by"])
    return attestation
