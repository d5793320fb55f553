"""The presenter's run sheet: lines in an order of their own, from 1 without gaps."""

from datetime import datetime

from django.utils.translation import gettext as _

from lms.kit.errors import DomainError
from seminars.models import LiveSession, RunSheetItem
from seminars.services.registration import turn

MOST_ITEMS = 60


class RunSheetRefused(DomainError):
    """`too-many`, `gone`."""


def add_item(*, session: LiveSession, title: str, minutes: int, notes: str) -> RunSheetItem:
    """At the end.

    Raises:
        RunSheetRefused: there are sixty lines already.
    """
    with turn(session) as locked:
        items = _numbered(locked)
        if len(items) >= MOST_ITEMS:
            raise RunSheetRefused("too-many", _("A run sheet has at most sixty lines."))
        return RunSheetItem.objects.create(
            session=locked, order=len(items) + 1, title=title, minutes=minutes, notes=notes
        )


def change_item(*, session: LiveSession, number: int, title: str, minutes: int, notes: str) -> None:
    with turn(session) as locked:
        item = _item(_numbered(locked), number)
        item.title, item.minutes, item.notes = title, minutes, notes
        item.save(update_fields=["title", "minutes", "notes"])


def move_item(*, session: LiveSession, number: int, by: int) -> None:
    """One place up (-1) or down (1); at an end of the list it stays."""
    with turn(session) as locked:
        items = _numbered(locked)
        item = _item(items, number)
        place = min(max(number - 1 + by, 0), len(items) - 1)
        items.remove(item)
        items.insert(place, item)
        _number(items)


def tick_item(*, session: LiveSession, number: int, done: bool, now: datetime) -> None:
    with turn(session) as locked:
        item = _item(_numbered(locked), number)
        item.done_at = now if done else None
        item.save(update_fields=["done_at"])


def remove_item(*, session: LiveSession, number: int) -> None:
    with turn(session) as locked:
        items = _numbered(locked)
        item = _item(items, number)
        items.remove(item)
        item.delete()
        _number(items)


def _numbered(session: LiveSession) -> list[RunSheetItem]:
    """Its lines, numbered from 1: the administration may have left gaps."""
    items = list(RunSheetItem.objects.filter(session=session))
    _number(items)
    return items


def _number(items: list[RunSheetItem]) -> None:
    for place, item in enumerate(items, 1):
        if item.order != place:
            item.order = place
            item.save(update_fields=["order"])


def _item(items: list[RunSheetItem], number: int) -> RunSheetItem:
    if not 1 <= number <= len(items):
        raise RunSheetRefused("gone", _("This line is not there any more."))
    return items[number - 1]
