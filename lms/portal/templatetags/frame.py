"""What the frame around every page decides while it is drawn: which entry is current, which page comes back."""

from os.path import commonpath
from typing import Any

from django import template
from django.forms import BoundField
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def current(context: dict[str, Any], url_name: str) -> SafeString | str:
    """`aria-current` of a navigation entry: "page" on the page itself, "true" on the other pages of the same app.

    Where an app has several entries, the one whose address is nearest. The portal's own pages are of many kinds
    (home, help…): each stands for itself only.
    """
    match = getattr(context.get("request"), "resolver_match", None)
    if match is None:
        return ""
    if match.view_name == url_name:
        return format_html(' aria-current="{}"', "page")
    app = url_name.partition(":")[0]
    if match.namespace != app or app == "portal":
        return ""
    path = context["request"].path

    def nearness(entry: str) -> tuple[int, int]:
        address = reverse(entry)
        return len(commonpath([address, path])), -len(address)

    # Entries of the account menu are asked about as well, and stand beside those of the navigation.
    entries = [item.url_name for item in context["nav_items"] if item.url_name.startswith(f"{app}:")]
    nearest = max([url_name, *entries], key=nearness)
    return format_html(' aria-current="{}"', "true") if nearest == url_name else ""


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The field's own control, without placeholder: what looks filled in is left empty, so examples stand in hints."""
    return field.as_widget(attrs={"placeholder": False})
