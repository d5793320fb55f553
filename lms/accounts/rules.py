"""Who must do what to stay signed in."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings

from .models import User


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(
        user=user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    ).exists()


def must_add_second_factor(user: User, now: datetime) -> bool:
    """True for a person with a staff role whose grace (`STAFF_MFA_GRACE_DAYS`) is over and who has no second factor.

    `staff_since` is set by `services.note_staff_role` whenever a role that sees other people's data is given.
    """
    if user.staff_since is None:
        return False
    if now < user.staff_since + timedelta(days=settings.STAFF_MFA_GRACE_DAYS):
        return False
    return not has_second_factor(user)
