"""The socket of coaching: the room of an appointment."""

from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.utils import timezone

from coaching import rules
from coaching.enums import Mode
from coaching.live import room_group
from coaching.models import Appointment
from coaching.queries.room import Door, content_of, door_of
from coaching.services import room
from lms.kit.errors import DomainError
from lms.kit.live import Heartbeats, LiveConsumer, Refused, media_backend_for, receives
from lms.kit.live.messages import flag, identifier, maybe, one_of, text, whole

VERSION = whole(0, 2**31 - 2)

stays = Heartbeats(room.keep_stays)


class RoomConsumer(LiveConsumer):
    """Chat, checklist and notes are written first, then told; who is here and signalling only pass through."""

    appointment: Appointment
    stay: int

    def admits(self, person: Any) -> bool:
        appointment = Appointment.objects.filter(public_id=self.kwargs["public_id"]).first()
        if appointment is None or not rules.can_join_appointment(person, appointment):
            return False
        self.appointment = appointment
        return appointment.mode == Mode.ONLINE and door_of(appointment, timezone.now()) == Door.OPEN

    def group(self) -> str:
        return room_group(self.appointment)

    def hello(self) -> dict[str, Any]:
        media = media_backend_for(self.appointment.capacity + 1)
        return {"media": media.announce(str(self.person.public_id), timezone.now()), **self._me()}

    def snapshot(self) -> dict[str, Any]:
        return content_of(self.appointment)

    async def entered(self) -> None:
        enter = database_sync_to_async(room.enter_room)
        self.stay = (await enter(appointment=self.appointment, person=self.person, now=timezone.now())).pk
        stays.add(self.stay)
        await self.tell_all({"type": "joined", **self._me()})

    async def left(self) -> None:
        stays.remove(self.stay)
        await database_sync_to_async(room.leave_room)(stay=self.stay, now=timezone.now())
        await self.tell_all({"type": "left", "client": self.client_id, "connection": self.connection})

    # --- Who is here, and signalling between browsers: relayed, stamped with who sent it ------------------------------

    @receives("here", burst=20, every=0.5, to=text(80), mic=flag, camera=flag, screen=flag, sound_only=flag)
    async def here(self, to: str, **devices: bool) -> None:
        """The answer to `joined`: whoever comes in learns who is here."""
        await self.tell_all({"type": "here", **self._me(), **devices}, to=to)

    @receives("devices", burst=10, every=0.5, mic=flag, camera=flag, screen=flag, sound_only=flag)
    async def devices(self, **devices: bool) -> None:
        await self.tell_all({"type": "devices", "client": self.client_id, **devices})

    @receives("typing", burst=5, every=1.0)
    async def typing(self) -> None:
        await self.tell_all({"type": "typing", "client": self.client_id, "name": self.person.get_full_name()})

    @receives(
        "description",
        size=20_000,
        burst=30,
        every=2.0,
        to=text(80),
        kind=one_of("offer", "answer"),
        sdp=text(16_000),
    )
    async def description(self, to: str, kind: str, sdp: str) -> None:
        await self.tell_all({"type": "description", "from": self.client_id, "kind": kind, "sdp": sdp}, to=to)

    @receives(
        "candidate",
        size=2_048,
        burst=300,
        every=0.05,
        to=text(80),
        candidate=text(1_000, blank=True),
        mid=maybe(text(64, blank=True)),
        line=maybe(whole(0, 63)),
    )
    async def candidate(self, to: str, candidate: str, mid: str | None, line: int | None) -> None:
        found = {"type": "candidate", "from": self.client_id, "candidate": candidate, "mid": mid, "line": line}
        await self.tell_all(found, to=to)

    @receives("ice", burst=5, every=10.0)
    async def ice(self) -> None:
        """New TURN credentials: those of `hello` are good for an hour."""
        media = media_backend_for(self.appointment.capacity + 1)
        self.tell({"type": "ice", "media": media.announce(str(self.person.public_id), timezone.now())})

    # --- Chat, checklist, notes ---------------------------------------------------------------------------------------

    @receives("say", size=14_000, burst=5, every=1.0, id=identifier, text=text(2_000))
    async def say(self, id: UUID, text: str) -> None:  # noqa: A002 - the field's name
        await self._do(room.say, author=self.person, text=text, key=id, now=timezone.now())
        self.tell({"type": "said", "id": str(id)})

    @receives("add-item", burst=10, every=1.0, text=text(200))
    async def add_item(self, text: str) -> None:
        await self._do(room.add_item, text=text)

    @receives("tick-item", burst=20, every=0.5, id=identifier, done=flag)
    async def tick_item(self, id: UUID, done: bool) -> None:  # noqa: A002 - the field's name
        await self._do(room.tick_item, item=id, done=done)

    @receives("remove-item", burst=10, every=1.0, id=identifier)
    async def remove_item(self, id: UUID) -> None:  # noqa: A002 - the field's name
        await self._do(room.remove_item, item=id)

    @receives("write-notes", size=65_000, burst=5, every=1.0, text=text(10_000, blank=True), version=VERSION)
    async def write_notes(self, text: str, version: int) -> None:
        try:
            notes = await self._do(room.write_notes, text=text, version=version, now=timezone.now())
        except room.NotesConflict as conflict:
            raise Refused(conflict.code, text=conflict.notes.text, version=conflict.notes.version) from conflict
        self.tell({"type": "notes-saved", "version": notes.version})

    async def _do(self, service: Any, **arguments: Any) -> Any:
        try:
            return await database_sync_to_async(service)(appointment=self.appointment, **arguments)
        except room.NotesConflict:
            raise
        except DomainError as refusal:
            raise Refused(refusal.code) from refusal

    def _me(self) -> dict[str, Any]:
        return {
            "client": self.client_id,
            "connection": self.connection,
            "person": str(self.person.public_id),
            "name": self.person.get_full_name(),
            "initials": self.person.initials,
            "is_coach": self.person.pk == self.appointment.coach_id,
        }
