"""Template vocabulary of the house: icons, durations, typography; loaded in every template."""

import re
from datetime import datetime
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.template.defaultfilters import stringfilter
from django.templatetags.static import static
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, override

from lms.kit import typography

register = template.Library()


@register.simple_tag
@cache
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the site's sprite; decorative, since a word always stands beside it.

    The sprite is a file of its own: a phone keeps it for a year, and no page or fragment carries the drawings.
    """
    space = " " if extra else ""
    return format_html(
        '<svg class="icon{}{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', space, extra, _sprite_url(), name
    )


@cache
def _sprite_url() -> str:
    return static("portal/icons.svg")


@register.simple_tag
@cache
def address(url_name: str) -> str:
    """The address of a page that stands in the frame of every page, such as the help: worked out once a process.

    `{% url %}` works it out each time, which for twenty of them is a twentieth of the time of a lesson.
    """
    return reverse(url_name)


@register.filter
def duration(minutes: int | None) -> str:
    """Minutes as people say them: “45 min”, “1 h 05”, “27 h”."""
    if minutes is None:
        return ""
    sign = "−" if minutes < 0 else ""
    hours, rest = divmod(abs(int(minutes)), 60)
    if not hours:
        return f"{sign}{rest}\u00a0min"
    return f"{sign}{hours}\u00a0h" + (f"\u00a0{rest:02d}" if rest else "")


@register.filter
def hours_spoken(minutes: int) -> str:
    """The whole hours in a number of minutes, rounded down: “38 h”."""
    return f"{int(minutes) // 60}\u00a0h"


@register.filter
def day(value: Any) -> str:
    """A date in words: “mardi 9 mars” / “Tuesday 9 March”."""
    return formats.date_format(_local(value), "l j F")


@register.filter
def clock(value: Any) -> str:
    """A time of day: “14 h 05” / “14:05”, in the person's zone."""
    value = _local(value)
    if (get_language() or "fr").startswith("fr"):
        return f"{value.hour}\u00a0h\u00a0{value.minute:02d}" if value.minute else f"{value.hour}\u00a0h"
    return f"{value.hour}:{value.minute:02d}"


def _local(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
@stringfilter
def spaces(text: str) -> SafeString:
    """French typography: no-break spaces before double punctuation. Escapes what is not already safe."""
    return _spaced(text)


def _spaced(text: str) -> SafeString:
    safe = conditional_escape(text)
    return mark_safe(typography.french_spaces(safe) if (get_language() or "fr").startswith("fr") else safe)  # noqa: S308


_BLOCK = re.compile(r"<(?:p|[uod]l|h\d|div|figure|table|blockquote|pre)\b")


@register.filter
@stringfilter
def written_in(text: str, language: str = "") -> SafeString:
    """Words of a course in its language, or of the academy (tracks, cohorts, help) in its own (WCAG 3.1.2).

    They get the typography of that language, and are marked with it where the page around speaks another.
    """
    language = language or settings.LANGUAGE_CODE
    if (get_language() or settings.LANGUAGE_CODE).partition("-")[0] == language:
        return _spaced(text)
    with override(language):
        safe = _spaced(text)
    element = "div" if _BLOCK.search(safe) else "span"
    return format_html('<{0} lang="{1}">{2}</{0}>', element, language, safe) if safe else safe


@register.filter
def percent_of(part: int, whole: int) -> int:
    """A whole percentage between 0 and 100."""
    return max(0, min(100, round(100 * part / whole))) if whole else 0


@register.filter
def file_size(size: int) -> str:
    """Bytes as people say them, in kB or MB."""
    # The units stand outside the f-strings: makemessages does not read inside them.
    kilobytes, megabytes = gettext("kB"), gettext("MB")
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))}\u00a0{kilobytes}"
    return f"{formats.number_format(size / 1_000_000, 1)}\u00a0{megabytes}"
