"""Chat, questions, hands and reactions."""

from collections import Counter
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async

from lms.kit.live import receives, send_passing
from lms.kit.live.messages import flag, identifier, maybe, one_of, text, whole
from seminars.coalescing import Coalesced
from seminars.live import group_group, room_group
from seminars.models import LiveSession
from seminars.queries.room import earlier_event
from seminars.rules import can_moderate, can_present
from seminars.services import chat, hands, questions

from .base import RoomSocket

LINE: dict[str, Any] = {"size": 3_200, "burst": 5, "every": 1.0}
REACTIONS = ("clap", "thanks", "yes", "no", "slower", "lost")


async def tell_votes(session: LiveSession, ids: list[UUID]) -> None:
    await database_sync_to_async(questions.tell_votes)(session, set(ids))


async def tell_reactions(session: LiveSession, kinds: list[str]) -> None:
    await send_passing(room_group(session), {"type": "reactions", "counts": Counter(kinds)})


async def tell_typing(group: str, names: list[str]) -> None:
    distinct = list(dict.fromkeys(names))
    await send_passing(group, {"type": "typing", "names": distinct[:3], "count": len(distinct)})


votes: Coalesced[LiveSession] = Coalesced(tell_votes, 1.0)
reactions: Coalesced[LiveSession] = Coalesced(tell_reactions, 1.0)
typing: Coalesced[str] = Coalesced(tell_typing, 2.0)


class Talking(RoomSocket):
    """What participants do; those who run the session do more with the same messages."""

    # --- Chat ---------------------------------------------------------------------------------------------------------

    @receives("say", **LINE, id=identifier, text=text(1_000), reply=maybe(identifier))
    async def say(self, id: UUID, text: str, reply: UUID | None) -> None:  # noqa: A002 - the field's name
        await self.do(chat.say, role=self.role, text=text, key=id, breakout=self.breakout, reply_to=reply)
        self.tell({"type": "said", "id": str(id)})

    @receives("earlier", burst=5, every=1.0, before=whole(1, 2**31 - 1))
    async def earlier(self, before: int) -> None:
        """What was said before, where she is now: in the room, or in her group."""
        self.tell(await database_sync_to_async(earlier_event)(self.session, self.breakout, before))

    @receives("edit", **LINE, id=identifier, text=text(1_000))
    async def edit(self, id: UUID, text: str) -> None:  # noqa: A002 - the field's name
        await self.do(chat.edit, message=id, text=text)

    @receives("delete", id=identifier)
    async def delete(self, id: UUID) -> None:  # noqa: A002 - the field's name
        await self.do(chat.delete, message=id, role=self.role)

    @receives("pin", id=identifier, pinned=flag)
    async def pin(self, id: UUID, pinned: bool) -> None:  # noqa: A002 - the field's name
        self.require(can_moderate)
        await self.do(chat.pin, message=id, pinned=pinned)

    @receives("typing", burst=2, every=2.0)
    async def typing(self) -> None:
        group = group_group(self.breakout) if self.breakout else room_group(self.session)
        typing.add(group, self.person.get_full_name())

    # --- Questions ----------------------------------------------------------------------------------------------------

    @receives("ask", size=2_500, burst=3, every=3.0, id=identifier, text=text(500))
    async def ask(self, id: UUID, text: str) -> None:  # noqa: A002 - the field's name
        await self.do(questions.ask, text=text, key=id)
        self.tell({"type": "asked", "id": str(id)})

    @receives("vote", burst=10, every=1.0, id=identifier, wanted=flag)
    async def vote(self, id: UUID, wanted: bool) -> None:  # noqa: A002 - the field's name
        await self.do(questions.vote, question=id, wanted=wanted)
        self.tell({"type": "voted", "id": str(id), "wanted": wanted})
        votes.add(self.session, id)

    @receives("answer-question", size=8_500, id=identifier, text=text(2_000, blank=True), live=flag)
    async def answer_question(self, id: UUID, text: str, live: bool) -> None:  # noqa: A002 - the field's name
        self.require(can_moderate)
        await self.do(questions.answer, question=id, text=text, live=live)

    @receives("dismiss-question", size=2_500, id=identifier, text=text(500, blank=True))
    async def dismiss_question(self, id: UUID, text: str) -> None:  # noqa: A002 - the field's name
        self.require(can_moderate)
        await self.do(questions.dismiss, question=id, text=text)

    # --- Hands --------------------------------------------------------------------------------------------------------

    @receives("hand", burst=2, every=3.0, up=flag)
    async def hand(self, up: bool) -> None:
        await self.do(hands.raise_hand if up else hands.lower)

    @receives("lower", id=identifier)
    async def lower(self, id: UUID) -> None:  # noqa: A002 - the field's name
        self.require(can_moderate)
        await self.do(hands.lower, hand=id)

    @receives("invite", person=identifier)
    async def invite(self, person: UUID) -> None:
        self.require(can_present)
        await self.do(hands.invite, person=await self.somebody(person))

    @receives("to-stage", burst=2, every=3.0)
    async def to_stage(self) -> None:
        await self.do(hands.take_stage)

    # --- Reactions ----------------------------------------------------------------------------------------------------

    @receives("react", burst=5, every=1.0, kind=one_of(*REACTIONS))
    async def react(self, kind: str) -> None:
        if self.session.is_live or await database_sync_to_async(self._is_live_now)():
            reactions.add(self.session, kind)

    def _is_live_now(self) -> Any:
        self.session.refresh_from_db(fields=["state"])
        return self.session.is_live
