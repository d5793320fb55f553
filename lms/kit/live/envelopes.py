"""What travels between processes: an event already written as text, its number, and whom it is for."""

import json
from collections.abc import Collection
from typing import Any, NotRequired, TypedDict

from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

# A number whose group has been silent for this long starts again from the clock, which is always further on.
NUMBER_KEPT = 24 * 3600  # seconds


class Envelope(TypedDict):
    """`seq`: the group's number of a lasting event, None for one that may be lost. `close`: hang up with this code.
    `to`: only this client. All of it is what a channel layer can carry."""

    type: str
    group: str
    text: str
    seq: int | None
    to: NotRequired[str]
    close: NotRequired[int]


def encode(event: dict[str, Any]) -> str:
    """Raises TypeError for what is not JSON."""
    return json.dumps(event, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


def next_number(group: str) -> int:
    """The next number of a group, the same series for every process that shares the cache (Redis; else one process).

    A series begins at the clock's milliseconds: one that was forgotten (a restart, an eviction) goes on higher, its
    clients see a gap and ask for everything again.
    """
    key = _key(group)
    try:
        return cache.incr(key)
    except ValueError:
        cache.add(key, _milliseconds(), timeout=NUMBER_KEPT)
        return cache.incr(key)


def last_number(group: str) -> int:
    """The number of the last event published; read it before what a snapshot shows.

    It stays the same until the next event, also in a group where nothing was said yet: asking begins the series.
    """
    return last_numbers([group])[group]


def last_numbers(groups: Collection[str]) -> dict[str, int]:
    """The same for several groups at once."""
    beginning = _milliseconds()
    found: dict[str, int] = cache.get_many([_key(group) for group in groups])
    for key in {_key(group) for group in groups} - found.keys():
        cache.add(key, beginning, timeout=NUMBER_KEPT)
        found[key] = cache.get(key, beginning)
    return {group: found[_key(group)] for group in groups}


def _key(group: str) -> str:
    return f"live:{group}"


def _milliseconds() -> int:
    return int(timezone.now().timestamp() * 1000)
