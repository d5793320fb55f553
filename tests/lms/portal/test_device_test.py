"""The device test: for anybody signed in, by its page and by its socket."""

import pytest
from channels.db import database_sync_to_async

from tests.factories import UserFactory
from tests.sockets import SocketClient
from tests.world import client_for


def test_its_page_may_ask_for_a_microphone_and_says_why_it_fails(db: None) -> None:
    page = client_for(UserFactory(language="en")).get("/device-test/")

    assert "microphone=(self)" in page["Permissions-Policy"]
    assert "lock beside the address" in page.content.decode()
    assert client_for(None).get("/device-test/").status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.asyncio
async def test_its_socket_gives_the_servers_of_a_call_to_whoever_is_signed_in() -> None:
    client = await database_sync_to_async(lambda: client_for(UserFactory()))()
    socket = SocketClient(client, "/ws/device-test/")
    assert await socket.is_let_in()
    assert (await socket.hears("hello"))["media"]["backend"] == "p2p"
    await socket.says("ping")
    assert await socket.hears("pong")
    await socket.disconnect(timeout=5)
    assert not await SocketClient(None, "/ws/device-test/").is_let_in()
