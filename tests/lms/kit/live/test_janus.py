"""Our client against a real Janus, without a browser: rooms, pins, calls begun and ended, recording, an accident."""

import asyncio
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.kit.live import janus
from lms.kit.live.janus import Janus, JanusAway, JanusError, Room, Watcher
from tests.live_media.servers import MediaServers, media_servers

pytestmark = [pytest.mark.asyncio]

FINGERPRINT = ":".join(["4A"] * 32)
OFFER = "\r\n".join(
    [
        "v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111", "c=IN IP4 0.0.0.0", "a=mid:0", "a=ice-ufrag:abcd",
        "a=ice-pwd:0123456789012345678901", f"a=fingerprint:sha-256 {FINGERPRINT}", "a=setup:actpass", "a=sendonly",
        "a=rtcp-mux", "a=rtpmap:111 opus/48000/2", "a=ssrc:1001 cname:x",
        "m=video 9 UDP/TLS/RTP/SAVPF 96", "c=IN IP4 0.0.0.0", "a=mid:1", "a=ice-ufrag:abcd",
        "a=ice-pwd:0123456789012345678901", f"a=fingerprint:sha-256 {FINGERPRINT}", "a=setup:actpass", "a=sendonly",
        "a=rtcp-mux", "a=rtpmap:96 VP8/90000", "a=ssrc:1002 cname:x", "",
    ]
)  # fmt: skip
STREAMS = [{"mid": "0", "description": "mic"}, {"mid": "1", "description": "camera"}]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MediaServers]:
    with media_servers(tmp_path_factory.mktemp("janus"), address="127.0.0.1") as running:
        yield running


@pytest.fixture
def secrets(servers: MediaServers, settings) -> None:
    settings.JANUS_URL = servers.settings["JANUS_URL"]
    settings.JANUS_SECRET = servers.settings["JANUS_SECRET"]
    settings.JANUS_ADMIN_KEY = servers.settings["JANUS_ADMIN_KEY"]


async def publishes(link: Janus, room: Room, feed: str) -> janus.Handle:
    handle, answer = await link.publish(room, feed, OFFER, STREAMS)
    assert "VP8" in answer
    return handle


async def nobody_sends(link: Janus, room: Room) -> None:
    """Janus answers that a handle is detached before it has forgotten its feed."""
    async with asyncio.timeout(10):
        while await link.senders(room):
            await asyncio.sleep(0.05)


@pytest.mark.usefixtures("secrets")
async def test_a_feed_goes_on_stage_may_be_muted_and_leaves() -> None:
    room = Room("0190-session", "pin")
    async with janus.held() as link:
        await link.make_room(room)
        await link.make_room(room)  # a second time changes nothing
        sender = await publishes(link, room, "person.device")
        assert await link.senders(room) == ["person.device"]

        await sender.trickle({"candidate": "candidate:1 1 udp 1 127.0.0.1 9 typ host", "sdpMid": "0"})
        await sender.trickle(None)
        with pytest.raises(JanusError, match="428"):  # nobody is received before her first packet
            await link.subscribe(room, "person.device")
        await link.mute(room, "person.device", "0", True)

        await sender.detach()
        await sender.detach()
        await nobody_sends(link, room)
        await link.end_room(room)
        await link.end_room(room)
        assert await link.senders(room) == []


@pytest.mark.usefixtures("secrets")
async def test_nobody_comes_in_without_the_pin_or_rules_without_the_secret() -> None:
    room = Room("0190-locked", "pin")
    async with janus.held() as link:
        await link.make_room(room)
        for pin in ("", "other"):
            with pytest.raises(JanusError):
                await link.publish(Room(room.name, pin), "stranger.x", OFFER, STREAMS)
            with pytest.raises(JanusError):
                await link.subscribe(Room(room.name, pin), "person.device")
        with pytest.raises(JanusError):
            await link.rule({"request": "destroy", "room": room.name, "secret": "guessed"})
        with pytest.raises(JanusError):
            await link.rule({"request": "create", "admin_key": "guessed", "room": "other"})
        with pytest.raises(JanusError, match="428"):
            await link.subscribe(room, "nobody.x")
        assert await link.senders(room) == []


@pytest.mark.usefixtures("secrets")
async def test_the_same_feed_from_another_call_takes_its_place() -> None:
    room, heard = Room("0190-twice", "pin"), []
    async with janus.held() as link:
        await link.make_room(room)
        await link.publish(room, "person.device", OFFER, STREAMS, lambda kind, message: heard.append(message))
        await publishes(link, room, "person.device")
        assert await link.senders(room) == ["person.device"]
    assert any(message.get("plugindata", {}).get("data", {}).get("leaving") for message in heard)


@pytest.mark.usefixtures("secrets")
async def test_recording_goes_on_and_off(tmp_path: Path) -> None:
    room = Room("0190-recorded", "pin")
    tmp_path.chmod(tmp_path.stat().st_mode | stat.S_IRWXO)
    async with janus.held() as link:
        await link.set_recording(room, True, str(tmp_path))
        await publishes(link, room, "person.device")
        await link.set_recording(room, False)
        await link.end_room(room)
        await link.set_recording(room, False)  # what is not there records nothing


@pytest.mark.usefixtures("secrets")
async def test_after_an_accident_it_comes_back_and_everybody_is_told(servers: MediaServers) -> None:
    room, told, heard = Room("0190-accident", "pin"), [], []
    link, watcher = janus.here(), Watcher(told.append)
    link.hold(watcher)
    assert await link.ready()
    await link.make_room(room)
    handle = await link.attach(lambda kind, message: heard.append(kind))

    servers.kill_janus()

    async with asyncio.timeout(20):
        while link.is_up:
            await asyncio.sleep(0.05)
    assert heard == ["lost"]
    assert not handle.is_attached
    with pytest.raises(JanusAway):
        await link.make_room(room)
    await handle.detach()  # what is gone is gone

    servers.start_janus_again()
    async with asyncio.timeout(20):
        while not link.is_up:
            await asyncio.sleep(0.05)
    await link.make_room(room)
    await publishes(link, room, "person.device")
    assert told == [True, False, True]
    await link.release(watcher)
    assert not link.is_up


async def test_a_wrong_secret_or_nobody_there_is_said(servers: MediaServers, settings) -> None:
    settings.JANUS_URL = servers.settings["JANUS_URL"]
    settings.JANUS_SECRET = "guessed"
    with pytest.raises(JanusAway):
        async with janus.held():
            pass
    settings.JANUS_URL = "ws://127.0.0.1:9"
    with pytest.raises(JanusAway):
        async with janus.held():
            pass
