"""Who is here, and what a host does with the room."""

from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async

from lms.kit.live import receives
from lms.kit.live.messages import flag, identifier, one_of, text, whole
from seminars.forms.room import STATES
from seminars.queries.room import PEOPLE_A_PAGE, people_in, person_event, silent_in
from seminars.rules import can_host, can_moderate
from seminars.services import room

from .base import RoomSocket


class Hosting(RoomSocket):
    @receives("people", burst=5, every=2.0, page=whole(1, 10_000), silent=flag)
    async def people(self, page: int, silent: bool) -> None:
        """A page of who is here; who has not yet said anything, for those who run it."""
        if silent:
            self.require(can_moderate)
        self.tell(await database_sync_to_async(self._people)(page, silent))

    def _people(self, page: int, silent: bool) -> dict[str, Any]:
        found = (silent_in if silent else people_in)(self.session)
        first = (page - 1) * PEOPLE_A_PAGE
        people = list(found[first : first + PEOPLE_A_PAGE + 1])
        return {
            "type": "people",
            "silent": silent,
            "page": page,
            "people": [person_event(person) for person in people[:PEOPLE_A_PAGE]],
            "more": len(people) > PEOPLE_A_PAGE,
        }

    @receives("room", what=one_of(*STATES))
    async def room(self, what: str) -> None:
        self.require(STATES[what].rule)
        await self.do(STATES[what].service)

    @receives("record", on=flag)
    async def record(self, on: bool) -> None:
        self.require(can_host)
        from seminars.services import recording

        await self.do(recording.start if on else recording.stop)

    @receives("remove", size=2_500, person=identifier, reason=text(300))
    async def remove(self, person: UUID, reason: str) -> None:
        self.require(can_moderate)
        await self.do(room.remove, person=await self.somebody(person), reason=reason)

    @receives("let-back", person=identifier)
    async def let_back(self, person: UUID) -> None:
        self.require(can_moderate)
        await self.do(room.let_back, person=await self.somebody(person))
