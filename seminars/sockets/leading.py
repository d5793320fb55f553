"""Polls, groups, slides, notes and captions: what presenters lead, and participants follow."""

import asyncio
from uuid import UUID

from channels.db import database_sync_to_async
from django.utils import timezone

from lms.kit.live import Refused, receives
from lms.kit.live.messages import flag, identifier, maybe, several, text, whole
from seminars.coalescing import Coalesced
from seminars.models import BreakoutRound, LiveSession
from seminars.queries.room import deck_pages
from seminars.rules import can_host, can_moderate, can_present
from seminars.services import breakouts, captions, decks, notes, polls, slides

from .base import RoomSocket

PAGE = whole(1, 2_000)

_timers: set[asyncio.Task[None]] = set()


async def tell_results(key: tuple[LiveSession, UUID], _voters: list[object]) -> None:
    await database_sync_to_async(polls.tell_results)(*key)


results: Coalesced[tuple[LiveSession, UUID]] = Coalesced(tell_results, 1.0)


def close_in_time(round_: BreakoutRound) -> None:
    """Close these groups when their time is over; should this process die, the worker does it within a minute."""

    async def wait() -> None:
        if round_.ends_at is not None:
            await asyncio.sleep(max(0.0, (round_.ends_at - timezone.now()).total_seconds()))
            await database_sync_to_async(breakouts.close_due)(round_=round_, now=timezone.now())

    task = asyncio.create_task(wait())
    _timers.add(task)
    task.add_done_callback(_timers.discard)


class Leading(RoomSocket):
    # --- Polls --------------------------------------------------------------------------------------------------------

    @receives(
        "poll-prepare",
        size=10_000,
        question=text(300),
        choices=several(text(200, blank=True), 10),
        right=several(whole(0, 9), 10),
        multiple=flag,
    )
    async def poll_prepare(self, question: str, choices: list[str], right: list[int], multiple: bool) -> None:
        self.require(can_present)
        prepare = polls.prepare_poll
        poll = await self.do(prepare, question=question, choices=choices, right=right, multiple=multiple)
        self.tell({"type": "poll-prepared", "id": str(poll.public_id)})

    @receives("poll-open", id=identifier)
    async def poll_open(self, id: UUID) -> None:  # noqa: A002 - the field's name
        self.require(can_present)
        await self.do(polls.open_poll, poll=id)

    @receives("poll-close", id=identifier)
    async def poll_close(self, id: UUID) -> None:  # noqa: A002 - the field's name
        self.require(can_present)
        await self.do(polls.close_poll, poll=id)

    @receives("poll-show", id=identifier, shown=flag)
    async def poll_show(self, id: UUID, shown: bool) -> None:  # noqa: A002 - the field's name
        self.require(can_present)
        await self.do(polls.show_poll, poll=id, shown=shown)

    @receives("poll-answer", burst=5, every=1.0, id=identifier, choices=several(identifier, 10))
    async def poll_answer(self, id: UUID, choices: list[UUID]) -> None:  # noqa: A002 - the field's name
        await self.do(polls.answer_poll, poll=id, choices=choices)
        self.tell({"type": "poll-answered", "id": str(id), "choices": [str(choice) for choice in choices]})
        results.add((self.session, id), None)

    # --- Groups -------------------------------------------------------------------------------------------------------

    @receives("round-prepare", size=20_000, names=several(text(80, blank=True), 50), minutes=whole(1, 180))
    async def round_prepare(self, names: list[str], minutes: int) -> None:
        self.require(can_host)
        round_ = await self.do(breakouts.prepare_round, names=names, minutes=minutes)
        self.tell({"type": "round-prepared", "id": str(round_.public_id)})

    @receives("round-seat", burst=20, every=0.5, room=identifier, person=identifier)
    async def round_seat(self, room: UUID, person: UUID) -> None:
        self.require(can_host)
        await self.do(breakouts.seat, room=room, person=await self.somebody(person))

    @receives("round-open", id=identifier)
    async def round_open(self, id: UUID) -> None:  # noqa: A002 - the field's name
        self.require(can_host)
        close_in_time(await self.do(breakouts.open_groups, round_id=id))

    @receives("round-tell", size=2_500, text=text(500))
    async def round_tell(self, text: str) -> None:
        self.require(can_moderate)
        await self.do(breakouts.tell_groups, text=text)

    @receives("round-close")
    async def round_close(self) -> None:
        self.require(can_host)
        await self.do(breakouts.close_groups)

    @receives("group", burst=5, every=1.0, id=maybe(identifier))
    async def enter_group(self, id: UUID | None) -> None:  # noqa: A002 - the field's name
        """Where her seat is, once groups are open; the group she asks for, for who runs it; else back to the room."""
        room = await self.do(breakouts.take_seat, room=id, may_visit=can_moderate(self.role))
        await self.go_into(room)

    # --- Slides, notes, captions --------------------------------------------------------------------------------------

    @receives("slide", burst=10, every=0.3, deck=maybe(identifier), page=PAGE)
    async def slide(self, deck: UUID | None, page: int) -> None:
        self.require(can_present)
        await self.do(slides.turn, deck=deck, page=page)

    @receives("pages", burst=10, every=1.0, deck=identifier)
    async def pages(self, deck: UUID) -> None:
        """Every page of a deck that came after the page was loaded."""
        found = await database_sync_to_async(deck_pages)(self.session, deck__public_id=deck)
        if not found:
            raise Refused("unknown")
        self.tell({"type": "pages", "deck": str(deck), "pages": found})

    @receives("decks", size=8_000, burst=3, every=3.0, ready=several(identifier, 200))
    async def decks(self, ready: list[UUID]) -> None:
        """Whoever presents waits for pages; without Redis the worker that makes them cannot tell the room."""
        self.require(can_present)
        await database_sync_to_async(decks.tell_if_new)(self.session, ready)

    @receives("sheet", burst=10, every=0.5, place=whole(1, 500), done=flag)
    async def sheet(self, place: int, done: bool) -> None:
        self.require(can_moderate)
        await self.do(slides.tick_sheet, place=place, done=done)

    @receives("notes", size=65_000, text=text(notes.LONGEST, blank=True), version=whole(0, 2**31 - 2))
    async def write_notes(self, text: str, version: int) -> None:
        self.require(can_moderate)
        try:
            written = await self.do(notes.write_notes, text=text, version=version)
        except Refused as refused:
            conflict = refused.__cause__
            if isinstance(conflict, notes.NotesConflict):
                refused.details |= {"text": conflict.session.shared_notes, "version": conflict.session.notes_version}
            raise
        self.tell({"type": "notes-saved", "version": written.notes_version})

    @receives("note", size=2_500, burst=2, every=5.0, text=text(500))
    async def add_note(self, text: str) -> None:
        await self.do(notes.add_note, text=text)
        self.tell({"type": "noted"})

    @receives("caption", size=2_500, burst=10, every=0.5, text=text(500), speaker=text(100, blank=True))
    async def caption(self, text: str, speaker: str) -> None:
        self.require(can_moderate)
        await self.do(captions.type_caption, text=text, speaker=speaker)
