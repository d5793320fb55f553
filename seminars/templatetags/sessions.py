"""Words of the pages before a session: how long until it begins, in whose zone."""

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars.notices import zone_name

register = template.Library()

HOUR, DAY = 60, 24 * 60


@register.simple_tag
def reader_zone() -> str:
    """The zone in which times are shown, in one word: “Paris”."""
    return zone_name(timezone.get_current_timezone_name())


@register.filter
def announced_zone(session: object) -> str:
    """The zone a session is announced in, in one word."""
    return zone_name(session.time_zone)  # type: ignore[attr-defined]


@register.filter
def countdown(minutes: int) -> str:
    """“Starts in 3 days”: whole days beyond two, else hours, else minutes."""
    if minutes <= 0:
        return _("It has begun")
    if minutes >= 2 * DAY:
        count = minutes // DAY
        return ngettext("Starts in %(count)d day", "Starts in %(count)d days", count) % {"count": count}
    if minutes >= 2 * HOUR:
        count = minutes // HOUR
        return ngettext("Starts in %(count)d hour", "Starts in %(count)d hours", count) % {"count": count}
    return ngettext("Starts in %(count)d minute", "Starts in %(count)d minutes", minutes) % {"count": minutes}
