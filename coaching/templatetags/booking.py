"""Words of the booking pages: zones in one word, instants as forms send them back."""

from datetime import datetime

from django import template
from django.utils import timezone

from coaching.forms.booking import written
from lms.accounts.zones import zone_label

register = template.Library()


@register.simple_tag
def zone_name() -> str:
    """The zone in which times are shown, in one word: “Paris”."""
    return str(zone_label(timezone.get_current_timezone_name())).split(",")[0]


@register.filter
def instant(value: datetime) -> str:
    return written(value)
