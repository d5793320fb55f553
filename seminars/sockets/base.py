"""Who is in a room, where, and how she comes and goes."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.utils import timezone

from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.live import Heartbeats, LiveConsumer, Refused, receives, send_passing
from lms.kit.live.messages import whole
from lms.kit.live.switchboard import here
from seminars.coalescing import Coalesced
from seminars.enums import RoomRole
from seminars.live import group_group, room_group, staff_group
from seminars.models import BreakoutRoom, LiveSession, Stay
from seminars.queries.room import (
    Event,
    group_event,
    number_in,
    own_content,
    people_in,
    person_event,
    place_of,
    shared_content,
    staff_content,
)
from seminars.rules import can_moderate
from seminars.services import attendance
from seminars.services.breakouts import take_seat

NAMED_AT_MOST = 20
"""People a word of presence names; of more it says only the number, and the list is asked for."""

stays = Heartbeats(attendance.keep)


class Latest:
    """What was read of each room, good until the next event in it, and for a few seconds (captions leave the screen by
    themselves): a thousand who come in together read it once."""

    MOST = 64
    SECONDS = 5.0

    def __init__(self, read: Callable[[LiveSession], Any]) -> None:
        self._read = read
        self._kept: dict[int, tuple[int, float, Any]] = {}

    def of(self, session: LiveSession, number: int) -> Any:
        """`number`: of the last event heard, read before this: what is read is at least as new."""
        kept = self._kept.get(session.pk)
        if kept is None or kept[0] != number or time.monotonic() - kept[1] > self.SECONDS:
            kept = (number, time.monotonic(), self._read(session))
            if len(self._kept) >= self.MOST:
                self._kept.clear()
            self._kept[session.pk] = kept
        return kept[2]


contents = Latest(lambda session: shared_content(session, timezone.now()))


def presence_event(session: LiveSession, mentioned: dict[str, Event]) -> Event:
    """How many are here, and which of those mentioned came or went: somebody with a second device has not gone."""
    event: Event = {"type": "presence", "count": number_in(session)}
    if len(mentioned) <= NAMED_AT_MOST:
        here_now = people_in(session).filter(public_id__in=mentioned).values_list("public_id", flat=True)
        still = {str(public_id) for public_id in here_now}
        event["came"] = [named for person, named in mentioned.items() if person in still]
        event["went"] = [person for person in mentioned if person not in still]
    return event


async def tell_presence(session: LiveSession, things: list[Event]) -> None:
    mentioned = {thing["person"]: thing for thing in things}
    await send_passing(room_group(session), await database_sync_to_async(presence_event)(session, mentioned))


presence: Coalesced[LiveSession] = Coalesced(tell_presence, 1.5)


class RoomSocket(LiveConsumer):
    """The base of a room's socket. Session and role are read at the door and asked again every half minute; each
    service reads the state of the room itself."""

    session: LiveSession
    role: RoomRole | None = None
    breakout: BreakoutRoom | None = None
    stay: Stay

    def admits(self, person: User) -> bool:
        """A role that has changed meanwhile closes the socket: the page is another one now."""
        place = place_of(person, self.kwargs["public_id"])
        if place is None or self.role not in (None, place.role):
            return False
        self.session, self.role = place.session, place.role
        return True

    def group(self) -> str:
        return room_group(self.session)

    def hello(self) -> dict[str, Any]:
        content = self._content()
        return {
            "media": self.media(),
            "now": timezone.now().isoformat(),
            "role": self.role,
            **person_event(self.person),
            **{name: content[name] for name in ("room", "slide", "count")},
        }

    def _content(self) -> Any:
        return contents.of(self.session, self.hub.number())

    def media(self) -> dict[str, Any]:
        raise NotImplementedError

    def snapshot(self) -> dict[str, Any]:
        shared = self._content()
        content: dict[str, Any] = shared | own_content(self.session, self.person, shared)
        content["group"] = group_event(self.session, self.breakout) if self.breakout else None
        if can_moderate(self.role):
            content["desk"] = staff_content(self.session)
        return content

    @receives("resume", burst=3, every=2.0, since=whole(0, 2**53))
    async def resume(self, since: int) -> None:
        """Numbers are those of the main room alone: who listens to a second group as well asks for everything."""
        await super().resume(0 if self.breakout or can_moderate(self.role) else since)

    # --- Coming and going ---------------------------------------------------------------------------------------------

    async def entered(self) -> None:
        if can_moderate(self.role):
            await here().enter(staff_group(self.session), self.line)
        try:
            self.breakout, self.stay = await database_sync_to_async(self._come_in)()
            if self.breakout is not None:
                await here().enter(group_group(self.breakout), self.line)
            stays.add(self.stay.pk)
            presence.add(self.session, person_event(self.person))
            await self.stage_entered()
        except BaseException:
            await self._leave_groups()
            raise

    async def left(self) -> None:
        stays.remove(self.stay.pk)
        try:
            await self.stage_left()
        finally:
            await self._leave_groups()
            await database_sync_to_async(attendance.check_out)(stay=self.stay, now=timezone.now())
            presence.add(self.session, person_event(self.person))

    async def stage_entered(self) -> None:
        """See `seminars.stage`."""

    async def stage_left(self) -> None:
        """See `seminars.stage`."""

    def _come_in(self) -> tuple[BreakoutRoom | None, Stay]:
        now, room = timezone.now(), None
        # Whoever lost her connection in a group comes back to it.
        if self.session.is_live and not can_moderate(self.role) and self._content()["round"]:
            with suppress(DomainError):  # it ended meanwhile: the next word says so
                room = take_seat(session=self.session, actor=self.person, now=now)
        return room, attendance.check_in(session=self.session, person=self.person, breakout=room, now=now)

    async def go_into(self, room: BreakoutRoom | None) -> None:
        """Move to a group, or back to the room: what is said there is heard, and the time there is counted as there."""
        if room != self.breakout:
            if self.breakout is not None:
                await here().leave(group_group(self.breakout), self.line)
            self.breakout = room
            if room is not None:
                await here().enter(group_group(room), self.line)
            stays.remove(self.stay.pk)
            self.stay = await database_sync_to_async(self._move_stay)()
            stays.add(self.stay.pk)
        empty: Event = {"type": "group", "id": None}
        self.tell(await database_sync_to_async(group_event)(self.session, room) if room is not None else empty)

    def _move_stay(self) -> Stay:
        now, last = timezone.now(), self.stay
        stay = attendance.check_in(session=self.session, person=self.person, breakout=self.breakout, now=now)
        attendance.check_out(stay=last, now=now)
        return stay

    async def _leave_groups(self) -> None:
        if can_moderate(self.role):
            await here().leave(staff_group(self.session), self.line)
        if self.breakout is not None:
            await here().leave(group_group(self.breakout), self.line)

    # --- What the subjects use ----------------------------------------------------------------------------------------

    def require(self, rule: Callable[[RoomRole | None], bool]) -> None:
        if not rule(self.role):
            raise Refused("not-allowed")

    async def do(self, service: Callable[..., Any], **arguments: Any) -> Any:
        """A service as this person, now; its refusal becomes the answer."""
        call = database_sync_to_async(service)
        try:
            return await call(session=self.session, actor=self.person, now=timezone.now(), **arguments)
        except DomainError as refusal:
            raise Refused(refusal.code) from refusal

    async def somebody(self, public_id: UUID) -> User:
        found: User | None = await database_sync_to_async(User.objects.filter(public_id=public_id).first)()
        if found is None:
            raise Refused("unknown")
        return found
