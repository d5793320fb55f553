"""Janus, the server that carries one person's sound and picture to hundreds: reached by this process alone.

One WebSocket and one session for each event loop, opened by whoever first holds it and closed with the last one. It
comes back by itself after an accident. One handle carries one PeerConnection; when its handle is detached, its media
stops. Rooms need the admin key to be made, a pin to be joined and a secret to be ruled: no browser knows any of them.
"""

import asyncio
import json
import logging
import random
import secrets
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

log = logging.getLogger(__name__)

PLUGIN = "janus.plugin.videoroom"
PATIENCE = 8.0
"""Seconds Janus may take to answer."""
KEEP = 10.0
"""Seconds between two signs of life; Janus forgets a session after 60."""
FIRST, LONGEST = 0.5, 15.0
"""Seconds, at random up to that, before it is called again."""
PUBLISHERS = 10
"""Senders a room takes: those on stage, and those whose old call is still being cleared away."""
BITRATE = 1_500_000
"""Bits a second of one sender's picture, at most: enough for a screen to be read."""

EXISTS, NO_ROOM, NO_FEED, ID_TAKEN = 427, 426, 428, 436
"""Janus's own numbers for what a caller may mend."""

type Message = dict[str, Any]
type Candidate = dict[str, Any]


def _quiet(kind: str, message: Message) -> None:
    """What Janus says by itself is not listened to."""


class JanusError(Exception):
    """Janus refused: `code` is its own number, 0 where it gave none."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"Janus refused ({code}): {reason}")
        self.code = code


class JanusAway(JanusError):
    """Janus does not answer: stopped, unreachable, or too slow."""

    def __init__(self, reason: str) -> None:
        super().__init__(0, reason)


@dataclass(frozen=True, slots=True)
class Room:
    """A room by its public name; `pin` opens it, the secret that rules it is ours alone."""

    name: str
    pin: str

    @property
    def secret(self) -> str:
        return salted_hmac("lms.kit.live.janus.room", self.name, algorithm="sha256").hexdigest()


class Handle:
    """One PeerConnection's end in Janus. `on_event(kind, message)` hears what Janus says by itself; it may not block.

    Kinds: `event` (the room's own word), `webrtcup`, `hangup`, `slowlink`, `media`, `lost` (Janus itself is gone).
    """

    def __init__(self, janus: "Janus", number: int, on_event: Callable[[str, Message], None]) -> None:
        self._janus, self.number, self._on_event = janus, number, on_event
        self.is_attached = True

    async def ask(self, body: Message, sdp: tuple[str, str] | None = None) -> Message:
        """Send a request to the room, with an SDP (type, text); what the room answers, the SDP under `jsep`.

        Raises:
            JanusError: the room refused, or Janus is away.
        """
        message: Message = {"janus": "message", "handle_id": self.number, "body": body}
        if sdp:
            message["jsep"] = {"type": sdp[0], "sdp": sdp[1]}
        answer = await self._janus.ask(message, until_event=True)
        data: Message = answer.get("plugindata", {}).get("data", {})
        if "error_code" in data:
            raise JanusError(data["error_code"], data.get("error", ""))
        return data | ({"jsep": answer["jsep"]} if "jsep" in answer else {})

    async def trickle(self, candidate: Candidate | None) -> None:
        """One of the browser's addresses; None after the last one."""
        found = candidate or {"completed": True}
        await self._janus.ask({"janus": "trickle", "handle_id": self.number, "candidate": found})

    async def start(self, sdp: str) -> None:
        """The browser's answer to the offer of `subscribe`."""
        await self.ask({"request": "start"}, ("answer", sdp))

    async def receive(self, mids: list[str], wanted: bool) -> None:
        """Let these lines flow, or pause them: nothing is sent for a paused one."""
        await self.ask({"request": "configure", "streams": [{"mid": mid, "send": wanted} for mid in mids]})

    async def detach(self) -> None:
        """End the call. Never raises: what is gone is gone."""
        if self.is_attached:
            self.is_attached = False
            with suppress(JanusError):
                await self._janus.detach(self.number)

    def hear(self, kind: str, message: Message) -> None:
        if kind in ("lost", "detached"):
            self.is_attached = False
        try:
            self._on_event(kind, message)
        except Exception:
            log.exception("what Janus said of a call was not understood")


@dataclass(slots=True)
class _Question:
    answered: asyncio.Future[Message]
    until_event: bool


@dataclass(eq=False, slots=True)
class Watcher:
    """Somebody in this process who needs Janus; `told(is_up)` hears when it goes away and when it is back."""

    told: Callable[[bool], None] = field(default=lambda is_up: None)


class Janus:
    """The connection of one event loop. `hold` it as long as it is needed."""

    def __init__(self) -> None:
        self.is_up = False
        self._watchers: set[Watcher] = set()
        self._handles: dict[int, Handle] = {}
        self._questions: dict[str, _Question] = {}
        self._socket: ClientConnection | None = None
        self._session = 0
        self._living: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()

    # --- Its life -----------------------------------------------------------------------------------------------------

    def hold(self, watcher: Watcher) -> None:
        self._watchers.add(watcher)
        if self._living is None:
            self._tried.clear()
            self._living = asyncio.create_task(self._live(self._ending))

    async def release(self, watcher: Watcher) -> None:
        self._watchers.discard(watcher)
        if not self._watchers and self._living is not None:
            self._ending, self._living = self._living, None
            self._ending.cancel()
            await asyncio.wait({self._ending})

    async def ready(self, patience: float = PATIENCE) -> bool:
        """Whether Janus answers; waits for the first try, not longer than `patience` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._tried.wait()
        return self.is_up

    async def _live(self, after: asyncio.Task[None] | None) -> None:
        if after is not None:
            await asyncio.wait({after})
        failures = 0
        while True:
            try:
                await self._one_connection()
            except (OSError, ValueError, WebSocketException, JanusError) as error:
                log.warning("Janus does not answer: %s", error)
            finally:
                was_up = self._lose_all()
            self._tried.set()
            failures = 0 if was_up else failures + 1
            await asyncio.sleep(random.uniform(0.1, min(LONGEST, FIRST * 2**failures)))  # noqa: S311 - no secret

    async def _one_connection(self) -> None:
        """From the call to the accident."""
        protocol = [Subprotocol("janus-protocol")]
        async with connect(
            settings.JANUS_URL, subprotocols=protocol, open_timeout=PATIENCE, proxy=None, max_size=2**20
        ) as socket:
            self._socket = socket
            reading = asyncio.create_task(self._read(socket))
            try:
                made = await self.ask({"janus": "create"}, in_session=False)
                self._session = made["data"]["id"]
                self._change(is_up=True)
                while not reading.done():
                    await asyncio.wait({reading}, timeout=KEEP)
                    if not reading.done():
                        await self.ask({"janus": "keepalive"})
                await reading
            finally:
                reading.cancel()
                with suppress(asyncio.CancelledError, WebSocketException):
                    await reading

    def _lose_all(self) -> bool:
        """Janus is gone: everybody who waits is told. Returns whether it had been there."""
        was_up, self._socket, self._session = self.is_up, None, 0
        questions, self._questions = self._questions, {}
        for question in questions.values():
            if not question.answered.done():
                question.answered.set_exception(JanusAway("the connection was lost"))
        handles, self._handles = self._handles, {}
        for handle in handles.values():
            handle.hear("lost", {})
        if was_up:
            self._change(is_up=False)
        return was_up

    def _change(self, *, is_up: bool) -> None:
        self.is_up = is_up
        self._tried.set()
        for watcher in list(self._watchers):
            try:
                watcher.told(is_up)
            except Exception:
                log.exception("somebody could not be told that Janus is %s", "back" if is_up else "away")

    # --- Asking and hearing -------------------------------------------------------------------------------------------

    async def ask(self, message: Message, *, until_event: bool = False, in_session: bool = True) -> Message:
        """Send one message and wait for its answer; `until_event`: an acknowledgement is not yet one.

        Raises:
            JanusError: refused, or (JanusAway) not answered.
        """
        if self._socket is None or (in_session and not self._session):
            raise JanusAway("there is no connection")
        transaction = secrets.token_hex(8)
        whole = message | {"transaction": transaction, "apisecret": settings.JANUS_SECRET}
        if in_session:
            whole["session_id"] = self._session
        question = _Question(asyncio.get_running_loop().create_future(), until_event)
        self._questions[transaction] = question
        try:
            async with asyncio.timeout(PATIENCE):
                await self._socket.send(json.dumps(whole))
                return await question.answered
        except TimeoutError as error:
            raise JanusAway(f"no answer to {message['janus']} within {PATIENCE:g} seconds") from error
        except WebSocketException as error:
            raise JanusAway("the connection was lost") from error
        finally:
            self._questions.pop(transaction, None)

    async def _read(self, socket: ClientConnection) -> None:
        async for text in socket:
            self._hear(json.loads(text))

    def _hear(self, message: Message) -> None:
        kind = message.get("janus", "")
        question = self._questions.get(message.get("transaction", ""))
        if question is not None and not (question.until_event and kind == "ack"):
            if question.answered.done():
                return
            if kind == "error":
                error = message.get("error", {})
                question.answered.set_exception(JanusError(error.get("code", 0), error.get("reason", "")))
            else:
                question.answered.set_result(message)
        elif kind == "timeout":
            self._session = 0  # it forgot us: the next sign of life finds nobody, and the call is made anew
        elif handle := self._handles.get(message.get("sender", 0)):
            handle.hear(kind, message)

    # --- Handles and rooms --------------------------------------------------------------------------------------------

    async def attach(self, on_event: Callable[[str, Message], None] = _quiet) -> Handle:
        made = await self.ask({"janus": "attach", "plugin": PLUGIN})
        handle = Handle(self, made["data"]["id"], on_event)
        self._handles[handle.number] = handle
        return handle

    async def detach(self, number: int) -> None:
        self._handles.pop(number, None)
        await self.ask({"janus": "detach", "handle_id": number})

    async def publish(
        self, room: Room, feed: str, sdp: str, lines: list[Message], on_event: Callable[[str, Message], None] = _quiet
    ) -> tuple[Handle, str]:
        """Send into a room as `feed`: the handle, and the SDP that answers. An older call of that feed is ended first.

        `lines`: `{"mid": …, "description": …}` of each one, told to whoever receives it.
        """
        join = {
            "request": "joinandconfigure", "ptype": "publisher", "room": room.name, "pin": room.pin, "id": feed,
            "display": feed, "descriptions": lines,
        }  # fmt: skip
        try:
            handle, answer = await self._call(join, ("offer", sdp), on_event)
        except JanusError as error:
            if error.code != ID_TAKEN:
                raise
            await self.kick(room, feed)
            handle, answer = await self._call(join, ("offer", sdp), on_event)
        return handle, _sdp_of(answer)

    async def subscribe(
        self, room: Room, feed: str, on_event: Callable[[str, Message], None] = _quiet
    ) -> tuple[Handle, str, list[Message]]:
        """Receive a feed: the handle, the SDP offered, and its lines (`mid`, `type`, `feed_description`).

        A feed is there once its sender's handle has heard `webrtcup`; before, Janus knows no such feed (428).
        """
        join = {"request": "join", "ptype": "subscriber", "room": room.name, "pin": room.pin}
        handle, answer = await self._call(join | {"streams": [{"feed": feed}]}, None, on_event)
        return handle, _sdp_of(answer), answer.get("streams", [])

    async def _call(
        self, body: Message, sdp: tuple[str, str] | None, on_event: Callable[[str, Message], None]
    ) -> tuple[Handle, Message]:
        """A handle that has joined a room, and what the room said to it."""
        handle = await self.attach(on_event)
        try:
            return handle, await handle.ask(body, sdp)
        except BaseException:
            await handle.detach()
            raise

    async def make_room(self, room: Room, *, folder: str = "") -> None:
        """Make a room, unless it is there; `folder` is where its recordings will be written."""
        body: Message = {
            "request": "create", "admin_key": settings.JANUS_ADMIN_KEY, "room": room.name, "pin": room.pin,
            "secret": room.secret, "is_private": True, "publishers": PUBLISHERS, "bitrate": BITRATE, "fir_freq": 10,
            "audiocodec": "opus", "videocodec": "vp8", "lock_record": True, "notify_joining": False,
        }  # fmt: skip
        if folder:
            body["rec_dir"] = folder
        try:
            await self.rule(body)
        except JanusError as error:
            if error.code != EXISTS:
                raise

    async def end_room(self, room: Room) -> None:
        """Everybody in it is cut off. A room that is not there is ended."""
        await self._rule_over(room, {"request": "destroy"})

    async def kick(self, room: Room, feed: str) -> None:
        """End a sender's call, whichever process holds it."""
        await self._rule_over(room, {"request": "kick", "id": feed})

    async def mute(self, room: Room, feed: str, mid: str, muted: bool) -> None:
        """Stop (or let through) one line of a sender, whatever her browser sends."""
        await self._rule_over(room, {"request": "moderate", "id": feed, "mid": mid, "mute": muted})

    async def set_recording(self, room: Room, on: bool, folder: str = "") -> None:
        """Record every sender of a room into `folder` (which Janus's own account can write), or stop.

        Files are `videoroom-<room>-user-<feed>-<µs>-<audio|video>-<line>.mjr`, `.mjr.tmp` until they are closed.
        """
        if on:
            await self.make_room(room, folder=folder)
            await self._rule_over(room, {"request": "edit", "new_rec_dir": folder})
        await self._rule_over(room, {"request": "enable_recording", "record": on})

    async def senders(self, room: Room) -> list[str]:
        """The feeds of a room, whether or not their first packet has come."""
        try:
            told = await self._rule_over(room, {"request": "listparticipants"})
        except JanusError as error:
            if error.code == NO_ROOM:
                return []
            raise
        return [one["id"] for one in told.get("participants", [])]

    async def rule(self, body: Message) -> Message:
        """One request about a room, by a handle of its own."""
        handle = await self.attach()
        try:
            return await handle.ask(body)
        finally:
            await handle.detach()

    async def _rule_over(self, room: Room, body: Message) -> Message:
        try:
            return await self.rule(body | {"room": room.name, "secret": room.secret})
        except JanusError as error:
            is_an_end = body["request"] in ("destroy", "kick") or body.get("record") is False
            if error.code in (NO_ROOM, NO_FEED) and is_an_end:
                return {}
            raise


def _sdp_of(answer: Message) -> str:
    sdp = answer.get("jsep", {}).get("sdp")
    if not isinstance(sdp, str):
        raise JanusError(0, "it answered without a description of the call")
    return sdp


_connections: dict[asyncio.AbstractEventLoop, Janus] = {}
_guard = threading.Lock()


def here() -> Janus:
    """The connection of the running loop, made when it is first asked for; it lives while somebody holds it."""
    loop = asyncio.get_running_loop()
    with _guard:
        janus = _connections.get(loop)
        if janus is None:
            for ended in [other for other in _connections if other.is_closed()]:
                del _connections[ended]
            janus = _connections[loop] = Janus()
        return janus


@asynccontextmanager
async def held() -> AsyncIterator[Janus]:
    """Janus for a few requests. Raises JanusAway where it does not answer."""
    janus, watcher = here(), Watcher()
    janus.hold(watcher)
    try:
        if not await janus.ready():
            raise JanusAway("it cannot be reached")
        yield janus
    finally:
        await janus.release(watcher)
