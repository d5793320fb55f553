"""A web server of our own machine that answers what a test tells it to, and remembers what it was asked."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

type Answering = Callable[[BaseHTTPRequestHandler], None]


class Server(ThreadingHTTPServer):
    """Answers what `answers` holds for a path, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, Answering] = {}
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []

    def handle_error(self, *args: Any) -> None:
        """Nothing: some tests are about a client that leaves."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.command, self.path, headers, body))
        self.close_connection = True
        self.server.answers.get(self.path, plain(b"hello"))(self)

    def log_message(self, *args: Any) -> None:
        """Nothing: pytest's output stays readable."""


def plain(body: bytes, status: int = 200, *, length: int | None = None, **headers: str) -> Answering:
    """An answer in one piece; `length` announces another one than it has."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in ({"Content-Length": str(len(body) if length is None else length)} | headers).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def to(url: str, status: int = 302) -> Answering:
    return plain(b"", status, Location=url)


@contextmanager
def answering() -> Iterator[Server]:
    """A server on a free port, until the end of the block."""
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()
