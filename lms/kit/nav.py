"""The main navigation: each app registers its own entries, so that the frame knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry: where it leads, its word, its icon, its rank, and for whom it is there."""

    url_name: str
    label: str | Promise
    icon: str
    order: int
    visible: Callable[[Any], bool]
    in_account_menu: bool = False
    """Beside the person's own settings: a phone's bar has room for four words."""
    live: str = ""
    """The socket whose events say how much is `unread` there; the number stands beside the word."""
    unread: str | Promise = ""
    """What that number counts, for who hears the page."""


_items: list[NavItem] = []


def register(item: NavItem) -> None:
    """Add an entry; called once, from `AppConfig.ready()`."""
    if any(known.url_name == item.url_name for known in _items):
        raise ValueError(f"{item.url_name} is already in the navigation")
    _items.append(item)
    _items.sort(key=lambda known: known.order)


def items_for(person: Any, *, in_account_menu: bool = False) -> list[NavItem]:
    return [item for item in _items if item.in_account_menu == in_account_menu and item.visible(person)]
