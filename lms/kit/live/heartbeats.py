"""Who is still here, written for the whole process at once instead of by every client."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from channels.db import database_sync_to_async
from django.utils import timezone

log = logging.getLogger(__name__)

EVERY = 30.0
"""Seconds between two writings."""


class Heartbeats:
    """Calls `write(ids, now)` every 30 seconds, in a database thread, with the ids of what is alive in this process.

    An id added twice (two devices) is alive until it was removed twice. One object for a kind of stay, module-wide.
    """

    def __init__(self, write: Callable[[list[int], datetime], object], every: float = EVERY) -> None:
        self._write, self._every = write, every
        self._alive: Counter[int] = Counter()
        self._beating: asyncio.Task[None] | None = None

    def add(self, pk: int) -> None:
        self._alive[pk] += 1
        if self._beating is None or self._beating.done():
            self._beating = asyncio.create_task(self._beat())

    def remove(self, pk: int) -> None:
        self._alive[pk] -= 1
        self._alive += Counter()  # forgets what has come to zero
        if not self._alive and self._beating is not None:
            self._beating.cancel()
            self._beating = None

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await database_sync_to_async(self._write)(sorted(self._alive), timezone.now())
            except Exception:
                log.exception("Heartbeats could not be written; the next ones say the same.")
