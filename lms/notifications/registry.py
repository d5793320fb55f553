"""What people can be told: each app registers its kinds of notification, and people choose among them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from .enums import Channel

if TYPE_CHECKING:
    from .models import Notification


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of news. `code` is stable ("coaching.reminder"); `label` is a short sentence (“Your coach answers you”),
    `group` the heading it stands under.

    `channels`: ways it takes by default beside the in-app list. `is_urgent`: leaves at once, in quiet hours too and
    over the day's mail budget (a date in the next hours). `may_be_refused`: False where its mail is part of a
    contract, such as a changed date. `reply_to`: the address that answers to its mail go to; "" for the academy's help.
    """

    code: str
    label: str | Promise
    group: str | Promise
    channels: frozenset[Channel] = frozenset(Channel)
    is_urgent: bool = False
    may_be_refused: bool = True
    reply_to: "Callable[[Notification], str] | None" = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Add a kind; once, when the app that tells it is ready."""
    if kind.code in _kinds:
        raise ValueError(f"{kind.code} is already a kind of notification")
    _kinds[kind.code] = kind
    return kind


def kinds() -> list[Kind]:
    """In the order of registration; those of a group stand together, where the first of them is."""
    groups: dict[str, list[Kind]] = {}
    for kind in _kinds.values():
        groups.setdefault(str(kind.group), []).append(kind)
    return [kind for group in groups.values() for kind in group]


def kind_named(code: str) -> Kind | None:
    """None for a kind that no app tells any more."""
    return _kinds.get(code)
