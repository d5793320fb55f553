"""The hubs of this process, and the one channel on which other processes reach them."""

import asyncio
import logging
import threading
from contextlib import suppress
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from .envelopes import Envelope
from .hubs import Hub
from .lines import Line
from .rounds import Rounds

log = logging.getLogger(__name__)

RETRY = 1.0
"""Seconds before the layer is asked again after it failed."""


class Switchboard:
    """Belongs to one event loop; a process that serves has one.

    A hub is made with its first client and leaves its group with its last one; both under one lock, so that a group
    is never left while somebody enters it.
    """

    def __init__(self) -> None:
        layer = get_channel_layer()
        self.loop = asyncio.get_running_loop()
        self.hubs: dict[str, Hub] = {}
        self.rounds = Rounds()
        self._layer: Any = None if isinstance(layer, InMemoryChannelLayer) else layer
        self._lock = asyncio.Lock()
        self._channel = ""
        self._listening: asyncio.Task[None] | None = None

    async def enter(self, group: str, line: Line) -> Hub:
        async with self._lock:
            hub = self.hubs.get(group)
            if hub is None:
                await self._subscribe(group)
                hub = self.hubs[group] = Hub(group)
            hub.lines.add(line)
            return hub

    async def leave(self, group: str, line: Line) -> None:
        async with self._lock:
            hub = self.hubs.get(group)
            if hub is None:
                return
            hub.lines.discard(line)
            if not hub.lines:
                del self.hubs[group]
                hub.stop()
                await self._unsubscribe(group)

    def deliver(self, envelope: Envelope) -> None:
        if hub := self.hubs.get(envelope["group"]):
            hub.take(envelope)

    async def _subscribe(self, group: str) -> None:
        if self._layer is None:
            return
        if self._listening is None:
            self._channel = await self._layer.new_channel("live")
            self._listening = asyncio.create_task(self._listen())
        await self._layer.group_add(group, self._channel)

    async def _unsubscribe(self, group: str) -> None:
        if self._layer is None:
            return
        try:
            await self._layer.group_discard(group, self._channel)
        except Exception:
            log.exception("The group %s could not be left; the layer forgets it by itself.", group)
        if not self.hubs and self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None

    async def _listen(self) -> None:
        while True:
            try:
                envelope = await self._layer.receive(self._channel)
            except Exception:
                log.exception("The channel layer does not answer; asking again.")
                await asyncio.sleep(RETRY)
                await self._enter_again()
            else:
                self.deliver(envelope)

    async def _enter_again(self) -> None:
        """After the layer was away it may have forgotten our groups, and we have missed what was said."""
        for group, hub in list(self.hubs.items()):
            try:
                await self._layer.group_add(group, self._channel)
            except Exception:  # noqa: BLE001 - still away: the next receive fails too, and comes back here
                return
            hub.lost()


_boards: dict[asyncio.AbstractEventLoop, Switchboard] = {}
_guard = threading.Lock()


def here() -> Switchboard:
    """The switchboard of the running loop, made when it is first asked for."""
    loop = asyncio.get_running_loop()
    with _guard:
        board = _boards.get(loop)
        if board is None:
            for ended in [other for other in _boards if other.is_closed()]:
                del _boards[ended]
            board = _boards[loop] = Switchboard()
        return board


def deliver_here(envelope: Envelope) -> None:
    """Give an envelope to the hubs of this process, from any of its threads."""
    with _guard:
        boards = list(_boards.values())
    for board in boards:
        with suppress(RuntimeError):  # its loop has ended
            board.loop.call_soon_threadsafe(board.deliver, envelope)


def is_heard_here(group: str) -> bool:
    """Whether a socket of this process listens to `group`; asked from any thread."""
    with _guard:
        return any(group in board.hubs for board in _boards.values())
