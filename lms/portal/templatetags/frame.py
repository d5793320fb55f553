"""What the frame around every page decides while it is drawn: which entry is current, which page comes back."""

from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def current(context: dict[str, Any], url_name: str) -> SafeString | str:
    """`aria-current` of a navigation entry: "page" on the page itself, "true" on the other pages of the same app.

    The portal's own pages are of many kinds (home, help…): each stands for itself only.
    """
    match = getattr(context.get("request"), "resolver_match", None)
    if match is None:
        return ""
    if match.view_name == url_name:
        return format_html(' aria-current="{}"', "page")
    app = url_name.partition(":")[0]
    return format_html(' aria-current="{}"', "true") if match.namespace == app != "portal" else ""


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The field's own control, without placeholder: what looks filled in is left empty, so examples stand in hints."""
    return field.as_widget(attrs={"placeholder": False})
