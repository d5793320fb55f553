"""The socket of one person in one group: let in by a rule, told in order, closed when her rights change."""

import asyncio
import logging
import re
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, ClassVar

from channels.db import database_sync_to_async

from .buckets import Bucket
from .doors import RIGHTS_CHANGED, is_unchanged, person_behind, rights_group
from .envelopes import encode
from .hubs import Hub
from .lines import Line
from .messages import Refused, Spec, parse, receives, specs_of, whole
from .publishing import send_passing
from .switchboard import here

log = logging.getLogger(__name__)

LONGEST = 65_536
"""Bytes of a frame."""
TOO_LONG, TOO_OFTEN, FAILED = 1009, 4429, 1011
CLOSED_BY_RIGHTS = RIGHTS_CHANGED

type Message = dict[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]


class LiveConsumer:
    """Base of every socket. A subclass says who comes in (`admits`), to which group (`group`), and what she finds
    (`hello`, `snapshot`); it answers messages with methods marked by `receives`.

    `admits`, `group`, `also`, `hello` and `snapshot` run in a database thread and may query. A message that is unknown,
    broken, too long or too frequent is refused in one line to its sender; too many of those close the socket (4429).
    """

    specs: ClassVar[dict[str, Spec]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.specs = specs_of(cls)

    def __init__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        self.scope = scope
        self.kwargs: dict[str, Any] = scope.get("url_route", {}).get("kwargs", {})
        self.person: Any = None
        self.client_id = ""  # of one device of this person, the same when it comes back
        self.connection = uuid.uuid4().hex  # of this socket alone
        self._receive, self._send = receive, send
        self._waiting: asyncio.Task[Any] | None = None  # for her next message
        self._is_hung_up = False
        self._buckets: dict[str, Bucket] = {}  # of the kinds she has sent: most say little
        self._patience = Bucket(20, 1.0)

    # --- What a subclass says -----------------------------------------------------------------------------------------

    def admits(self, person: Any) -> bool:
        """Whether `person` may be here now: the same rule as the page's. Asked at the door, and again by the rounds."""
        raise NotImplementedError

    def group(self) -> str:
        """The group to listen to, from the publishing app's own function; asked once `admits` has said yes."""
        raise NotImplementedError

    def also(self) -> list[str]:
        """Further groups to listen to. Their numbers are not one series: she resumes by a snapshot alone."""
        return []

    def hello(self) -> dict[str, Any]:
        """What the first message says beside `client` and `seq`."""
        return {}

    def snapshot(self) -> dict[str, Any]:
        """Everything a client needs that cannot resume; what it then hears again must do no harm."""
        return {}

    async def entered(self) -> None:
        """She is in, and has been greeted."""

    async def left(self) -> None:
        """She is gone, however it happened; called only after `entered`."""

    # --- What a subclass uses -----------------------------------------------------------------------------------------

    def tell(self, event: dict[str, Any]) -> None:
        """To this client alone."""
        self.line.put(encode(event))

    async def tell_all(self, event: dict[str, Any], *, to: str = "") -> None:
        """Something passing to the whole group, or to one client of it by its id."""
        await send_passing(self.hub.group, event, to=to)

    @receives("resume", burst=3, every=2.0, since=whole(0, 2**53))
    async def resume(self, since: int) -> None:
        """What was missed since event `since`, or a snapshot where that is too long ago (0: always)."""
        missed = self.hub.since(since) if since and not self._also else None
        if missed is None:
            number, snapshot = await database_sync_to_async(self._snapshot)()
            # What was said while it was being read follows it, so that it never undoes what is newer.
            missed = [snapshot, *self.hub.after(number)]
        for text in missed:
            self.line.put(text)

    @receives("ping", burst=10, every=1.0)
    async def ping(self) -> None:
        self.tell({"type": "pong"})

    # --- The life of a socket -----------------------------------------------------------------------------------------

    @classmethod
    def as_asgi(cls) -> Any:
        async def run(scope: dict[str, Any], receive: Receive, send: Send) -> None:
            await cls(scope, receive, send).run()

        application: Any = run
        application.consumer_class = cls  # so that a route tells what can be said to it
        return application

    async def run(self) -> None:
        await self._receive()  # websocket.connect
        self.line = Line(self._write, self._hang_up, send_now=self.scope.get("send_now"))
        try:
            if await self._may_enter():
                await self._stay()
            else:
                await self._send({"type": "websocket.close", "code": RIGHTS_CHANGED})  # 403 of the handshake
        finally:
            await self.line.stop()

    async def _may_enter(self) -> bool:
        person = await database_sync_to_async(person_behind)(self.scope)
        if person is None:
            return False
        # First the ear, then the question: rights that change in between are heard.
        self._rights = await here().enter(rights_group(person.pk), self.line)
        is_admitted = False
        try:
            is_admitted = await database_sync_to_async(self._is_admitted)(person)
        finally:
            if not is_admitted:
                await here().leave(self._rights.group, self.line)
        if not is_admitted:
            return False
        self.client_id = self.line.name = f"{self.person.public_id}.{self._device()}"
        return self.line.is_open

    async def _stay(self) -> None:
        group = self._group
        entered = False
        try:
            self.hub: Hub = await here().enter(group, self.line)
            for other in self._also:
                await here().enter(other, self.line)
            await self._send({"type": "websocket.accept"})
            here().rounds.add(self)
            # Nothing overtakes the greeting, at which she asks for what she missed: an event heard before it would be
            # taken for the last one she knows.
            self.line.start(await database_sync_to_async(self._hello)())
            await self.entered()
            entered = True
            await self._listen()
        finally:
            here().rounds.remove(self)
            for heard in (group, *self._also, self._rights.group):
                await here().leave(heard, self.line)
            if entered:
                await self.left()

    async def _listen(self) -> None:
        while (message := await self._next_message()) is not None:
            try:
                if self.line.is_open:  # else she is being hung up on, which ends this
                    await self._answer(message.get("text"))
            except Refused as refused:
                self._refuse(refused)
            except Exception:
                # Our own mistake: logged, told to this client, and the room goes on.
                log.exception("a message to %s failed", type(self).__name__)
                self._refuse(Refused("failed"))

    async def _next_message(self) -> dict[str, Any] | None:
        """None: she has gone, or we have hung up, which waits for no answer of hers.

        Hanging up interrupts only this waiting, never the answer to a message: a thread cannot be interrupted, and
        whoever is cancelled while one runs for her may be left with the executor of an `async_to_sync` that is over.
        """
        if self._is_hung_up:
            return None
        self._waiting = asyncio.current_task()
        try:
            message = await self._receive()
        except asyncio.CancelledError:
            if self._waiting is None or not self._is_hung_up:
                raise
            self._waiting.uncancel()
            return None
        finally:
            self._waiting = None
        return message if message["type"] == "websocket.receive" else None

    async def _answer(self, text: str | None) -> None:
        if text is None:
            raise Refused("malformed")  # bytes: nothing here speaks them
        size = len(text.encode(errors="surrogatepass"))
        if size > LONGEST:
            self.line.end(TOO_LONG)
            return
        message = parse(text)
        spec = self.specs.get(message["type"])
        if spec is None:
            raise Refused("unknown")
        try:
            if size > spec.size:
                raise Refused("too-long")
            if spec.kind not in self._buckets:
                self._buckets[spec.kind] = Bucket(spec.burst, spec.every)
            if not self._buckets[spec.kind].take():
                raise Refused("too-often")
            await spec.handler(self, **spec.clean(message))
        except Refused as refused:
            refused.details["of"] = spec.kind
            raise

    def _refuse(self, refused: Refused) -> None:
        self.tell({"type": "refused", "code": refused.code, **refused.details})
        if not self._patience.take():
            self.line.end(TOO_OFTEN)

    def _is_admitted(self, person: Any) -> bool:
        if not is_unchanged(person) or not self.admits(person):
            return False
        self.person = person
        self._group, self._also = self.group(), self.also()
        return True

    async def may_stay(self) -> bool:
        return bool(await database_sync_to_async(self._is_still_admitted)())

    def _is_still_admitted(self) -> bool:
        person: Any = person_behind(self.scope)
        return person is not None and self.admits(person)

    def put_out(self) -> None:
        self.line.end(RIGHTS_CHANGED)

    def _device(self) -> str:
        """What this tab calls itself (`?device=`, so that it is known again when it reconnects), or a random word. It
        stands behind the person's own id: nobody can call herself somebody else."""
        asked = re.search(rb"(?:^|&)device=([0-9a-z]{8,32})(?:&|$)", self.scope.get("query_string", b""))
        return asked[1].decode() if asked else uuid.uuid4().hex

    def _hello(self) -> str:
        return encode({"type": "hello", "client": self.client_id, "seq": self.hub.number(), **self.hello()})

    def _snapshot(self) -> tuple[int, str]:
        number = self.hub.number()  # before the reading: what is published meanwhile comes after it
        return number, encode({"type": "snapshot", "seq": number, **self.snapshot()})

    async def _write(self, text: str) -> None:
        await self._send({"type": "websocket.send", "text": text})

    async def _hang_up(self, code: int) -> None:
        with suppress(Exception):  # it may be gone already
            await self._send({"type": "websocket.close", "code": code})
        self._is_hung_up = True
        if self._waiting is not None:
            self._waiting.cancel()


class Nowhere(LiveConsumer):
    """Where there is no socket: refused like one that is not for you."""

    def admits(self, person: Any) -> bool:
        return False
