"""Sound and picture of a live room: who may send is asked here; what browsers and Janus say to each other passes."""

import asyncio
import logging
import random
from collections.abc import Coroutine
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.utils import timezone

from lms.kit.live import Refused, media_backend_for, receives, send_passing
from lms.kit.live.janus import Handle, JanusError, Watcher
from lms.kit.live.janus import here as janus_here
from lms.kit.live.messages import flag, maybe, several, text, whole
from seminars.models import BreakoutRoom
from seminars.queries.room import number_where
from seminars.rules import can_moderate
from seminars.services import stage
from seminars.services.stage import Scene
from seminars.sockets.base import RoomSocket

log = logging.getLogger(__name__)

ASK_AGAIN = 4.0
"""Seconds after which the right of somebody on stage is asked again: her media stops within ten of losing it."""
RECEIVED_AT_MOST = 8
CLIENT = text(80)
MID = text(16)
SDP = text(16_000)
FEW: dict[str, Any] = {"size": 20_000, "burst": 6, "every": 6.0}
SOME: dict[str, Any] = {"size": 20_000, "burst": 12, "every": 3.0}


class StageMixin(RoomSocket):
    """`speakers` tells the room who is on stage; each client then subscribes to whom it wants.

    With Janus, `publish` and `subscribe` are calls between a browser and Janus. With `p2p`, `subscribe` is passed to
    the speaker, whose browser offers; the listener's part is the same. Every call is known by the `feed` it carries.
    """

    _scene: Scene | None = None
    _sending: Handle | None = None
    _watching: asyncio.Task[None] | None = None

    def media(self) -> dict[str, Any]:
        """What `hello` says of the backend, before Janus was asked; `stage` says it for sure."""
        return {"backend": settings.MEDIA_BACKEND}

    # --- Coming and going ---------------------------------------------------------------------------------------------

    async def stage_entered(self) -> None:
        self._received: dict[str, tuple[Handle, list[str]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._watcher = Watcher(self._hear_of_janus)
        if settings.MEDIA_BACKEND == "janus":
            janus_here().hold(self._watcher)

    async def stage_left(self) -> None:
        """Every call of this device ends now."""
        await self._end_calls()
        for task in self._tasks:
            task.cancel()
        if not self.hub.lines and janus_here().is_up:
            await self._end_room_if_over()
        await janus_here().release(self._watcher)

    async def _end_room_if_over(self) -> None:
        """The last one of this process closes the door of a session that has ended."""
        await database_sync_to_async(self.session.refresh_from_db)(fields=["state", "media_pin"])
        if self.session.is_over:
            scene = await database_sync_to_async(stage.scene_of)(self.session, None)
            await self._ask_janus(janus_here().end_room(scene.room))

    async def go_into(self, room: BreakoutRoom | None) -> None:
        if room != self.breakout:
            await self._end_calls()
        await super().go_into(room)

    # --- What is there ------------------------------------------------------------------------------------------------

    @receives("stage", burst=6, every=3.0)
    async def tell_stage(self) -> None:
        """Who carries media now, with credentials for an hour; who is on stage; whether one may go there."""
        if settings.MEDIA_BACKEND == "janus":
            await janus_here().ready()
        scene = await self._here()
        facts = await database_sync_to_async(self._stage_facts)(scene)
        self.tell({"type": "stage", **await self._announcement(), **facts})

    def _stage_facts(self, scene: Scene) -> dict[str, Any]:
        return {
            "scene": scene.room.name,
            "speakers": stage.shown(stage.on_stage(scene)),
            "may_publish": stage.is_offered_stage(self.session, self.person, self.role, self.breakout),
            "stream_url": self.session.stream_url,
        }

    async def _announcement(self) -> dict[str, Any]:
        """Without Janus it depends on how many are where she is: in a room of forty, groups of five have their own."""
        answers = janus_here().is_up
        people = 0 if answers else await database_sync_to_async(number_where)(self.session, self.breakout)
        return media_backend_for(people, janus_answers=answers).announce(str(self.person.public_id), timezone.now())

    def _hear_of_janus(self, is_up: bool) -> None:
        """It went away, or came back: each client starts its calls again, a little later and not all at once."""
        if not is_up:
            self._received.clear()
        self._later(self._follow_janus(is_up))

    async def _follow_janus(self, is_up: bool) -> None:
        self.tell({"type": "media", **await self._announcement()})
        if not is_up:
            await self._leave_stage()

    # --- Going on stage -----------------------------------------------------------------------------------------------

    @receives("publish", **FEW, sdp=text(16_000, blank=True), mids=several(MID, 3), mic=flag, camera=flag, screen=flag)
    async def publish(self, sdp: str, mids: list[str], **lines: bool) -> None:
        """Be heard and seen; what one sends is asked of the database at each time. `sdp` is empty between browsers."""
        scene = await self._here()
        if refusal := await database_sync_to_async(stage.refusal)(self.session, self.person, self.breakout):
            raise Refused(refusal)
        backend = (await self._announcement())["backend"]
        if backend == "none" or (backend == "janus") != bool(sdp):
            raise Refused("other-backend", backend=backend)
        await self._leave_stage()
        place: dict[str, Any] = {"feed": self.client_id, "connection": self.connection, "lines": lines, "mids": mids}
        if not await database_sync_to_async(stage.take_place)(scene, self.person, self.role, **place):
            raise Refused("stage-full")
        self._scene = scene
        try:
            if sdp:
                await self._call_janus(scene, sdp, mids)
        except JanusError as error:
            await self._leave_stage()
            raise self._no_media(error) from error
        self._watching = asyncio.create_task(self._ask_right_again())
        if not sdp:
            await self._change(on=True)

    async def _call_janus(self, scene: Scene, sdp: str, mids: list[str]) -> None:
        lines = [{"mid": mid, "description": name} for name, mid in zip(stage.LINES, mids, strict=False)]
        server = janus_here()
        await server.make_room(scene.room)
        self._sending, answer = await server.publish(scene.room, self.client_id, sdp, lines, self._hear_of_sending)
        self.tell({"type": "answer", "feed": self.client_id, "from": "", "sdp": answer})

    def _hear_of_sending(self, kind: str, message: dict[str, Any]) -> None:
        room_says = message.get("plugindata", {}).get("data", {})
        if kind == "webrtcup":
            self._later(self._change(on=True))
        elif kind == "hangup":
            self._later(self._come_off("hangup"))
        elif room_says.get("leaving") == "ok" or room_says.get("videoroom") == "destroyed":
            self._later(self._come_off("taken-off"))

    @receives("unpublish", burst=6, every=2.0)
    async def unpublish(self) -> None:
        await self._leave_stage()

    @receives("devices", burst=12, every=0.5, mic=flag, camera=flag, screen=flag)
    async def devices(self, **lines: bool) -> None:
        """What this speaker sends now; with her microphone she takes back the word that was stopped."""
        speaker = await self._change(**lines, **({"muted": False} if lines["mic"] else {}))
        if speaker and lines["mic"] and self._sending and (mid := speaker["mids"].get("mic")):
            await self._ask_janus(janus_here().mute(self._on_stage().room, self.client_id, mid, False))

    async def _change(self, **changes: Any) -> stage.Speaker | None:
        scene = self._on_stage()

        def change() -> stage.Speaker | None:
            speaker = stage.change_place(scene, self.client_id, **changes)
            stage.tell_stage(scene)
            return speaker

        changed: stage.Speaker | None = await database_sync_to_async(change)()
        return changed

    def _on_stage(self) -> Scene:
        if self._scene is None:
            raise Refused("not-on-stage")
        return self._scene

    async def _ask_right_again(self) -> None:
        """Whoever loses her role, her hand or her place leaves the stage, whatever told her so or did not."""
        while True:
            await asyncio.sleep(ASK_AGAIN * random.uniform(0.8, 1.0))  # noqa: S311 - no secret
            try:
                if reason := await database_sync_to_async(self._lost)():
                    self._later(self._come_off(reason))
                    return
            except Exception:
                log.exception("the right of somebody on stage could not be asked again; it is in a few seconds")

    def _lost(self) -> str:
        """Why she is not on stage any more; "" while she is."""
        if refusal := stage.refusal(self.session, self.person, self.breakout):
            return refusal
        return "" if stage.change_place(self._on_stage(), self.client_id) is not None else "not-allowed"

    async def _come_off(self, reason: str) -> None:
        if self._scene is not None:
            await self._leave_stage()
            self.tell({"type": "off-stage", "reason": reason})

    async def _leave_stage(self) -> None:
        scene, sending, watching = self._scene, self._sending, self._watching
        self._scene = self._sending = self._watching = None
        if watching is not None:
            watching.cancel()
        if sending is not None:
            await sending.detach()
        if scene is not None:
            await database_sync_to_async(self._give_place_back)(scene)

    def _give_place_back(self, scene: Scene) -> None:
        if stage.leave_place(scene, self.client_id, self.connection):
            stage.tell_stage(scene)

    # --- Moderation ---------------------------------------------------------------------------------------------------

    @receives("mute", burst=10, every=1.0, feed=CLIENT)
    async def mute(self, feed: str) -> None:
        """Stop somebody's microphone."""
        scene, speaker = await self._moderate(stage.mute, feed)
        if mid := speaker["mids"].get("mic"):
            await self._ask_janus(janus_here().mute(scene.room, feed, mid, True))
        await send_passing(scene.group, {"type": "muted", "by": self.person.get_full_name()}, to=feed)

    @receives("take-off", burst=10, every=1.0, feed=CLIENT)
    async def take_off(self, feed: str) -> None:
        """Send somebody back from the stage."""
        scene, _speaker = await self._moderate(stage.take_off, feed)
        await send_passing(scene.group, {"type": "off-stage", "reason": "taken-off"}, to=feed)
        await self._ask_janus(janus_here().kick(scene.room, feed))

    async def _moderate(self, service: Any, feed: str) -> tuple[Scene, stage.Speaker]:
        self.require(can_moderate)
        scene = await self._here()
        speaker = await self.do(service, scene=scene, feed=feed)
        if speaker is None:
            raise Refused("unknown")
        return scene, speaker

    async def _ask_janus(self, request: Coroutine[Any, Any, None]) -> None:
        """What Janus should do as well; without it there is no media to stop."""
        if not janus_here().is_up:
            request.close()
            return
        try:
            await request
        except JanusError as error:
            log.info("Janus could not do it: %s", error)

    # --- Receiving ----------------------------------------------------------------------------------------------------

    @receives("subscribe", burst=10, every=1.5, feed=CLIENT, picture=flag)
    async def subscribe(self, feed: str, picture: bool) -> None:
        """Hear somebody on stage, and see her if `picture`: an `offer` comes."""
        scene = await self._here()
        speaker = await database_sync_to_async(self._speaker)(scene, feed)
        if speaker is None or not speaker["on"] or feed == self.client_id:
            raise Refused("no-feed", feed=feed)
        if not janus_here().is_up:
            wish = {"type": "subscribe", "from": self.client_id, "picture": picture}
            await send_passing(scene.group, wish, to=feed)
            return
        await self._stop_receiving(feed)
        if len(self._received) >= RECEIVED_AT_MOST:
            raise Refused("too-many")
        try:
            handle, sdp, lines = await janus_here().subscribe(scene.room, feed, self._hearing_of(feed))
            pictures = [str(line["mid"]) for line in lines if line.get("type") == "video"]
            self._received[feed] = (handle, pictures)
            if not picture and pictures:
                await handle.receive(pictures, False)
        except JanusError as error:
            raise self._no_media(error, feed=feed) from error
        self.tell({"type": "offer", "feed": feed, "from": "", "sdp": sdp})

    def _speaker(self, scene: Scene, feed: str) -> stage.Speaker | None:
        return next((one for one in stage.on_stage(scene) if one["feed"] == feed), None)

    def _hearing_of(self, feed: str) -> Any:
        def hear(kind: str, message: dict[str, Any]) -> None:
            if kind == "hangup":
                self._later(self._stop_receiving(feed))
                self.tell({"type": "hangup", "feed": feed})

        return hear

    @receives("unsubscribe", burst=20, every=0.5, feed=CLIENT)
    async def unsubscribe(self, feed: str) -> None:
        await self._stop_receiving(feed)

    @receives("receive", burst=20, every=0.5, feed=CLIENT, picture=flag)
    async def receive_picture(self, feed: str, picture: bool) -> None:
        """With or without the picture: what is not wanted is not sent."""
        if feed in self._received:
            handle, pictures = self._received[feed]
            try:
                if pictures:
                    await handle.receive(pictures, picture)
            except JanusError as error:
                raise self._no_media(error, feed=feed) from error
        elif not janus_here().is_up:
            await self._pass_on(feed, {"type": "receive", "picture": picture})

    async def _stop_receiving(self, feed: str) -> None:
        received = self._received.pop(feed, None)
        if received is not None:
            await received[0].detach()

    # --- What two ends of a call say to each other --------------------------------------------------------------------

    @receives("offer", **SOME, to=CLIENT, sdp=SDP)
    async def offer(self, to: str, sdp: str) -> None:
        """From a speaker's browser to a listener's; Janus offers by itself."""
        self._on_stage()
        if self._sending is not None:
            raise Refused("other-backend")
        await self._pass_on(to, {"type": "offer", "feed": self.client_id, "sdp": sdp})

    @receives("answer", **SOME, feed=CLIENT, sdp=SDP)
    async def answer(self, feed: str, sdp: str) -> None:
        """A listener's, to the offer of `subscribe`."""
        if feed in self._received:
            try:
                await self._received[feed][0].start(sdp)
            except JanusError as error:
                await self._stop_receiving(feed)
                raise self._no_media(error, feed=feed) from error
        else:
            await self._pass_on(feed, {"type": "answer", "feed": feed, "sdp": sdp})

    @receives(
        "candidate",
        size=2_048,
        burst=300,
        every=0.05,
        feed=CLIENT,
        to=text(80, blank=True),
        candidate=text(1_000, blank=True),
        mid=maybe(text(64, blank=True)),
        line=maybe(whole(0, 63)),
    )
    async def candidate(self, feed: str, to: str, candidate: str, mid: str | None, line: int | None) -> None:
        """An address of this browser for the call of `feed`: for Janus, or (`to`) for another browser."""
        if to:
            found = {"type": "candidate", "feed": feed, "candidate": candidate, "mid": mid, "line": line}
            await self._pass_on(to, found)
            return
        handle = self._sending if feed == self.client_id else self._received.get(feed, (None, []))[0]
        if handle is None:
            return  # the call ended meanwhile
        address = {"candidate": candidate, "sdpMid": mid, "sdpMLineIndex": line} if candidate else None
        try:
            await handle.trickle(address)
        except JanusError as error:
            raise self._no_media(error, feed=feed) from error

    async def _pass_on(self, to: str, event: dict[str, Any]) -> None:
        """To another browser; only between two of whom one is on stage, and never while Janus carries."""
        scene = await self._here()
        if janus_here().is_up:
            raise Refused("other-backend")
        speaking = await database_sync_to_async(stage.on_stage)(scene)
        if not {to, self.client_id} & {one["feed"] for one in speaking}:
            raise Refused("not-on-stage")
        await send_passing(scene.group, {**event, "from": self.client_id}, to=to)

    # --- What all of it uses ------------------------------------------------------------------------------------------

    async def _here(self) -> Scene:
        scene: Scene = await database_sync_to_async(stage.scene_of)(self.session, self.breakout)
        return scene

    def _no_media(self, error: JanusError, **details: Any) -> Refused:
        log.warning("a call of session %s failed: %s", self.session.public_id, error)
        return Refused("no-media", **details)

    async def _end_calls(self) -> None:
        for feed in list(self._received):
            await self._stop_receiving(feed)
        await self._leave_stage()

    def _later(self, work: Coroutine[Any, Any, Any]) -> None:
        async def do() -> None:
            try:
                await work
            except Refused:
                pass  # it is over already
            except Exception:
                log.exception("something of the stage failed")

        task = asyncio.create_task(do())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
