"""What apps show on the home of a member of staff: each registers its own, so that the page knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Card:
    """A template, and what it is shown with as `card`; nothing is shown where that is empty."""

    template: str
    content: Callable[[Any, datetime], Any]


@dataclass(frozen=True, slots=True)
class Shown:
    template: str
    content: Any


_cards: list[Card] = []


def register(card: Card) -> None:
    """Add a card; called once, from `AppConfig.ready()`."""
    _cards.append(card)


def cards_for(person: Any, now: datetime) -> list[Shown]:
    found = ((card.template, card.content(person, now)) for card in _cards)
    return [Shown(template, content) for template, content in found if content]
