"""The figures of coaching: slots and choice of a coach, bookings at once, the outbox, the desk."""

from collections.abc import Iterator

from tests.bench import coaching_booking, coaching_desk, coaching_outbox, coaching_slots
from tests.bench.rows import Row

PARTS = (coaching_slots, coaching_booking, coaching_outbox, coaching_desk)


def rows() -> Iterator[Row]:
    """Each part measures on academies of its own."""
    for part in PARTS:
        yield from part.rows()
