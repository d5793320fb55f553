"""Whether those who are in may still be: asked again, should the word that their rights changed have been lost.

One task for the whole process. Every half minute the epochs of everybody are read in one query, and a fourth of the
sockets are asked their whole rule: each of them once in two minutes.
"""

import asyncio
import logging
import random
from typing import Any, Protocol

from channels.db import database_sync_to_async
from django.contrib.auth import get_user_model

log = logging.getLogger(__name__)

EVERY = 30.0
"""Seconds between two rounds."""
SHARES = 4
"""Rounds in which everybody has been asked the whole rule."""
AT_ONCE = 500
"""People of one query."""


class Asked(Protocol):
    """Somebody's socket."""

    person: Any

    async def may_stay(self) -> bool:
        """Ask her whole rule."""

    def put_out(self) -> None:
        """Close it: her rights have changed."""


class Rounds:
    """Belongs to one event loop; goes round while there is anybody."""

    def __init__(self) -> None:
        self._in: dict[Asked, None] = {}  # in the order they came
        self._turn = 0
        self._going: asyncio.Task[None] | None = None

    def add(self, socket: Asked) -> None:
        self._in[socket] = None
        if self._going is None:
            self._going = asyncio.create_task(self._go())

    def remove(self, socket: Asked) -> None:
        self._in.pop(socket, None)
        if not self._in and self._going is not None:
            self._going.cancel()
            self._going = None

    async def _go(self) -> None:
        while True:
            await asyncio.sleep(EVERY * random.uniform(0.8, 1.0))  # noqa: S311 - processes do not ask at once
            everybody = list(self._in)
            share = everybody[self._turn % SHARES :: SHARES]
            self._turn += 1
            try:
                await self._compare_epochs(everybody)
                for socket in share:
                    if socket in self._in and not await socket.may_stay():
                        socket.put_out()
            except Exception:
                log.exception("rights could not be asked again; they are in the next round")

    async def _compare_epochs(self, everybody: list[Asked]) -> None:
        for start in range(0, len(everybody), AT_ONCE):
            some = everybody[start : start + AT_ONCE]
            known = await database_sync_to_async(_epochs)({socket.person.pk for socket in some})
            for socket in some:
                if known.get(socket.person.pk) != socket.person.authz_epoch:
                    socket.put_out()


def _epochs(people: set[int]) -> dict[int, int]:
    """Of those who are active."""
    rows = get_user_model().objects.filter(pk__in=people, is_active=True)
    return dict(rows.values_list("pk", "authz_epoch"))
