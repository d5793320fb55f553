"""The people of a live room, in a process of their own that costs little: it leaves the processor to the server.

`python -m tests.bench.live_crowd` reads orders in JSON, one a line, and answers each by a line:

- `join`: so many clients more, each greeted and shown the room (`seconds` until the last one was)
- `talk`: messages of the first clients at a pace; how many came to everybody, in which order, after how long
- `slow`: one client who takes a kilobyte a second; `leave`: everybody hangs up

`… serve PORT` is the bare server beside it: a text that a client sends goes to everybody.
"""

import asyncio
import base64
import contextlib
import itertools
import json
import math
import os
import random
import resource
import socket
import sys
import time
from array import array
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

MARK = b"@@"
AT_ONCE = 100
"""Handshakes under way together."""
TRIES = 20
PATIENCE = 30
"""Seconds until a message that has not come is lost."""
A_KILOBYTE_A_SECOND = 1_000
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Client(asyncio.Protocol):
    """One WebSocket, without a library: what is heard is stamped and chained, so that order is one comparison."""

    def __init__(self, crowd: "Crowd", request: bytes, *, is_ours: bool) -> None:
        self._crowd, self._request, self._is_ours = crowd, request, is_ours
        self._heard, self._is_upgraded = bytearray(), False
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.chain = 0
        self.count = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.transport.write(self._request)

    def connection_lost(self, problem: Exception | None) -> None:
        if self.ready.done():
            self._crowd.lost += self.ready.exception() is None and not self._crowd.is_leaving
        else:
            self.ready.set_exception(ConnectionError("hung up at the door"))

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self._heard += data
        if not self._is_upgraded and not self._upgrade():
            return
        while (frame := self._frame()) is not None:
            kind, payload = frame
            if kind == TEXT:
                self._hear(payload, now)
            elif kind == PING:
                self.send(payload, PONG)
            elif kind == CLOSE:
                self.transport.close()

    def send(self, payload: bytes, kind: int = TEXT) -> None:
        # Masked by zeros, which change nothing.
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else bytes([0xFE]) + size.to_bytes(2)
        self.transport.write(bytes([0x80 | kind]) + length + b"\0\0\0\0" + payload)

    def _upgrade(self) -> bool:
        head, found, rest = self._heard.partition(b"\r\n\r\n")
        if not found:
            return False
        if not head.startswith(b"HTTP/1.1 101"):
            self.ready.set_exception(ConnectionError(head.partition(b"\r\n")[0].decode()))
            self.transport.close()
            return False
        self._heard, self._is_upgraded = bytearray(rest), True
        if not self._is_ours:
            self.ready.set_result(None)
        return True

    def _frame(self) -> tuple[int, bytes] | None:
        """The next whole frame; servers do not mask."""
        heard = self._heard
        if len(heard) < 2:
            return None
        size, start = heard[1] & 0x7F, 2
        if size >= 126:
            start = 4 if size == 126 else 10
            size = int.from_bytes(heard[2:start])
        if len(heard) < start + size:
            return None
        kind, payload = heard[0] & 0x0F, bytes(heard[start : start + size])
        del heard[: start + size]
        return kind, payload

    def _hear(self, payload: bytes, now: float) -> None:
        if not self.ready.done():  # what a snapshot shows was said before
            if b'"hello"' in payload[:60]:
                self.send(b'{"type":"resume","since":0}')
            elif b'"snapshot"' in payload[:60]:
                self.ready.set_result(None)
            return
        start = payload.find(MARK)
        if start >= 0:
            stamp = payload[start + 2 : payload.find(MARK, start + 2)]
            self.chain = hash((self.chain, stamp))
            self.count += 1
            self._crowd.delays.append(now - float(stamp))
            self._crowd.example = self._crowd.example or payload
        elif b'"refused"' in payload[:60]:
            self._crowd.refused += 1


class Crowd:
    """Everybody, and what they have heard since it was last asked."""

    def __init__(self) -> None:
        self.clients: list[Client] = []
        self.delays = array("d")
        self.example = b""
        self.lost = self.refused = 0
        self.is_leaving = False
        self._slow: list[asyncio.Task[None]] = []

    async def join(self, url: str, path: str, sessions: Sequence[str]) -> dict[str, Any]:
        """`sessions`: one key for each; empty ones for the bare server."""
        places = asyncio.Semaphore(AT_ONCE)
        begin = time.perf_counter()
        self.clients += await asyncio.gather(*(self._enter(url, path, session, places) for session in sessions))
        return {"seconds": time.perf_counter() - begin}

    async def talk(self, seconds: float, rate: float, text: str, example: str = "") -> dict[str, Any]:
        """`rate` messages a second; `example` is what the bare server says instead, with the stamp in its place.

        Each who speaks does so less than once a second; they sit in all processes, as those who listen do.
        """
        for client in self.clients:
            client.chain = client.count = 0
        self.delays, self.example, self.refused = array("d"), b"", 0
        total, begin = round(seconds * rate), time.perf_counter()
        talkers = itertools.cycle(self.clients[:: max(1, len(self.clients) // max(10, round(2 * rate)))])
        for number in range(total):
            await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
            next(talkers).send(_said(text, example))
        wanted = total * len(self.clients)
        patience = time.perf_counter() + PATIENCE
        while len(self.delays) < wanted and time.perf_counter() < patience:
            await asyncio.sleep(0.05)
        orders = Counter((client.chain, client.count) for client in self.clients)
        delays = sorted(self.delays)
        return {
            "said": total,
            "heard": len(delays),
            "wanted": wanted,
            "orders": len(orders),
            "refused": self.refused,
            "hung_up": self.lost,
            **{f"p{share}": _percentile(delays, share) for share in (50, 95, 99)},
            "example": self.example.decode(),
        }

    async def slow(self, url: str, path: str, session: str) -> dict[str, Any]:
        """Somebody on a very bad network: she reads a kilobyte a second and her buffers are small."""
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        line.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(line, _address(url))
        await loop.sock_sendall(line, _request(url, path, session))
        self._slow.append(asyncio.create_task(self._sip(line)))
        return {}

    async def leave(self) -> dict[str, Any]:
        self.is_leaving = True
        for task in self._slow:
            task.cancel()
        for client in self.clients:
            client.transport.abort()
        await asyncio.sleep(1)  # the loop tells each one that her line is cut
        self.clients, self._slow, self.is_leaving = [], [], False
        return {}

    async def _enter(self, url: str, path: str, session: str, places: asyncio.Semaphore) -> Client:
        request = _request(url, path, session)
        for _try in range(TRIES):
            async with places:
                client = await self._knock(url, request, is_ours=bool(session))
            if client is not None:
                return client
            await asyncio.sleep(random.random())
        raise ConnectionError("the door stays shut")

    async def _knock(self, url: str, request: bytes, *, is_ours: bool) -> Client | None:
        """A client who is in; None where the server was too busy to open within its five seconds."""
        make = partial(Client, self, request, is_ours=is_ours)
        _transport, client = await asyncio.get_running_loop().create_connection(make, *_address(url))
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(60):
                await client.ready
            return client
        return None

    async def _sip(self, line: socket.socket) -> None:
        with line:
            while await asyncio.get_running_loop().sock_recv(line, A_KILOBYTE_A_SECOND):
                await asyncio.sleep(1)


def _said(text: str, example: str) -> bytes:
    stamp = f"{MARK.decode()}{time.perf_counter():.7f}{MARK.decode()}"
    if example:
        before, _stamp, after = example.split(MARK.decode(), 2)
        return f"{before}{stamp}{after}".encode()
    return json.dumps({"type": "say", "id": str(uuid4()), "text": f"{stamp} {text}", "reply": None}).encode()


def _address(url: str) -> tuple[str, int]:
    target = urlsplit(url)
    return target.hostname or "127.0.0.1", target.port or 80


def _request(url: str, path: str, session: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [f"GET {path} HTTP/1.1", f"Host: {urlsplit(url).netloc}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", f"Origin: {url}"]
    lines += [f"Cookie: sessionid={session}"] if session else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _percentile(delays: Sequence[float], share: int) -> float:
    """In milliseconds."""
    return 1000 * delays[max(math.ceil(len(delays) * share / 100) - 1, 0)] if delays else math.inf


async def listen() -> None:
    lines = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    crowd = Crowd()
    while line := await lines.readline():
        order = json.loads(line)
        print(json.dumps(await getattr(crowd, order.pop("do"))(**order)), flush=True)


async def serve(port: int) -> None:
    """The limit: `websockets`, uncompressed, one text to everybody."""
    from websockets.asyncio.server import ServerConnection, broadcast
    from websockets.asyncio.server import serve as serving
    from websockets.exceptions import ConnectionClosed

    clients: set[ServerConnection] = set()

    async def handle(client: ServerConnection) -> None:
        clients.add(client)
        try:
            with contextlib.suppress(ConnectionClosed):
                async for text in client:
                    broadcast(clients, text)
        finally:
            clients.discard(client)

    async with serving(handle, "127.0.0.1", port, compression=None, ping_interval=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(serve(int(sys.argv[2])) if sys.argv[1:2] == ["serve"] else listen())
