"""A live room with its cast, and sockets into it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from django.test import Client

from lms.accounts.models import User
from seminars.enums import RoomRole
from seminars.models import LiveSession
from tests.factories import UserFactory
from tests.seminars.factories import LiveSessionFactory, RegistrationFactory, SessionStaffFactory
from tests.sockets import PATIENCE, SocketClient
from tests.world import client_for


@dataclass(frozen=True)
class Room:
    session: LiveSession
    host: User
    presenter: User
    moderator: User
    learner: User
    classmate: User
    stranger: User

    @property
    def path(self) -> str:
        return f"/ws/seminars/{self.session.public_id}/"

    @property
    def page(self) -> str:
        return f"/seminars/{self.session.public_id}/room/"


def make_room(**fields: Any) -> Room:
    """Open for ten minutes, unless `fields` say otherwise."""
    session = LiveSessionFactory(**({"live": True} | fields))
    staff = ("host", "presenter", "moderator")
    people = {name: UserFactory(display_name=f"{name.title()} Roy", language="en") for name in staff}
    for name, person in people.items():
        SessionStaffFactory(session=session, person=person, role=RoomRole(name))
    for name in ("learner", "classmate"):
        learner = UserFactory(display_name=f"{name.title()} Benali", language="en")
        people[name] = RegistrationFactory(session=session, enrolment=None, person=learner).person
    return Room(session, stranger=UserFactory(), **people)


@asynccontextmanager
async def inside(client: Client, path: str) -> AsyncIterator[SocketClient]:
    socket = SocketClient(client, path)
    assert await socket.is_let_in()
    await socket.hears("hello")
    yield socket
    await socket.disconnect(timeout=PATIENCE)


@asynccontextmanager
async def all_in(room: Room, *names: str) -> AsyncIterator[list[SocketClient]]:
    """The sockets of these people, greeted."""
    from channels.db import database_sync_to_async

    clients = [await database_sync_to_async(client_for)(getattr(room, name)) for name in names]
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(inside(client, room.path)) for client in clients]
