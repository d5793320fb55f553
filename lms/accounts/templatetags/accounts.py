"""What the frame says to staff about their second factor."""

from typing import Any

from django import template
from django.utils import timezone

from lms.accounts.rules import grace_days_left

register = template.Library()


@register.simple_tag(takes_context=True)
def second_factor_days_left(context: dict[str, Any]) -> int | None:
    """Days a person with a staff role may still work without a second factor (0 when the grace is over); None for
    everybody else. Costs a learner nothing, staff one query shared with the middleware."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return None
    return grace_days_left(user, timezone.now())
