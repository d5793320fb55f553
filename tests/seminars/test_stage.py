"""The stage: who may go there, who hears of it, who is taken off; with browsers alone, and with Janus."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.utils import timezone

from lms.kit.live.janus import JanusError
from lms.kit.live.janus import Room as JanusRoom
from lms.kit.live.media import MESH_LIMIT
from seminars import stage as stage_module
from seminars.enums import HandState, RecordingState
from seminars.models import Hand, Registration, RoomChange, SessionStaff
from seminars.services import hands, stage
from seminars.services import room as room_service
from tests.factories import UserFactory
from tests.seminars.factories import (
    BreakoutRoomFactory,
    BreakoutSeatFactory,
    HandFactory,
    SessionRecordingFactory,
    StayFactory,
)
from tests.seminars.rooms import Room, all_in, make_room
from tests.sockets import PATIENCE, SocketClient

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
in_database = database_sync_to_async
MIC = {"mic": True, "camera": False, "screen": False}
MIDS = ["0", "1", "2"]


@pytest.fixture
def room(transactional_db: None) -> Room:
    return make_room()


async def publishes(socket: SocketClient, sdp: str = "", **lines: bool) -> None:
    await socket.says("publish", sdp=sdp, mids=MIDS if sdp else [], **(MIC | lines))


async def feed_of(socket: SocketClient) -> str:
    """Her own, once everybody is told that she is on stage."""
    while True:
        told = await socket.hears("speakers")
        if told["speakers"] and told["speakers"][-1]["on"]:
            return str(told["speakers"][-1]["feed"])


async def refusal(socket: SocketClient) -> str:
    return str((await socket.hears("refused"))["code"])


# --- Between browsers -------------------------------------------------------------------------------------------------


async def test_a_presenter_goes_on_stage_and_everybody_is_told(room: Room) -> None:
    async with all_in(room, "presenter", "learner") as (presenter, learner):
        await learner.says("stage")
        found = await learner.hears("stage")
        assert (found["backend"], found["speakers"], found["may_publish"]) == ("p2p", [], False)

        await publishes(presenter)

        while not (told := (await learner.hears("speakers"))["speakers"]) or not told[0]["on"]:
            pass
        assert told == [
            {"feed": told[0]["feed"], "person": str(room.presenter.public_id), "name": "Presenter Roy",
             "initials": told[0]["initials"], "role": "presenter", **MIC, "on": True, "muted": False}
        ]  # fmt: skip
        await presenter.says("devices", mic=False, camera=True, screen=False)
        [speaker] = (await learner.hears("speakers"))["speakers"]
        assert (speaker["mic"], speaker["camera"]) == (False, True)
        await presenter.says("unpublish")
        assert (await learner.hears("speakers"))["speakers"] == []


async def test_a_participant_is_refused_until_she_is_invited_and_says_yes(room: Room) -> None:
    async with all_in(room, "host", "learner") as (host, learner):
        await publishes(learner)
        assert await refusal(learner) == "not-allowed"
        hand = await in_database(HandFactory)(session=room.session, person=room.learner, state=HandState.INVITED)
        await publishes(learner)
        assert await refusal(learner) == "not-allowed"
        await learner.says("stage")
        assert (await learner.hears("stage"))["may_publish"] is False
        await in_database(hands.take_stage)(session=room.session, actor=room.learner, now=timezone.now())
        await learner.says("stage")
        assert (await learner.hears("stage"))["may_publish"] is True

        await publishes(learner)

        feed = await feed_of(host)
        assert feed.startswith(str(room.learner.public_id))
        await host.says("take-off", feed=feed)
        assert (await learner.hears("off-stage"))["reason"] == "taken-off"
        assert (await host.hears("speakers"))["speakers"] == []
        await in_database(hand.refresh_from_db)()
        assert hand.state == HandState.LOWERED
        assert await in_database(lambda: [one.what for one in RoomChange.objects.all()])() == [
            "hand-lowered", "taken-off",
        ]  # fmt: skip


@pytest.mark.parametrize("how", ["hand", "role", "recorded", "end"])
async def test_whoever_loses_the_right_leaves_the_stage_within_seconds(
    room: Room, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage_module, "ASK_AGAIN", 0.2)
    who = "learner" if how in ("hand", "recorded") else "presenter"
    await in_database(HandFactory)(session=room.session, person=room.learner, state=HandState.SPEAKING)
    async with all_in(room, who) as (speaker,):
        await publishes(speaker)
        await feed_of(speaker)
        match how:
            case "hand":
                await in_database(Hand.objects.update)(state=HandState.LOWERED)
            case "role":
                await in_database(SessionStaff.objects.filter(person=room.presenter).delete)()
            case "recorded":
                await in_database(Registration.objects.filter(person=room.learner).update)(consents_to_recording=False)
                await in_database(SessionRecordingFactory)(session=room.session, state=RecordingState.RUNNING)
            case "end":
                await in_database(type(room.session).objects.filter(pk=room.session.pk).update)(state="ended")
        assert (await speaker.hears("off-stage"))["reason"] == ("recorded" if how == "recorded" else "not-allowed")
        if how == "recorded":
            await publishes(speaker)
            assert await refusal(speaker) == "recorded"
        scene = await in_database(stage.scene_of)(room.session, None)
        assert await in_database(stage.on_stage)(scene) == []


async def test_a_stage_has_four_places_and_one_that_leaves_gives_hers_back(room: Room) -> None:
    async with all_in(room, "host", "presenter", "host", "presenter", "host") as sockets:
        for socket in sockets[:4]:
            await publishes(socket)
            await feed_of(socket)
        await publishes(sockets[4])
        assert await refusal(sockets[4]) == "stage-full"
        await sockets[0].disconnect(timeout=PATIENCE)
        while len((await sockets[4].hears("speakers"))["speakers"]) != 3:
            pass
        await publishes(sockets[4])
        assert await feed_of(sockets[4])


async def test_a_call_that_is_refused_leaves_her_where_she_is(room: Room) -> None:
    async with all_in(room, "presenter", "learner") as (presenter, learner):
        await publishes(presenter)
        feed = await feed_of(learner)
        await publishes(presenter, sdp="v=0")
        assert await refusal(presenter) == "other-backend"
        await learner.says("stage")
        assert [one["feed"] for one in (await learner.hears("stage"))["speakers"]] == [feed]


async def test_only_those_who_run_it_mute_and_the_muted_may_speak_again(room: Room) -> None:
    async with all_in(room, "presenter", "moderator", "learner") as (presenter, moderator, learner):
        await publishes(presenter)
        feed = await feed_of(moderator)
        await learner.says("mute", feed=feed)
        assert await refusal(learner) == "not-allowed"
        await learner.says("take-off", feed=feed)
        assert await refusal(learner) == "not-allowed"
        await moderator.says("mute", feed="nobody.x")
        assert await refusal(moderator) == "unknown"

        await moderator.says("mute", feed=feed)

        assert (await presenter.hears("muted"))["by"] == "Moderator Roy"
        while not (speaker := (await moderator.hears("speakers"))["speakers"][0])["muted"]:
            pass
        assert not speaker["mic"]
        await presenter.says("devices", **MIC)
        [speaker] = (await moderator.hears("speakers"))["speakers"]
        assert (speaker["mic"], speaker["muted"]) == (True, False)


async def test_calls_between_browsers_pass_only_to_and_from_the_stage(room: Room) -> None:
    async with all_in(room, "presenter", "learner", "classmate") as (presenter, learner, classmate):
        await publishes(presenter)
        feed = await feed_of(learner)
        await learner.says("subscribe", feed=feed, picture=True)
        asked = await presenter.hears("subscribe")
        await presenter.says("offer", to=asked["from"], sdp="v=0 offer")
        offer = await learner.hears("offer")
        assert (offer["feed"], offer["from"], offer["sdp"]) == (feed, feed, "v=0 offer")
        await learner.says("answer", feed=feed, sdp="v=0 answer")
        assert (await presenter.hears("answer"))["from"] == asked["from"]
        way = {"feed": feed, "candidate": "candidate:1", "mid": "0", "line": 0}
        await learner.says("candidate", to=feed, **way)
        assert (await presenter.hears("candidate"))["from"] == asked["from"]
        await learner.says("receive", feed=feed, picture=False)
        assert (await presenter.hears("receive"))["picture"] is False

        await classmate.says("candidate", to=asked["from"], **way)
        assert await refusal(classmate) == "not-on-stage"
        await classmate.says("offer", to=asked["from"], sdp="v=0")
        assert await refusal(classmate) == "not-on-stage"
        await classmate.says("subscribe", feed=asked["from"], picture=True)
        assert await refusal(classmate) == "no-feed"
        await publishes(presenter, sdp="v=0")
        assert await refusal(presenter) == "other-backend"


async def test_small_groups_of_a_big_room_have_sound_between_browsers(room: Room) -> None:
    @in_database
    def many_come_and_two_have_a_group() -> None:
        now = timezone.now()
        for _ in range(MESH_LIMIT):
            StayFactory(session=room.session, person=UserFactory(), left_at=None)
        group = BreakoutRoomFactory(
            round__session=room.session, round__opened_at=now, round__ends_at=now + timedelta(minutes=10)
        )
        for person in (room.learner, room.classmate):
            BreakoutSeatFactory(room=group, person=person)

    async def carried(socket: SocketClient) -> str:
        await socket.says("stage")
        return str((await socket.hears("stage"))["backend"])

    await many_come_and_two_have_a_group()
    async with all_in(room, "host", "learner", "classmate") as (host, learner, classmate):
        assert [await carried(socket) for socket in (learner, classmate, host)] == ["p2p", "p2p", "none"]
        await publishes(learner)
        await classmate.says("subscribe", feed=await feed_of(classmate), picture=False)
        assert (await learner.hears("subscribe"))["picture"] is False


async def test_nothing_is_carried_where_nothing_carries(room: Room, settings: Any) -> None:
    settings.MEDIA_BACKEND = "none"
    await in_database(type(room.session).objects.update)(stream_url="https://stream.example/")
    async with all_in(room, "presenter") as (presenter,):
        await presenter.says("stage")
        found = await presenter.hears("stage")
        assert (found["backend"], found["stream_url"]) == ("none", "https://stream.example/")
        await publishes(presenter)
        assert await refusal(presenter) == "other-backend"


async def test_nobody_is_on_the_stage_of_a_room_that_is_not_open(room: Room) -> None:
    await in_database(type(room.session).objects.update)(state="announced")
    async with all_in(room, "presenter") as (presenter,):
        await publishes(presenter)
        assert await refusal(presenter) == "not-allowed"


# --- With Janus -------------------------------------------------------------------------------------------------------


class FakeHandle:
    def __init__(self, janus: "FakeJanus", feed: str, hear: Callable[[str, dict[str, Any]], None]) -> None:
        self.janus, self.feed, self.hear = janus, feed, hear

    async def detach(self) -> None:
        self.janus.did.append(("detach", self.feed))

    async def start(self, sdp: str) -> None:
        self.janus.did.append(("start", sdp))

    async def trickle(self, candidate: dict[str, Any] | None) -> None:
        self.janus.did.append(("trickle", candidate and candidate["candidate"]))

    async def receive(self, mids: list[str], wanted: bool) -> None:
        self.janus.did.append(("receive", mids, wanted))


class FakeJanus:
    """Does what it is asked and remembers it."""

    def __init__(self) -> None:
        self.is_up = True
        self.did: list[tuple[Any, ...]] = []
        self.watchers: list[Any] = []
        self.calls: list[FakeHandle] = []
        self.refuses = 0

    def hold(self, watcher: Any) -> None:
        self.watchers.append(watcher)

    async def release(self, watcher: Any) -> None:
        if watcher in self.watchers:
            self.watchers.remove(watcher)

    async def ready(self) -> bool:
        return self.is_up

    async def make_room(self, room: JanusRoom) -> None:
        self.did.append(("room", room.name, room.pin))

    async def publish(
        self, room: JanusRoom, feed: str, sdp: str, lines: list[Any], hear: Any
    ) -> tuple[FakeHandle, str]:
        if self.refuses:
            raise JanusError(self.refuses, "no")
        self.calls.append(FakeHandle(self, feed, hear))
        self.did.append(("publish", [line["description"] for line in lines]))
        return self.calls[-1], "v=0 answer"

    async def subscribe(self, room: JanusRoom, feed: str, hear: Any) -> tuple[FakeHandle, str, list[dict[str, Any]]]:
        if self.refuses:
            raise JanusError(self.refuses, "no")
        return FakeHandle(self, feed, hear), "v=0 offer", [{"mid": "0", "type": "audio"}, {"mid": "1", "type": "video"}]

    async def mute(self, room: JanusRoom, feed: str, mid: str, muted: bool) -> None:
        self.did.append(("mute", mid, muted))

    async def end_room(self, room: JanusRoom) -> None:
        self.did.append(("end", room.name))

    async def kick(self, room: JanusRoom, feed: str) -> None:
        self.did.append(("kick", feed))

    def falls(self) -> None:
        self.is_up = False
        for watcher in self.watchers:
            watcher.told(False)

    def comes_back(self) -> None:
        self.is_up = True
        for watcher in self.watchers:
            watcher.told(True)


@pytest.fixture
def janus(settings: Any, monkeypatch: pytest.MonkeyPatch) -> FakeJanus:
    settings.MEDIA_BACKEND = "janus"
    fake = FakeJanus()
    monkeypatch.setattr(stage_module, "janus_here", lambda: fake)
    return fake


async def test_janus_carries_what_the_rules_allow_and_no_more(room: Room, janus: FakeJanus) -> None:
    await in_database(type(room.session).objects.update)(media_pin="a-pin")
    async with all_in(room, "presenter", "learner", "moderator") as (presenter, learner, moderator):
        await learner.says("stage")
        assert (await learner.hears("stage"))["backend"] == "janus"
        await publishes(learner, sdp="v=0")
        assert await refusal(learner) == "not-allowed"
        assert janus.did == []

        await publishes(presenter, sdp="v=0", camera=True)
        assert (await presenter.hears("answer"))["sdp"] == "v=0 answer"
        assert janus.did == [
            ("room", str(room.session.public_id), "a-pin"), ("publish", ["mic", "camera", "screen"]),
        ]  # fmt: skip
        janus.calls[0].hear("webrtcup", {})
        feed = await feed_of(learner)
        janus.calls[0].hear("event", {"plugindata": {"data": {"videoroom": "event", "kicked": "somebody.else"}}})
        janus.calls[0].hear("event", {"plugindata": {"data": {"videoroom": "event", "leaving": "somebody.else"}}})
        janus.did.clear()

        await learner.says("subscribe", feed=feed, picture=False)
        assert (await learner.hears("offer"))["sdp"] == "v=0 offer"
        await learner.says("answer", feed=feed, sdp="v=0 mine")
        await learner.says("candidate", feed=feed, to="", candidate="candidate:1", mid="0", line=0)
        await learner.says("candidate", feed=feed, to="", candidate="", mid=None, line=None)
        await learner.says("receive", feed=feed, picture=True)
        await learner.says("offer", to=feed, sdp="v=0")
        assert await refusal(learner) == "not-on-stage"
        await learner.says("candidate", feed=feed, to=feed, candidate="candidate:1", mid="0", line=0)
        assert await refusal(learner) == "other-backend"
        assert janus.did == [
            ("receive", ["1"], False), ("start", "v=0 mine"), ("trickle", "candidate:1"), ("trickle", None),
            ("receive", ["1"], True),
        ]  # fmt: skip
        janus.did.clear()

        await moderator.says("mute", feed=feed)
        await presenter.hears("muted")
        await presenter.says("devices", mic=True, camera=True, screen=False)
        await presenter.says("ping")
        await presenter.hears("pong")
        assert janus.did == [("mute", "0", True), ("mute", "0", False)]
        janus.did.clear()
        await moderator.says("take-off", feed=feed)
        await presenter.hears("off-stage")
        janus.calls[0].hear("event", {"plugindata": {"data": {"leaving": "ok", "reason": "kicked"}}})
        await learner.says("unsubscribe", feed=feed)
        await learner.says("ping")
        await learner.hears("pong")
        await asyncio.sleep(0.05)
        assert ("kick", feed) in janus.did
        assert janus.did.count(("detach", feed)) == 2
    assert janus.watchers == []


async def test_when_janus_falls_everybody_is_told_and_again_when_it_is_back(room: Room, janus: FakeJanus) -> None:
    async with all_in(room, "presenter", "learner") as (presenter, learner):
        await publishes(presenter, sdp="v=0")
        await presenter.hears("answer")
        janus.calls[0].hear("webrtcup", {})
        feed = await feed_of(learner)
        await learner.says("subscribe", feed=feed, picture=True)
        await learner.hears("offer")

        janus.falls()

        told = await learner.hears_each("media", "speakers")
        assert (told["media"]["backend"], told["speakers"]["speakers"]) == ("p2p", [])
        await presenter.says("say", id="0190a3c4-0000-7000-8000-000000000001", text="On continue.", reply=None)
        assert (await learner.hears("message"))["text"] == "On continue."
        janus.comes_back()
        assert (await presenter.hears("media"))["backend"] == "p2p"
        assert (await presenter.hears("media"))["backend"] == "janus"
        await publishes(presenter, sdp="v=0")
        await presenter.hears("answer")
        janus.calls[1].hear("webrtcup", {})
        assert await feed_of(learner) == feed


async def test_what_janus_refuses_is_said_and_leaves_nobody_on_stage(room: Room, janus: FakeJanus) -> None:
    async with all_in(room, "presenter") as (presenter,):
        janus.refuses = 490
        await publishes(presenter, sdp="v=0")
        assert await refusal(presenter) == "no-media"
        janus.refuses = 0
        await publishes(presenter, sdp="v=0")
        await presenter.hears("answer")
        janus.calls[0].hear("hangup", {"reason": "ICE failed"})
        assert (await presenter.hears("off-stage"))["reason"] == "hangup"
        scene = await in_database(stage.scene_of)(room.session, None)
        assert await in_database(stage.on_stage)(scene) == []


async def test_whoever_is_sent_out_or_goes_ends_her_calls(room: Room, janus: FakeJanus) -> None:
    await in_database(HandFactory)(session=room.session, person=room.learner, state=HandState.SPEAKING)
    async with all_in(room, "host", "learner") as (host, learner):
        await publishes(learner, sdp="v=0")
        await learner.hears("answer")
        janus.calls[0].hear("webrtcup", {})
        await feed_of(host)
        sent_out = {"session": room.session, "person": room.learner, "reason": "Bruit.", "actor": room.host}
        await in_database(room_service.remove)(**sent_out, now=timezone.now())
        assert await learner.is_closed_with() == 4403
        while (await host.hears("speakers"))["speakers"]:
            pass
        assert ("detach", janus.calls[0].feed) in janus.did


async def test_the_last_one_out_of_a_session_that_is_over_ends_its_room(room: Room, janus: FakeJanus) -> None:
    async with all_in(room, "host", "learner") as (host, learner):
        await in_database(type(room.session).objects.update)(state="ended")
        await learner.disconnect(timeout=PATIENCE)
        assert janus.did == []
        await host.disconnect(timeout=PATIENCE)
    assert janus.did == [("end", str(room.session.public_id))]
