"""The figures of coaching: slots and choice of a coach, bookings at once, the outbox, the desk."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from tests.bench.rows import Row

PARTS = ("coaching_slots", "coaching_booking", "coaching_outbox", "coaching_desk")


def rows() -> Iterator[Row]:
    """Each part measures on academies of its own."""
    for part in PARTS:
        if find_spec(f"tests.bench.{part}"):
            yield from import_module(f"tests.bench.{part}").rows()
