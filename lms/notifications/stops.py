"""The signed link at the foot of every mail: no more of this kind, without signing in."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from lms.accounts.models import User

from .registry import Kind, kind_named

DIGEST = "digest"
_SIGNER_SALT = "lms.notifications.stop"


@dataclass(frozen=True, slots=True)
class Stop:
    """Whose mail stops, and which: a kind, or the digest (None)."""

    person: User
    kind: Kind | None


def stop_token(person: User, kind: Kind | None) -> str:
    """Good for ever: a link in an old mail must still work. It can only turn one mail off."""
    return signing.Signer(salt=_SIGNER_SALT).sign_object([person.public_id.hex, kind.code if kind else DIGEST])


def stop_behind(token: str) -> Stop | None:
    """None for a link that was tampered with, and for a person or a kind that is no more."""
    try:
        person_id, code = signing.Signer(salt=_SIGNER_SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    person = User.objects.active().filter(public_id=UUID(hex=person_id)).first()
    kind = kind_named(code)
    return None if person is None or (kind is None and code != DIGEST) else Stop(person, kind)


def stop_url(person: User, kind: Kind | None) -> str:
    """The whole address: a page with a button, where a mail program may also post (RFC 8058)."""
    return f"{settings.SITE_URL}{reverse('notifications:stop', args=[stop_token(person, kind)])}"
