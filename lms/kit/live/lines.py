"""One client's way out: a short queue, and a task of its own that writes."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

log = logging.getLogger(__name__)

LIMIT = 100
"""Texts that may wait for one client."""
TOO_SLOW = 4408
"""Close code: come back and resume."""

type Send = Callable[[str], Awaitable[None]]
type SendNow = Callable[[str], bool]
type HangUp = Callable[[int], Awaitable[None]]


class Line:
    """Texts leave in order, at the client's pace; nobody else waits for it.

    A full queue forgets what is passing (presence, typing) first; what must arrive and finds no place ends the call
    with 4408, and the client comes back to resume. Where the server lends `send_now`, a text before which nothing waits
    leaves at once; a task writes only while something waits.
    """

    def __init__(self, send: Send, hang_up: HangUp, name: str = "", send_now: SendNow | None = None) -> None:
        self.name = name
        self._send, self._hang_up, self._send_now = send, hang_up, send_now
        self._waiting: deque[tuple[str, bool]] | None = None
        self._code: int | None = None
        self._writer: asyncio.Task[None] | None = None
        self._is_started = self._is_sending = self._is_gone = False

    @property
    def is_open(self) -> bool:
        return self._code is None

    def start(self, greeting: str = "") -> None:
        """The client has been accepted: `greeting` leaves, and then what waits for her already."""
        self._is_started = True
        if greeting and self._code is None:
            self._waiting = deque([(greeting, False), *(self._waiting or ())])
        if self._waiting or self._code is not None:
            self._wake()

    def put(self, text: str, *, passing: bool = False) -> None:
        if self._code is not None:
            return
        is_first = self._is_started and not self._waiting and not self._is_sending
        if is_first and self._send_now is not None and self._send_now(text):
            return
        if self._waiting is None:
            self._waiting = deque()
        if len(self._waiting) >= LIMIT and not self._forget_passing(self._waiting):
            if not passing:
                self.end(TOO_SLOW)
            return
        self._waiting.append((text, passing))
        self._wake()

    def end(self, code: int) -> None:
        """Hang up with `code`, before whatever still waits; a text that the client is not taking is not waited for."""
        if self._code is None:
            self._code = code
            self._waiting = None
            if self._is_sending and self._writer is not None:
                self._writer.cancel()
            self._wake()

    async def stop(self) -> None:
        """The client is gone: nothing more is written."""
        self._is_gone = True
        self.end(1000)
        if self._writer is not None:
            self._writer.cancel()
            with suppress(asyncio.CancelledError):
                await self._writer

    def _forget_passing(self, waiting: deque[tuple[str, bool]]) -> bool:
        for place, (_text, passing) in enumerate(waiting):
            if passing:
                del waiting[place]
                return True
        return False

    def _wake(self) -> None:
        if self._is_started and not self._is_gone and self._writer is None:
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        try:
            await self._send_what_waits()
            if self._code is not None:
                await self._hang_up(self._code)
        except Exception:
            log.info("a socket could not be written to any more", exc_info=True)
        finally:
            self._writer = None

    async def _send_what_waits(self) -> None:
        self._is_sending = True
        try:
            while self._waiting:
                await self._send(self._waiting.popleft()[0])
        except asyncio.CancelledError:
            if self._code is None or self._is_gone:
                raise
            # `end` did not wait for a client that takes nothing: she is hung up on.
        finally:
            self._is_sending = False
