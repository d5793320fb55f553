"""What happens often and is told rarely: gathered for a second or two, then said once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from typing import Any

log = logging.getLogger(__name__)


class Coalesced[Key: Hashable]:
    """Calls `write(key, things)` once for all that was added under `key` in `every` seconds. One object for a process;
    `add` is called from its event loop."""

    def __init__(self, write: Callable[[Key, list[Any]], Awaitable[None]], every: float) -> None:
        self._write, self.every = write, every
        self._things: dict[Key, list[Any]] = {}
        self._tasks: dict[Key, asyncio.Task[None]] = {}

    def add(self, key: Key, thing: Any) -> None:
        self._things.setdefault(key, []).append(thing)
        if key not in self._tasks or self._tasks[key].done():
            self._tasks[key] = asyncio.create_task(self._later(key))

    async def _later(self, key: Key) -> None:
        try:
            await asyncio.sleep(self.every)
        finally:
            del self._tasks[key]
            things = self._things.pop(key, [])
        try:
            await self._write(key, things)
        except Exception:
            log.exception("What was gathered could not be told; the next time says the same.")
