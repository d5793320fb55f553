"""The device test: for anybody signed in, by its page and by its socket."""

from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.core.cache import cache

from lms.portal import consumers
from tests.factories import UserFactory
from tests.sockets import SocketClient
from tests.world import client_for


class FakeServer:
    """A media server that notes what it is asked."""

    def __init__(self) -> None:
        self.is_up, self.done = False, list[str]()

    def hold(self, watcher: Any) -> None:
        self.done.append("hold")

    async def release(self, watcher: Any) -> None:
        self.done.append("release")

    async def ready(self) -> bool:
        return self.is_up

    async def make_room(self, room: Any) -> None:
        self.done.append("make")

    async def publish(self, room: Any, feed: str, sdp: str, lines: Any) -> tuple[Any, str]:
        self.done.append("publish")
        return self, f"{sdp} answered"

    async def detach(self) -> None:
        self.done.append("detach")

    async def end_room(self, room: Any) -> None:
        self.done.append("end")


def test_its_page_may_ask_for_a_microphone_and_says_why_it_fails(db: None) -> None:
    page = client_for(UserFactory(language="en")).get("/device-test/")

    assert "microphone=(self)" in page["Permissions-Policy"]
    assert "lock beside the address" in page.content.decode()
    assert client_for(None).get("/device-test/").status_code == 302


def test_a_connection_is_timed_a_few_times_a_minute(db: None) -> None:
    cache.clear()
    client, address = client_for(UserFactory()), "/device-test/line/"
    first = client.get(address)
    assert len(first.content) == 1_000_000
    assert "no-store" in first["Cache-Control"]
    assert client.post(address, b"x" * 300_000, content_type="application/octet-stream").status_code == 204
    assert {client.get(address).status_code for _try in range(30)} == {200, 429}
    assert client_for(UserFactory()).get(address).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.asyncio
async def test_a_call_is_taken_to_the_media_server_or_said_not_to_be(settings: Any, monkeypatch: Any) -> None:
    client = await database_sync_to_async(lambda: client_for(UserFactory()))()
    settings.MEDIA_BACKEND = "janus"
    monkeypatch.setattr(consumers, "janus_here", lambda: server)
    server = FakeServer()
    socket = SocketClient(client, "/ws/device-test/")
    assert await socket.is_let_in()
    assert (await socket.hears("hello"))["server"] is True

    await socket.says("call", sdp="v=0")
    await socket.hears("away")
    server.is_up = True
    await socket.says("call", sdp="v=0")
    assert (await socket.hears("answer"))["sdp"] == "v=0 answered"
    await socket.disconnect(timeout=5)
    assert server.done == ["hold", "hold", "make", "publish", "detach", "end", "release"]


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
