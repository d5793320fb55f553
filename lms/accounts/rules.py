"""Who may come in, and what staff must do to stay in."""

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from .models import User
from .queries import has_second_factor


def can_sign_in(user: User) -> bool:
    """Whether any door opens: not before she has accepted her invitation, not while she is suspended.

    A password is chosen when the invitation is accepted. Without this rule a code sent by mail would let in a person
    whose invitation was withdrawn because it went to the wrong address.
    """
    return user.is_active and user.has_arrived


def second_factor_due(user: User) -> datetime | None:
    """When a second factor becomes compulsory; None for those without a staff role. Costs no query.

    `staff_since` is set by `services.note_staff_role` whenever a role that sees other people's data is given; an
    administrator made on the command line has been one since the account exists.
    """
    since = user.staff_since or (user.date_joined if user.is_superuser else None)
    return since and since + timedelta(days=settings.STAFF_MFA_GRACE_DAYS)


def must_add_second_factor(user: User, now: datetime) -> bool:
    """True for a person with a staff role whose grace (`STAFF_MFA_GRACE_DAYS`) is over and who has no second factor."""
    due = second_factor_due(user)
    return due is not None and now >= due and not has_second_factor(user)


def may_have_portrait(user: User) -> bool:
    """Those whom learners meet: people with a staff role. Costs no query."""
    return user.is_active and second_factor_due(user) is not None


def may_open_socket(user: User) -> bool:
    """What `middleware.staff_second_factor` says to pages, said to sockets."""
    return not must_add_second_factor(user, timezone.now())


def grace_days_left(user: User, now: datetime) -> int | None:
    """Whole days a person with a staff role may still work without a second factor, at least 1 during the grace;
    None for those it does not concern: no staff role, or a second factor already there."""
    due = second_factor_due(user)
    if due is None or has_second_factor(user):
        return None
    return max(0, math.ceil((due - now) / timedelta(days=1)))
