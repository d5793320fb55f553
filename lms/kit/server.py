"""Daphne with four seams closed, so that one upload, one slow download or one error cannot harm the others.

Use it in place of `python -m daphne`: `python -m lms.kit.server -p 8000 lms.asgi:application`. What it mends:

- Daphne queues the whole request body in memory; here it stays in Twisted's own temporary file and is read as the
  application asks for it. Past the limit it is not even written to disk, only counted.
- Daphne's `send` returns at once, and Twisted keeps in memory what the client has not taken; here it waits.
- In Daphne an application that fails after its headers leaves the client waiting, and ends the loop that cleans up
  after requests; here its connection is cut, so the client knows that the answer is not whole.
- The same waiting holds for sockets, so that a client which does not keep up is noticed by whoever sends; a frame of
  more than 64 KB is refused with 1009, and whoever is hung up on over a slow network still hears why.
"""

import asyncio
from functools import lru_cache, partial
from io import BytesIO
from typing import Any, BinaryIO

from autobahn.websocket import protocol as autobahn_protocol
from daphne.cli import CommandLineInterface
from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server as Daphne
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

from lms.kit.bridge import Message, Receive, body_limit
from lms.kit.reply import BLOCK

# Autobahn makes a text of all its options for each connection, for a debug line that nobody asked for: a twentieth of
# what it takes to let somebody in.
vars(autobahn_protocol)["pformat"] = lambda options: options

SEND_TIMEOUT = 300
"""Seconds a client may take to accept 64 KB before it is taken for gone; a paused video asks again by Range."""
HANDSHAKE_TIMEOUT = 30
"""Seconds a socket may wait to be let in: after a restart a thousand come back at once."""
CLOSING = 10
"""Seconds a client has to answer that she is hung up on: cut before, she might never hear why."""
LONGEST_FRAME = 65_536
"""Bytes of one WebSocket message."""


class Valve:
    """Twisted's IPushProducer: closed while the client has more than 64 KB still to take."""

    def __init__(self) -> None:
        self._closed: asyncio.Event | None = None  # most valves never close

    @property
    def is_open(self) -> bool:
        return self._closed is None

    async def wait(self) -> None:
        if self._closed is not None:
            await self._closed.wait()

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's name
        if self._closed is None:
            self._closed = asyncio.Event()

    def resumeProducing(self) -> None:  # noqa: N802 - Twisted's name
        if self._closed is not None:
            self._closed.set()
            self._closed = None

    def stopProducing(self) -> None:  # noqa: N802 - Twisted's name
        """The connection is lost: nobody need wait any more."""
        self.resumeProducing()


class Request(WebRequest):
    """One HTTP request: counts what comes in, and tells when what goes out has been taken."""

    content: BinaryIO  # set by Twisted

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.valve: Valve | None = None
        self._taken = 0

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        # One byte over the limit is kept: by it the application sees that the body is too large.
        room = self.server.max_body + 1 - self._taken
        self._taken += len(data)
        if room > 0:
            super().handleContentChunk(data[:room])

    def take_body_file(self) -> BinaryIO | None:
        """The temporary file of a large body, given away: Daphne will find, and queue, an empty body instead."""
        if isinstance(self.content, BytesIO):
            return None
        body, self.content = self.content, BytesIO()
        return body

    def watch(self) -> None:
        """More chunks will follow this one: from now on Twisted says when the client does not keep up."""
        if self.valve is None and self.channel is not None:
            self.valve = Valve()
            self.registerProducer(self.valve, True)

    def unwatch(self) -> None:
        if self.valve is not None and self.channel is not None:
            self.unregisterProducer()
        self.valve = None

    async def taken(self) -> None:
        """Wait until the client has taken enough, is gone, or is so slow that its connection is cut."""
        if self.valve is None or self.valve.is_open:
            return
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                await self.valve.wait()
        except TimeoutError:
            if self.channel is not None:
                self.channel.transport.abortConnection()

    def handle_exception(self, exception: Exception) -> None:
        if self._response_started:
            self.unwatch()
            self.loseConnection()
        else:
            super().handle_exception(exception)


class RequestFactory(HTTPFactory):
    """Makes connections whose requests are ours."""

    def buildProtocol(self, addr: object) -> Any:  # noqa: N802 - Twisted's name
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = Request
        return protocol

    def log(self, request: Any) -> None:
        """Nothing: Twisted would make a line of each request for a log of its own. Daphne keeps one."""


class Socket(WebSocketProtocol):
    """One WebSocket: tells when what goes out has been taken."""

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        super().connectionMade()
        self.valve = Valve()
        self.transport.unregisterProducer()  # the HTTP channel that this connection was
        self.transport.registerProducer(self.valve, True)

    def serverSend(self, content: Any, binary: bool = False) -> None:  # noqa: N802 - Daphne's name
        """A text leaves at once when nothing waits before it, in a frame that is made once for everybody who gets it:
        Twisted would ask the system three things for each client, and Autobahn encode the text each time."""
        if self.state in (self.STATE_CLOSING, self.STATE_CLOSED):
            return  # hung up on: nothing more is heard
        if binary or self.state != self.STATE_OPEN or self._perMessageCompress is not None:
            super().serverSend(content, binary)
        elif not self.send_now(content):
            self.transport.write(_frame(content))

    def send_now(self, text: str) -> bool:
        """Hand a text to the system, if nothing waits before it; False when it has to be sent in the ordinary way.

        Applications find it in their scope: who tells a thousand clients the same thing need not wake a task for each.
        """
        transport = self.transport
        if self.state != self.STATE_OPEN or self._perMessageCompress is not None:
            return False
        if not transport.connected or transport.TLS or transport.dataBuffer or transport._tempDataBuffer:
            return False
        frame = _frame(text)
        sent = transport.writeSomeData(frame)
        left = frame[sent:] if isinstance(sent, int) else frame  # a connection that is lost is left to the transport
        if left:
            transport.write(left)
        return True

    def connectionLost(self, reason: object) -> None:  # noqa: N802 - Twisted's name
        self.valve.stopProducing()
        super().connectionLost(reason)


@lru_cache(maxsize=4)
def _frame(text: str) -> bytes:
    """A whole text as a server sends it (RFC 6455, 5.2): final, not masked."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return b"\x81" + bytes([size]) + payload
    length = b"\x7e" + size.to_bytes(2) if size < 65_536 else b"\x7f" + size.to_bytes(8)
    return b"\x81" + length + payload


class Server(Daphne):
    """Daphne with large bodies left on disk, and with `send` waiting for the client."""

    def __init__(self, application: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(partial(_run, application), *args, **kwargs)
        self.max_body = body_limit()
        self.websocket_handshake_timeout = HANDSHAKE_TIMEOUT
        self.websocket_max_message_size = self.websocket_max_frame_size = LONGEST_FRAME

    @property
    def http_factory(self) -> HTTPFactory:
        return self._http_factory

    @http_factory.setter
    def http_factory(self, _daphnes_own: HTTPFactory) -> None:
        # Daphne's run() makes its factory by name and offers no other place to give it ours.
        self._http_factory = RequestFactory(self)

    @property
    def ws_factory(self) -> WebSocketFactory:
        return self._ws_factory

    @ws_factory.setter
    def ws_factory(self, factory: WebSocketFactory) -> None:
        factory.protocol = Socket
        # A client that did wrong is told which (1009), not just dropped.
        factory.setProtocolOptions(failByDrop=False, closeHandshakeTimeout=CLOSING)
        self._ws_factory = factory

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if scope["type"] != "http":
            scope["send_now"] = protocol.send_now
            return super().create_application(protocol, scope)
        scope["body_file"] = protocol.take_body_file()
        queue = super().create_application(protocol, scope)
        # A request refused at once is over: Daphne must not look in it for a body.
        return None if protocol.finished else queue

    async def handle_reply(self, protocol: Any, message: Message) -> None:
        if message["type"] == "websocket.send":
            connection = self.connections.get(protocol)
            if connection is not None and not connection.get("disconnected"):
                protocol.handle_reply(message)
                await protocol.valve.wait()
        elif message["type"] != "http.response.body":
            await super().handle_reply(protocol, message)
        elif message.get("more_body"):
            protocol.watch()
            await super().handle_reply(protocol, message)
            await protocol.taken()
        else:
            protocol.unwatch()
            await super().handle_reply(protocol, message)


def _run(application: Any, *, scope: dict[str, Any], receive: Receive, send: Any) -> asyncio.Task[None]:
    """Run the application, from here on and at once: to wait a turn of the loop would be to wait for a thread."""
    file: BinaryIO | None = scope.pop("body_file", None)
    if file is None:
        answering = application(scope, receive, send)
    else:
        answering = _with_body_from_file(application, file, scope, receive, send)
    return asyncio.Task(answering, loop=asyncio.get_running_loop(), eager_start=True)


async def _with_body_from_file(
    application: Any, file: BinaryIO, scope: dict[str, Any], receive: Receive, send: Any
) -> None:
    """A body that lies in a file is read from it, block by block, when it is asked for."""
    unread = True

    async def receive_body() -> Message:
        nonlocal unread
        if not unread:
            return await receive()
        block = file.read(BLOCK)
        unread = len(block) == BLOCK
        if unread:
            await asyncio.sleep(0)  # others are served between two blocks
        else:
            await receive()  # the empty body that Daphne queued
        return {"type": "http.request", "body": block, "more_body": unread}

    with file:
        file.seek(0)
        await application(scope, receive_body, send)


class CommandLine(CommandLineInterface):
    """Daphne's own command line, which starts our server."""

    server_class = Server


if __name__ == "__main__":
    CommandLine.entrypoint()
