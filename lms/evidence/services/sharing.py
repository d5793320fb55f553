"""Links by which the holder of an attestation shows it to somebody, for as long as she says."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from lms.evidence.models import SHARE_SALT, Attestation, AttestationShare
from lms.kit.errors import DomainError
from lms.kit.ids import uuid7
from lms.kit.tokens import digest_of, token_of

MAX_OPEN = 10


class SharingRefused(DomainError):
    """No link is made: `revoked`, `too-many`."""


def share_attestation(*, attestation: Attestation, days: int, label: str, now: datetime) -> AttestationShare:
    """Make a link that shows this paper for `days`. Its secret is made again from the row, which keeps a digest alone.

    Raises:
        SharingRefused: the paper is revoked; ten links to it are open.
    """
    if attestation.revoked_at:
        raise SharingRefused("revoked", _("This attestation is revoked: it is no longer shown to anybody."))
    if attestation.shares.open_at(now).count() >= MAX_OPEN:
        raise SharingRefused("too-many", _("Ten links are open already. Stop one that is no longer of use."))
    public_id = uuid7()
    share: AttestationShare = attestation.shares.create(
        public_id=public_id,
        label=label,
        token_digest=digest_of(token_of(SHARE_SALT, public_id)),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return share


def stop_sharing(*, share: AttestationShare, now: datetime) -> None:
    """Close a link at once and for ever; one that is closed stays as it is."""
    AttestationShare.objects.filter(pk=share.pk, stopped_at=None).update(stopped_at=now)
