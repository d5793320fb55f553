"""The choice of how closely one reads a thread or a space."""

from typing import Any

from django import template
from django.urls import reverse

from community.enums import Level
from community.models import Space, Thread

register = template.Library()


@register.inclusion_tag("community/reading/partials/level.html", takes_context=True)
def reading_level(context: Any, what: Thread | Space, level: str) -> dict[str, Any]:
    """`level`: hers; "" for a thread that she leaves to its space."""
    is_thread = isinstance(what, Thread)
    if isinstance(what, Thread):
        action = reverse("community:thread-level", args=[what.public_id])
    else:
        action = reverse("community:space-level", args=[what.slug])
    return {
        "action": action,
        "level": level,
        "levels": Level.choices,
        "may_inherit": is_thread,
        "csrf_token": context.get("csrf_token"),
    }
