"""What the bridge knows of a WSGI response once its first hop is done."""

import contextvars
import logging
import threading
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from lms.kit.threads import Worker

type Header = tuple[bytes, bytes]

BLOCK = 64 * 1024
"""How much of a file is read at a time, in bytes."""

logger = logging.getLogger(__name__)


def nothing() -> None:
    """The close of what needs none."""


class FileBlocks:
    """What `wsgi.file_wrapper` makes of a file: blocks of our size, whatever size the application asks for."""

    def __init__(self, file: BinaryIO, _block_size: int = BLOCK) -> None:
        self._read = file.read
        # Django puts its response's own close here before the wrapper is made.
        self.close: Callable[[], None] = getattr(file, "close", nothing)

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self._read(BLOCK), b"")


class Reply:
    """A WSGI response after its first hop: `body` is all of it, or the first chunk of `chunks`.

    `worker`: the thread that must produce the following chunks; None when any will do.
    """

    def __init__(self, status: int, headers: list[Header]) -> None:
        self.status = status
        self.headers = headers
        self.length = next((int(value) for name, value in headers if name.lower() == b"content-length"), None)
        self.body = b""
        self.chunks: Iterator[bytes] | None = None
        self.close: Callable[[], None] = nothing
        self.context: contextvars.Context | None = None
        self.worker: Worker | None = None

    def pin(self) -> None:
        """Have what follows run where we are now: this thread, this context."""
        self.worker = cast("Worker", threading.current_thread())
        self.context = contextvars.copy_context()

    def take_whole(self, body: bytes, *, wants_body: bool) -> None:
        """The response does not stream: its length is known, and said even where the body is not sent (HEAD)."""
        if self.length is None and self.status not in (204, 304):
            self.headers.append((b"Content-Length", b"%d" % len(body)))
        self.body = body if wants_body else b""

    def next_chunk(self) -> bytes | None:
        """In a thread: the following chunk, or None after the last."""
        chunks = self.chunks or iter(())
        return self.context.run(next, chunks, None) if self.context else next(chunks, None)

    def end(self) -> None:
        """In a thread: close the response. An error has nobody left to be told, so it is logged."""
        try:
            if self.context:
                self.context.run(self.close)
            else:
                self.close()
        except Exception:
            logger.exception("A streamed response could not be closed")
