"""A device in a live room that behaves as the room's scripts: it comes back, resumes, and says again what was lost."""

import asyncio
import json
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

PATIENCE = 90
"""Seconds: how long anything takes says how busy the machine is."""
RIGHTS = (4403, 4404)


class Device:
    """One of somebody's; it tries the addresses of `servers` in turn."""

    def __init__(self, cookie: str, path: str, servers: Sequence[str]) -> None:
        self._cookie, self._path, self._servers = cookie, path, deque(servers)
        self._socket: ClientConnection | None = None
        self._last = self._n = 0
        self._device = uuid.uuid4().hex
        self.lines: dict[str, dict[str, Any]] = {}
        self.waiting: dict[str, str] = {}
        self.heard: list[dict[str, Any]] = []
        self.disorder = 0
        self.connections = 0
        self.closed_with: int | None = None

    async def live(self) -> None:
        """Until its rights are gone, or it is cancelled."""
        while self.closed_with not in RIGHTS:
            server = self._servers[0]
            headers = {"Cookie": f"sessionid={self._cookie}"}
            address = f"ws{server.removeprefix('http')}{self._path}?device={self._device}"
            try:
                async with connect(address, origin=server, additional_headers=headers, max_size=None) as socket:  # type: ignore[arg-type]
                    self._socket = socket
                    async for text in socket:
                        await self._hear(json.loads(text))
                    self.closed_with = socket.close_code
            except ConnectionClosed as closed:
                self.closed_with = closed.rcvd.code if closed.rcvd else None
            except (OSError, InvalidHandshake, TimeoutError):
                pass
            self._socket = None
            self._servers.rotate(-1)
            await asyncio.sleep(0.1)

    async def say(self, text: str) -> None:
        key = str(uuid.uuid4())
        self.waiting[key] = text
        await self.tell("say", id=key, text=text, reply=None)

    async def tell(self, kind: str, **fields: Any) -> None:
        """Nothing is sent while the connection is away."""
        try:
            if self._socket is not None:
                await self._socket.send(json.dumps({"type": kind, **fields}))
        except ConnectionClosed:
            pass

    async def until(self, holds: Callable[["Device"], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds(self):
                await asyncio.sleep(0.05)

    def has_heard(self, kind: str, **fields: Any) -> bool:
        return any(one["type"] == kind and fields.items() <= one.items() for one in self.heard)

    async def _hear(self, event: dict[str, Any]) -> None:
        self.heard.append(event)
        kind = event["type"]
        if kind == "hello":
            self.connections += 1
            await self.tell("resume", since=self._last)
            for key, text in self.waiting.items():
                await self.tell("say", id=key, text=text, reply=None)
        elif kind == "resync":
            await self.tell("resume", since=0)
        elif kind == "said":
            self.waiting.pop(event["id"], None)
        elif kind == "snapshot":
            for line in event["messages"]:
                self.lines[line["id"]] = line
        elif kind == "message":
            # What is told again after a reconnection may follow what is new; the page puts each line in its place.
            if event["seq"] > self._last:
                self.disorder += event["n"] < self._n
                self._n = event["n"]
            self.lines[event["id"]] = event
        if event.get("seq") and kind != "hello":
            self._last = max(self._last, event["seq"])
