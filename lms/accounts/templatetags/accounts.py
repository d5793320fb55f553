"""What the frame says to staff about their second factor, and how a person is shown."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lms.accounts.models import User
from lms.accounts.rules import grace_days_left

register = template.Library()


@register.simple_tag
def avatar(person: User, tone: str = "") -> SafeString:
    """The round sign of a person: her photograph, or her initials. Decorative, since her name always stands beside."""
    look = f" {tone}" if tone else ""
    if person.portrait:
        source = reverse("accounts:portrait-file", args=[person.portrait])
        return format_html('<img class="avatar{}" src="{}" alt="" width="64" height="64" loading="lazy">', look, source)
    return format_html('<span class="avatar{}" aria-hidden="true">{}</span>', look, person.initials)


@register.simple_tag(takes_context=True)
def second_factor_days_left(context: dict[str, Any]) -> int | None:
    """Days a person with a staff role may still work without a second factor (0 when the grace is over); None for
    everybody else. Costs a learner nothing, staff one query shared with the middleware."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return None
    return grace_days_left(user, timezone.now())
