"""Reads about people: who has this address, whose invitation this is, who has a second factor."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from lms.kit.tokens import digest_of

from .models import Invitation, User


def person_by_email(email: str) -> User | None:
    """The one person with this address: hers by account, or an address she has verified."""
    email = email.strip().lower()
    user: User | None = User.objects.filter(email=email).first()
    if user is not None:
        return user
    address = EmailAddress.objects.filter(email=email, verified=True).select_related("user").first()
    return address.user if address else None


def open_invitation(token: str, now: datetime) -> Invitation | None:
    """The invitation behind a link, if it can still be accepted: not used, revoked or expired, its person not
    suspended and not yet in."""
    invitation = Invitation.objects.filter(token_digest=digest_of(token)).select_related("user").first()
    if invitation is None or not invitation.is_open(now):
        return None
    return invitation if invitation.user.is_active and not invitation.user.has_arrived else None


def has_second_factor(user: User) -> bool:
    """Whether she has an authenticator app or a passkey; read once a request, and kept on the user object."""
    if not hasattr(user, "_has_second_factor"):
        user._has_second_factor = Authenticator.objects.filter(  # type: ignore[attr-defined]
            user=user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        ).exists()
    return user._has_second_factor  # type: ignore[attr-defined, no-any-return]
