"""Words of the forum's pages: when something was written, and what."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from lms.kit import typography
from lms.kit.templatetags.kit import clock, day

register = template.Library()


@register.filter
def moment(value: datetime) -> str:
    """A date with its time, and its year where it is another one: “lundi 8 mars, 21 h 05”."""
    local = timezone.localtime(value)
    date = day(local) if local.year == timezone.localtime().year else formats.date_format(local, "DATE_FORMAT")
    return f"{date}, {clock(local)}"


@register.filter
def lately(value: datetime) -> str:
    """The same for lists: “today, 21 h 05”, “yesterday”, “8 mars”, “8 mars 2024”."""
    local, now = timezone.localtime(value), timezone.localtime()
    days = (now.date() - local.date()).days
    if days == 0:
        return _("today, %(time)s") % {"time": clock(local)}
    if days == 1:
        return _("yesterday")
    return formats.date_format(local, "j F" if local.year == now.year else "DATE_FORMAT")


@register.filter
def tone(person_id: Any) -> str:
    """The tone of somebody's round sign: always the same for one person."""
    return ("", "b", "c", "d")[int(person_id) % 4]


@register.filter
def prose(html: str) -> SafeString:
    """What `formats.prose` made of a message, with the spaces that must not break; it comes from nowhere else."""
    return mark_safe(typography.french_spaces(html))  # noqa: S308
