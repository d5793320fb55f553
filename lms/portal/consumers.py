"""The socket of the device test."""

import secrets
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.utils import timezone

from lms.accounts.models import User
from lms.kit.live import LiveConsumer, media_backend_for, receives
from lms.kit.live.janus import Handle, JanusError, Room, Watcher
from lms.kit.live.janus import here as janus_here
from lms.kit.live.messages import text


class DeviceTestConsumer(LiveConsumer):
    """Answers, gives the servers of a real call, and takes one to the media server: that is the test. Nobody publishes
    to it."""

    _room: Room | None = None
    _call: Handle | None = None

    def admits(self, person: User) -> bool:
        return True

    def group(self) -> str:
        return f"device-test.{self.person.public_id}"

    def hello(self) -> dict[str, Any]:
        """`server`: live sessions go through the media server, so that it is worth a call."""
        media = media_backend_for(2).announce(str(self.person.public_id), timezone.now())
        return {"media": media, "server": settings.MEDIA_BACKEND == "janus"}

    async def entered(self) -> None:
        self._watcher = Watcher()

    async def left(self) -> None:
        await self._hang_up_call()
        await janus_here().release(self._watcher)

    @receives("call", size=20_000, burst=3, every=5.0, sdp=text(16_000))
    async def call(self, sdp: str) -> None:
        """A call with a line for sound to a room of the media server that is hers alone, as to that of a session: its
        `answer`, or `away` where there is nobody to take it."""
        server = janus_here()
        if settings.MEDIA_BACKEND == "janus":
            server.hold(self._watcher)
        if settings.MEDIA_BACKEND != "janus" or not await server.ready():
            self.tell({"type": "away"})
            return
        await self._hang_up_call()
        self._room = Room(f"device-test.{self.client_id}", secrets.token_hex(16))
        try:
            await server.make_room(self._room)
            lines = [{"mid": "0", "description": "mic"}]
            self._call, answer = await server.publish(self._room, self.client_id, sdp, lines)
        except JanusError:
            self.tell({"type": "away"})
        else:
            self.tell({"type": "answer", "sdp": answer})

    async def _hang_up_call(self) -> None:
        call, room, self._call, self._room = self._call, self._room, None, None
        if not janus_here().is_up:
            return
        if call is not None:
            await call.detach()
        if room is not None:
            with suppress(JanusError):  # it fell meanwhile, and its rooms with it
                await janus_here().end_room(room)
