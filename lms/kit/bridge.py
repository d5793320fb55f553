"""Carries Django's WSGI handler under Daphne: one thread hop a request, on a bounded pool of long-lived threads.

Why: architecture, "Pages inside Daphne". Which thread does what:

- An ordinary response is made, joined and closed in one hop, then sent in one go.
- A stream takes one hop a chunk, so that a slow reader holds no thread between two chunks. All the hops of a
  generator, its `close()` included, run in the thread that made the response and in a copy of its context: it may
  hold a cursor of that thread's database connection, and the language in which the request was answered.
- A file has neither, so its blocks are read by whichever thread is free and never wait behind a long request.

Serve it by `lms.kit.server`: Daphne alone takes a whole upload, or a whole download, into memory.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import ExitStack
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.utils import translation
from django.utils.translation import gettext as _

from lms.kit.environ import Environ, Scope, build_environ
from lms.kit.reply import FileBlocks, Header, Reply, nothing
from lms.kit.threads import ThreadPool

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]

logger = logging.getLogger(__name__)


def body_limit() -> int:
    """The largest request body taken, in bytes: the largest file allowed, and what a form puts around it."""
    largest_file: int = getattr(settings, "MAX_UPLOAD_SIZE", 300 * 1024 * 1024)
    return largest_file + 1024 * 1024


class BodyTooLargeError(Exception):
    """The request body is over the limit."""


class ClientLeftError(Exception):
    """The client went away before its request was read."""


class ResponseCutShortError(Exception):
    """The application gave fewer bytes than the Content-Length it announced."""


class Departure:
    """Hears whether the client leaves, once its request has been read whole; `then` is called when it does.

    Listening costs a task, so a request that is answered soon does without.
    """

    SOON = 0.1  # seconds

    def __init__(self, receive: Receive, then: Callable[[], object]) -> None:
        self.seen = False
        self._receive = receive
        self._then = then
        self._timer = asyncio.get_running_loop().call_later(self.SOON, self.watch)
        self._listening: asyncio.Task[None] | None = None

    def watch(self) -> None:
        """Listen from now on."""
        if self._listening is None:
            self._listening = asyncio.ensure_future(self._listen())

    def stop_watching(self) -> None:
        self._timer.cancel()
        if self._listening is not None:
            self._listening.cancel()

    async def _listen(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.seen = True
        self._then()


class WSGIBridge:
    """An ASGI application that answers HTTP requests with a WSGI application.

    `threads`: how many requests run at once, and so how many database connections are open.
    `spool`: how many bytes of a request body stay in memory before it goes to a temporary file.
    `max_waiting`: while as many requests wait for a thread, others are refused with 503 and Retry-After.
    """

    def __init__(
        self,
        wsgi_app: Callable[..., Iterable[bytes]],
        *,
        threads: int = 4,
        spool: int = 64 * 1024,
        max_waiting: int = 512,
    ) -> None:
        self._wsgi_app = wsgi_app
        self._spool = spool
        self._max_body = body_limit()
        self._max_waiting = max_waiting
        self._pool = ThreadPool(threads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. An error after the headers is raised, for the server to log and cut the connection."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"The bridge carries HTTP only, not {scope['type']!r}.")
        environ = build_environ(scope)
        if self._pool.waiting >= self._max_waiting:
            logger.warning("%d requests wait for a thread: %s refused", self._pool.waiting, environ["PATH_INFO"])
            await _refuse(send, environ, 503, _too_busy, (b"Retry-After", b"5"))
            return
        try:
            if _may_have_body(scope, environ):
                await self._read_body(environ, receive)
            await self._run(environ, receive, send)
        except BodyTooLargeError:
            await _refuse(send, environ, 413, partial(_too_large, self._max_body))
        except ClientLeftError:
            pass

    async def _read_body(self, environ: Environ, receive: Receive) -> None:
        """Set `wsgi.input`, and CONTENT_LENGTH to what has really come.

        Raises: BodyTooLargeError, as soon as it is known. ClientLeftError.
        """
        if int(environ.get("CONTENT_LENGTH") or 0) > self._max_body:
            raise BodyTooLargeError
        body = SpooledTemporaryFile(self._spool)  # noqa: SIM115 - closed with the response, in its thread
        environ["wsgi.input"] = body
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                body.close()
                raise ClientLeftError
            body.write(message.get("body", b""))
            if body.tell() > self._max_body:
                body.close()
                raise BodyTooLargeError
            more = message.get("more_body", False)
        if body.tell() or "CONTENT_LENGTH" in environ:
            environ["CONTENT_LENGTH"] = str(body.tell())
        body.seek(0)

    async def _run(self, environ: Environ, receive: Receive, send: Send) -> None:
        """Have the request answered in a thread, and send the answer unless the client leaves first."""
        job = self._pool.submit(partial(self._call, environ), orphan=self._discard)
        departure = Departure(receive, lambda: self._pool.forget(job))
        try:
            reply = await job.done
        except asyncio.CancelledError:
            if not job.started:
                environ["wsgi.input"].close()
            if not departure.seen:
                raise
        except Exception:
            logger.exception("%s %s was not answered", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            await _refuse(send, environ, 500, _failed)
        else:
            if reply.chunks is not None:
                await self._stream(reply, environ, departure, send)
            elif not departure.seen:
                await _send_start(send, reply)
                await send({"type": "http.response.body", "body": reply.body})
        finally:
            departure.stop_watching()

    def _call(self, environ: Environ) -> Reply:
        """In a thread: run the WSGI application up to its first chunk, or to its end when it does not stream."""
        head: list[Reply] = []

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> None:
            pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            head[:] = [Reply(int(status[:3]), pairs)]

        environ["wsgi.file_wrapper"] = FileBlocks
        wants_body = environ["REQUEST_METHOD"] != "HEAD"
        with ExitStack() as closing:
            closing.callback(environ["wsgi.input"].close)
            result = self._wsgi_app(environ, start_response)
            closing.callback(getattr(result, "close", nothing))
            reply = head[0]
            if not getattr(result, "streaming", not isinstance(result, list)):
                reply.take_whole(b"".join(result), wants_body=wants_body)
            elif wants_body:
                reply.chunks = iter(result)
                reply.body = next(reply.chunks, b"")[: reply.length]
                if len(reply.body) == reply.length:
                    reply.chunks = None
                else:
                    reply.close = closing.pop_all().close
                    if not isinstance(result, FileBlocks):
                        reply.pin()
            return reply

    async def _stream(self, reply: Reply, environ: Environ, departure: Departure, send: Send) -> None:
        """Send the chunks as they come, never more bytes than announced (a range of a file ends before the file).

        Raises: whatever the application raised. ResponseCutShortError.
        """
        sent = len(reply.body)
        chunk: bytes | None = reply.body
        departure.watch()
        try:
            await _send_start(send, reply)
            while chunk is not None and not departure.seen:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                if sent == reply.length:
                    break
                chunk = await self._pool.submit(reply.next_chunk, reply.worker).done
                if chunk is not None:
                    chunk = chunk if reply.length is None else chunk[: reply.length - sent]
                    sent += len(chunk)
            if departure.seen:
                return
            if reply.length is not None and sent < reply.length:
                raise ResponseCutShortError(f"{sent} bytes of the {reply.length} announced")
            await send({"type": "http.response.body", "body": b""})
        except Exception as error:
            error.add_note(f"while streaming {environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
            raise
        finally:
            self._pool.submit(reply.end, reply.worker)

    def _discard(self, reply: Reply) -> None:
        """Close a reply that came when its request had been given up."""
        if reply.chunks is not None:
            self._pool.submit(reply.end, reply.worker)


async def _send_start(send: Send, reply: Reply) -> None:
    await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})


async def _refuse(send: Send, environ: Environ, status: int, sentence: Callable[[], str], *more: Header) -> None:
    """Answer with one plain sentence, in the language the client asks for."""
    with translation.override(translation.get_language_from_request(WSGIRequest(environ))):
        body = sentence().encode()
    headers = [(b"Content-Type", b"text/plain; charset=utf-8"), (b"Content-Length", b"%d" % len(body)), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if environ["REQUEST_METHOD"] == "HEAD" else body})


def _may_have_body(scope: Scope, environ: Environ) -> bool:
    # RFC 9112, section 6.3; HTTP/2 frames its bodies, and announces nothing.
    return (
        "CONTENT_LENGTH" in environ
        or scope["http_version"].startswith("2")
        or any(name == b"transfer-encoding" for name, _value in scope["headers"])
    )


def _too_large(limit: int) -> str:
    return _("What you sent is too large: the limit is %(size)s MB. Nothing was kept. Send a smaller file.") % {
        "size": limit // (1024 * 1024)
    }


def _too_busy() -> str:
    return _("Too many requests are waiting. Nothing was lost. Wait a few seconds, then try again.")


def _failed() -> str:
    return _(
        "The page could not be made, and the error is recorded. Try again. "
        "If it happens again, tell the people who run this site."
    )


async def _live(receive: Receive, send: Send) -> None:
    """Nothing to start, as the threads start with the first request, and nothing to stop."""
    while (await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
