"""A small HTTP load generator: keep-alive connections in one process of its own, cheap enough for two cores.

It sends prepared bytes and reads only what it needs of the answer (status, length), so that the server has the CPU.
"""

import json
import math
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Result:
    """`errors` counts the answers of status 400 and more, and the connections lost; `rps` counts the others."""

    requests: int
    errors: int
    rps: float
    p50_ms: float
    p99_ms: float


def run(
    url: str,
    cookies: Mapping[str, str] | None = None,
    *,
    connections: int = 8,
    seconds: float = 5,
    paths: Sequence[str] = ("/",),
    posts: Sequence[tuple[str, str]] = (),
    total: int | None = None,
) -> Result:
    """Ask for `paths`, then `posts` (path and form), in turn, over `connections` connections to the server at `url`.

    `url` has a scheme, a host and a port. It stops after `seconds`, or after `total` answers when that is given.
    """
    order = {
        "url": url,
        "cookies": dict(cookies or {}),
        "connections": connections,
        "seconds": seconds,
        "paths": list(paths),
        "posts": list(posts),
        "total": total,
    }
    done = subprocess.run(
        [sys.executable, __file__], input=json.dumps(order), capture_output=True, text=True, check=True
    )
    return Result(**json.loads(done.stdout))


class Connection:
    """One connection that has always one request under way."""

    def __init__(self, address: tuple[str, int], requests: Sequence[bytes], first: int) -> None:
        self._address = address
        self._requests = requests
        self._turn = first
        self._answer = b""
        self.socket = self._connect()
        self.sent_at = 0.0

    def fileno(self) -> int:
        return self.socket.fileno()

    def ask(self) -> None:
        """Send the next request."""
        self._answer = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(self._requests[self._turn % len(self._requests)])
        self._turn += 1

    def hear(self) -> int | None:
        """Read what has come; the status once the answer is whole. Raises: ConnectionError when it was cut."""
        data = self.socket.recv(262144)
        if not data:
            raise ConnectionResetError
        self._answer += data
        return int(self._answer[9:12]) if self._is_whole() else None

    def reconnect(self) -> None:
        self.socket.close()
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(self._address, timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _is_whole(self) -> bool:
        head, separator, body = self._answer.partition(b"\r\n\r\n")
        if not separator:
            return False
        head = head.lower()
        start = head.find(b"content-length:")
        if start >= 0:
            return len(body) >= int(head[start + 15 :].split(b"\r\n", 1)[0])
        if b"transfer-encoding: chunked" in head:
            return body.endswith(b"0\r\n\r\n")
        return True  # 204 and 304 have no body


def _requests(order: Mapping[str, Any]) -> list[bytes]:
    host = urlsplit(order["url"]).netloc
    cookies = "; ".join(f"{name}={value}" for name, value in order["cookies"].items())
    cookie_line = f"Cookie: {cookies}\r\n" if cookies else ""
    head = f"HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n{cookie_line}"
    form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
    return [f"GET {path} {head}\r\n".encode() for path in order["paths"]] + [
        f"POST {path} {head}{form}{len(body)}\r\n\r\n{body}".encode() for path, body in order["posts"]
    ]


def _load(order: Mapping[str, Any]) -> Result:
    target = urlsplit(order["url"])
    address = (target.hostname or "127.0.0.1", target.port or 80)
    requests = _requests(order)
    waiting = selectors.DefaultSelector()
    for number in range(order["connections"]):
        connection = Connection(address, requests, number)
        waiting.register(connection, selectors.EVENT_READ, connection)
        connection.ask()
    times: list[float] = []
    errors = 0
    begin = time.perf_counter()
    end = math.inf if order["total"] else begin + order["seconds"]
    total = order["total"] or math.inf
    while time.perf_counter() < end and len(times) + errors < total:
        for key, _ in waiting.select(timeout=1):
            connection = key.data
            try:
                status = connection.hear()
            except ConnectionError:
                errors += 1
                waiting.unregister(connection.socket)
                connection.reconnect()
                waiting.register(connection.socket, selectors.EVENT_READ, connection)
                connection.ask()
                continue
            if status is None:
                continue
            times.append(time.perf_counter() - connection.sent_at)
            errors += status >= 400
            connection.ask()
    elapsed = time.perf_counter() - begin
    times.sort()
    return Result(
        requests=len(times),
        errors=errors,
        rps=round((len(times) - errors) / elapsed, 1),
        p50_ms=_percentile(times, 0.50),
        p99_ms=_percentile(times, 0.99),
    )


def _percentile(times: Sequence[float], share: float) -> float:
    return round(times[max(math.ceil(len(times) * share) - 1, 0)] * 1000, 2) if times else math.inf


if __name__ == "__main__":
    json.dump(asdict(_load(json.load(sys.stdin))), sys.stdout)
