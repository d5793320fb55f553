"""Signs a report: one tap of one person under one wording."""

import hashlib
from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coaching.enums import SignerRole
from coaching.models import CoachingReport, ReportSignature
from lms.accounts.models import User
from lms.kit.errors import DomainError

from .reports import is_countersigned


class SignatureRefused(DomainError):
    """Nothing is signed: `not-asked`, `not-shared`, `changed`."""


def sign_report(
    *, report: CoachingReport, number: int, person: User, role: SignerRole, now: datetime
) -> ReportSignature:
    """`person` signs revision `number` as it was shown to her; signing the same one again changes nothing.

    Raises:
        SignatureRefused: the cohort's funder asks for no signature; the learner cannot read what she would sign; the
            report was changed since it was shown.
    """
    with transaction.atomic():
        fresh = (
            CoachingReport.objects.select_for_update(of=("self",)).select_related("seat__enrolment").get(pk=report.pk)
        )
        if not is_countersigned(fresh.seat):
            raise SignatureRefused("not-asked", _("No signature is asked for this report."))
        if not fresh.is_shared:
            raise SignatureRefused("not-shared", _("Share the report first: nobody signs what she cannot read."))
        if fresh.revision != number:
            raise SignatureRefused("changed", _("The report was changed since. Read it again before you sign."))
        revision = fresh.revisions.get(number=number)
        signature, _is_new = ReportSignature.objects.get_or_create(
            revision=revision,
            role=role,
            defaults={"person": person, "signed_at": now, "digest": _digest(revision.digest, person, now)},
        )
    return signature


def _digest(revision: str, person: User, now: datetime) -> str:
    moment = now.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(f"{revision}\n{person.public_id}\n{moment}".encode()).hexdigest()
