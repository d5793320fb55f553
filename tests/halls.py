"""The people of one socket's route, connected all at once, and what each of them hears of one message.

A test drives them from its own thread: between two messages it may write rows and read them.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from django.test import Client

from lms.accounts.models import User
from lms.kit.live.doors import rights_group
from lms.kit.live.publishing import send_passing
from tests.sockets import SocketClient
from tests.world import client_for

type Event = dict[str, Any]

PATIENCE = 30
"""Seconds in which an answer comes on a busy machine."""
# What is told a little later than its message is answered.
_LATER = ("Coalesced._later", "StageMixin._later.<locals>.do")


@dataclass(frozen=True, slots=True)
class Insider:
    """Somebody in a room, by one device; `place` is what her messages are about."""

    person: User
    path: str
    place: Any
    device: str

    @property
    def client_id(self) -> str:
        return f"{self.person.public_id}.{self.device}"


type Fields = dict[str, Any]
type Make = Callable[[Insider], Fields]
"""Writes the rows that a message speaks of, where there are any, and gives its fields."""


@dataclass(slots=True)
class Cast:
    """Who comes to the sockets of one route, and what is said there.

    `inside`: by role, connected together. `apart`: in another room of another partner; nothing reaches her. `outside`:
    by role, who is not let in to `path`; None is a stranger. `messages`: by name, whose first word is the type.
    """

    path: str
    inside: dict[str, Insider]
    messages: dict[str, Make]
    apart: Insider
    outside: dict[str, User | None]
    gone: list[str] = field(default_factory=list)
    """Ids of rows that were there once."""
    make_ready: Callable[[], None] = lambda: None
    """Undoes what messages did to the room."""
    said_before: Callable[[], list[tuple[str, str, Fields]]] = list
    """(role, type, fields) of what has to be said again for the room to be as it was."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one message: the sender's answers, and what each of the others heard, by role."""

    sender: str
    own: list[Event]
    others: dict[str, list[Event]]

    @property
    def refusals(self) -> list[Event]:
        return [event for event in self.own if event["type"] == "refused"]

    @property
    def outcome(self) -> str:
        return " ".join(event["code"] for event in self.refusals) or "ok"

    @property
    def closed(self) -> dict[str, int]:
        """By role: the code that a socket was hung up with."""
        return {
            role: event["code"]
            for role, events in {self.sender: self.own, **self.others}.items()
            for event in events
            if event["type"] == "closed"
        }


def frame_of(name: str, fields: Fields) -> str:
    return json.dumps({"type": name.partition(" ")[0], **fields})


def insider(person: User, path: str, place: Any, role: str) -> Insider:
    return Insider(person, path, place, role.replace("_", "").ljust(8, "0"))


class Hall:
    """The sockets of a cast. One that was closed is opened again before the next message."""

    APART = "apart"

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self._runner = asyncio.Runner()
        self._people = cast.inside | {self.APART: cast.apart}
        self._clients = {role: client_for(one.person) for role, one in self._people.items()}
        self._sockets: dict[str, SocketClient] = {}
        self._number = 0

    def __enter__(self) -> Self:
        self.make_ready()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None):
        try:
            self._runner.run(self._leave())
        finally:
            self._runner.close()

    def make_ready(self) -> None:
        """The room as the table wants it, and everybody in it."""
        self.cast.make_ready()
        self._runner.run(self._enter())
        for role, kind, fields in self.cast.said_before():
            found = self.send(role, frame_of(kind, fields))
            assert found.outcome == "ok", (role, kind, found)

    def send(self, role: str, frame: str | bytes) -> Heard:
        """Somebody says something; everything that comes of it, by the time that everybody has heard it."""
        return self._runner.run(self._send(role, frame))

    def knock(self, client: Client, frames: list[str]) -> tuple[bool, Heard]:
        """Whether somebody is let in, and what is heard of her, who does not wait for the answer before she speaks."""
        return self._runner.run(self._knock(client, frames))

    def flood(self, role: str, frame: str | bytes, most: int) -> Heard:
        """Somebody says the same again and again, without waiting, until she is cut off; at most so many times."""
        return self._runner.run(self._flood(role, frame, most))

    # --- In the event loop --------------------------------------------------------------------------------------------

    async def _enter(self) -> None:
        entering = [role for role in self._people if role not in self._sockets]
        for role in entering:
            one = self._people[role]
            socket = SocketClient(self._clients[role], f"{one.path}?device={one.device}")
            assert await socket.is_let_in(), role
            assert (await socket.hears("hello"))["client"] == one.client_id
            await socket.says("ping")
            await socket.hears("pong")  # whoever is answered has wholly come in
            self._sockets[role] = socket
        if entering:
            await self._settle({})

    async def _leave(self) -> None:
        for socket in self._sockets.values():
            await socket.disconnect(timeout=PATIENCE)

    async def _knock(self, client: Client, frames: list[str]) -> tuple[bool, Heard]:
        socket = SocketClient(client, self.cast.path)
        knocking = asyncio.ensure_future(socket.is_let_in())
        await asyncio.sleep(0)
        for frame in frames:
            await _say(socket, frame)
        let_in = await knocking
        await socket.disconnect(timeout=PATIENCE)
        heard: dict[str, list[Event]] = {}
        await self._settle(heard)
        return let_in, Heard("", [], heard)

    async def _send(self, role: str, frame: str | bytes) -> Heard:
        heard: dict[str, list[Event]] = {role: [] for role in self._sockets}
        sender = self._sockets[role]
        await _say(sender, frame)
        # What follows it is answered after it; a good ping is itself answered so.
        await sender.says("ping")
        pongs = 2 if _is_ping(frame) else 1
        while pongs and role in self._sockets:
            for event in await self._next(role):
                heard[role].append(event)
                pongs -= event["type"] == "pong"
        if heard[role][-1]["type"] == "pong":
            heard[role].pop()
        await self._settle(heard)
        return Heard(role, heard.pop(role), heard)

    async def _flood(self, role: str, frame: str | bytes, most: int) -> Heard:
        heard: dict[str, list[Event]] = {role: [] for role in self._sockets}
        sender, said = self._sockets[role], 0
        while role in self._sockets and said < most:
            for _again in range(min(25, most - said)):
                await _say(sender, frame)
                said += 1
            while not (sender.input_queue.empty() or sender.future.done()):
                await asyncio.sleep(0)
            await self._settle(heard)
        return Heard(role, heard.pop(role), heard)

    async def _settle(self, heard: dict[str, list[Event]]) -> None:
        """Wait until nothing is on its way any more: each person is told a number of her own, behind all the rest."""
        while later := [task for task in asyncio.all_tasks() if getattr(task.get_coro(), "__qualname__", "") in _LATER]:
            await asyncio.wait(later, timeout=PATIENCE)
        self._number += 1
        for person in {one.person.pk for one in self._people.values()}:
            await send_passing(rights_group(person), {"type": "that-is-all", "n": self._number})
        last = {"type": "that-is-all", "n": self._number}
        for role in list(self._sockets):
            while role in self._sockets:
                events = await self._next(role)
                if events == [last]:
                    break
                heard.setdefault(role, []).extend(events)

    async def _next(self, role: str) -> list[Event]:
        """The next thing somebody hears; a close is heard as `closed`, and is the last."""
        output = await self._sockets[role].receive_output(timeout=PATIENCE)
        if output["type"] != "websocket.close":
            return [json.loads(output["text"])]
        socket = self._sockets.pop(role)
        await socket.disconnect(timeout=PATIENCE)
        return [{"type": "closed", "code": output["code"]}]


async def _say(socket: SocketClient, frame: str | bytes) -> None:
    content = {"bytes": frame} if isinstance(frame, bytes) else {"text": frame}
    await socket.send_input({"type": "websocket.receive", **content})


def _is_ping(frame: str | bytes) -> bool:
    try:
        return json.loads(frame) == {"type": "ping"} if isinstance(frame, str) else False
    except (ValueError, RecursionError):
        return False
