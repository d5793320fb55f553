"""The socket of one's news: how many are unread, then each as it comes; nobody else's."""

from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.db import transaction
from django.test import Client
from django.utils import timezone

from lms.accounts.models import User
from lms.notifications.services import Message, mark_all_read, notify
from tests.factories import NotificationFactory, UserFactory
from tests.sockets import SocketClient
from tests.world import client_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
in_database = database_sync_to_async
PATH = "/ws/notifications/"


@pytest.fixture
def lina(transactional_db: None) -> User:
    person: User = UserFactory()
    return person


@pytest.fixture
def client(lina: User) -> Client:
    return client_for(lina)


def tell(person: User, key: str, *, rolled_back: bool = False) -> None:
    from lms.notifications.registry import Kind

    kind = Kind(code="tests.socket", label="", group="", channels=frozenset())
    with transaction.atomic():
        notify(kind=kind, recipient=person, key=key, message=lambda: Message(f"News {key}"), now=timezone.now())
        transaction.set_rollback(rolled_back)


async def entered(client: Client) -> tuple[SocketClient, dict[str, Any]]:
    socket = SocketClient(client, PATH)
    assert await socket.is_let_in()
    return socket, await socket.hears("hello")


async def test_a_stranger_is_refused() -> None:
    assert not await SocketClient(None, PATH).is_let_in()


async def test_news_arrive_with_their_number(client: Client, lina: User) -> None:
    await in_database(NotificationFactory)(recipient=lina)
    socket, hello = await entered(client)
    assert hello["unread"] == 1

    await in_database(tell)(lina, "one")

    event = await socket.hears("news")
    assert (event["title"], event["unread"]) == ("News one", 2)
    assert event["seq"] > hello["seq"]
    await socket.disconnect()


async def test_somebody_else_s_news_and_what_was_rolled_back_are_not_heard(client: Client, lina: User) -> None:
    other = await in_database(UserFactory)()
    socket, _hello = await entered(client)

    await in_database(tell)(other, "hers")
    await in_database(tell)(lina, "undone", rolled_back=True)
    await in_database(tell)(lina, "mine")

    assert (await socket.hears("news"))["title"] == "News mine"
    await socket.disconnect()


async def test_what_was_missed_is_told_on_return(client: Client, lina: User) -> None:
    staying, _hello = await entered(client)  # another window keeps the hub
    socket, hello = await entered(client)
    await in_database(tell)(lina, "one")
    last = (await socket.hears("news"))["seq"]
    await staying.hears("news")
    await socket.disconnect()
    await in_database(tell)(lina, "two")
    await staying.hears("news")

    back, hello = await entered(client)
    assert hello["seq"] == last + 1
    await back.says("resume", since=last)

    assert (await back.hears("news"))["title"] == "News two"
    await back.disconnect()
    await staying.disconnect()


async def test_reading_lowers_the_number_in_every_window(client: Client, lina: User) -> None:
    await in_database(NotificationFactory)(recipient=lina)
    socket, _hello = await entered(client)

    await in_database(mark_all_read)(actor=lina, now=timezone.now())

    assert (await socket.hears("count"))["unread"] == 0
    await socket.disconnect()
