"""Template vocabulary of courses."""

from typing import Any
from urllib.parse import urlsplit

from django import template

from courses.validators import player_address
from lms.kit.sanitize import to_text

register = template.Library()
register.filter("player_address", player_address)
register.filter("words", to_text)  # of HTML; unlike `striptags`, `&lt;` comes back as text and is escaped once


@register.filter
def host(url: str) -> str:
    """The site an address leads to, without “www.”."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


@register.filter
def item(mapping: dict[Any, Any], key: Any) -> Any:
    """`mapping[key]`, or nothing."""
    return mapping.get(key) if mapping else None


@register.filter
def text(value: Any) -> str:
    return str(value)
