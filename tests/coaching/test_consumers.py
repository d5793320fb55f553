"""The room's socket: who comes in, what each message does, what a broken one does not do."""

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.test import Client
from django.utils import timezone

from coaching.enums import AppointmentState, Mode, SeatState
from coaching.models import Appointment, RoomMessage, RoomPresence, Seat
from coaching.services.changing import cancel_appointment
from lms.accounts.models import User
from lms.accounts.services import revoke_rights, suspend
from lms.kit.live import rounds, switchboard
from tests.factories import AppointmentFactory, EnrolmentFactory, SeatFactory, UserFactory
from tests.sockets import PATIENCE, SocketClient
from tests.world import client_for, client_half_way

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
in_database = database_sync_to_async


@dataclass(frozen=True)
class Room:
    appointment: Appointment
    seat: Seat
    coach: Client
    learner: Client
    stranger: Client

    @property
    def path(self) -> str:
        return f"/ws/appointments/{self.appointment.public_id}/"


def make_room(**fields: Any) -> Room:
    now = timezone.now()
    fields = {"starts_at": now, "ends_at": now + timedelta(minutes=45)} | fields
    seat = SeatFactory(appointment=AppointmentFactory(**fields), enrolment__learner__display_name="Lina Benali")
    appointment = seat.appointment
    return Room(
        appointment,
        seat,
        coach=client_for(appointment.coach),
        learner=client_for(seat.learner),
        stranger=client_for(EnrolmentFactory(cohort=seat.enrolment.cohort).learner),
    )


@pytest.fixture
def room(transactional_db: None) -> Room:
    return make_room()


@asynccontextmanager
async def inside(client: Client, path: str, **options: Any) -> AsyncIterator[SocketClient]:
    socket = SocketClient(client, path, **options)
    assert await socket.is_let_in()
    yield socket
    await socket.disconnect(timeout=PATIENCE)


@asynccontextmanager
async def both(room: Room) -> AsyncIterator[tuple[SocketClient, SocketClient]]:
    async with inside(room.coach, room.path) as coach, inside(room.learner, room.path) as learner:
        await coach.hears("hello")
        await learner.hears("hello")
        yield coach, learner


# --- The door ---------------------------------------------------------------------------------------------------------


async def is_let_in(client: Client | None, path: str, **options: Any) -> bool:
    socket = SocketClient(client, path, **options)
    let_in = await socket.is_let_in()
    await socket.disconnect(timeout=PATIENCE)
    return let_in


async def test_only_the_people_of_the_appointment_come_in(room: Room) -> None:
    assert await is_let_in(room.coach, room.path)
    assert await is_let_in(room.learner, room.path)
    assert not await is_let_in(room.stranger, room.path)
    assert not await is_let_in(None, room.path)
    administrator = await in_database(lambda: client_for(UserFactory(is_superuser=True)))()
    assert not await is_let_in(administrator, room.path)
    assert not await is_let_in(room.coach, f"/ws/appointments/{uuid.uuid4()}/")
    assert not await is_let_in(room.coach, "/ws/nothing/")


async def test_another_site_is_refused(room: Room) -> None:
    assert not await is_let_in(room.coach, room.path, origin="https://evil.example")
    assert not await is_let_in(room.coach, room.path, origin="http://testserver.evil.example")
    assert not await is_let_in(room.coach, room.path, origin="null")


async def test_half_a_sign_in_is_nobody(room: Room) -> None:
    def with_second_factor() -> Client:
        from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

        coach = UserFactory()
        TOTP.activate(coach, generate_totp_secret())
        Appointment.objects.filter(pk=room.appointment.pk).update(coach=coach)
        return client_half_way(coach)

    assert not await is_let_in(await in_database(with_second_factor)(), room.path)


async def test_staff_whose_second_factor_is_overdue_stay_outside(room: Room) -> None:
    long_ago = timezone.now() - timedelta(days=60)
    await in_database(User.objects.filter(pk=room.appointment.coach_id).update)(staff_since=long_ago)

    assert not await is_let_in(room.coach, room.path)
    assert await is_let_in(room.learner, room.path)


async def test_a_room_that_is_not_open_lets_nobody_in(room: Room) -> None:
    now = timezone.now()
    changes: list[dict[str, Any]] = [
        {"starts_at": now + timedelta(minutes=11), "ends_at": now + timedelta(minutes=56)},
        {"starts_at": now - timedelta(minutes=90), "ends_at": now - timedelta(minutes=31)},
        {"starts_at": now, "mode": Mode.PHONE},
        {"mode": Mode.ONLINE, "state": AppointmentState.CANCELLED, "cancelled_at": now},
    ]
    for change in changes:
        change = {"ends_at": now + timedelta(minutes=45)} | change
        await in_database(Appointment.objects.filter(pk=room.appointment.pk).update)(**change)

        assert not await is_let_in(room.coach, room.path), change
        assert not await is_let_in(room.learner, room.path), change


# --- Rights that change while the socket is open ----------------------------------------------------------------------


async def test_somebody_suspended_is_out_at_once_and_the_other_stays(room: Room) -> None:
    async with inside(room.coach, room.path) as coach, inside(room.learner, room.path) as learner:
        await learner.hears("hello")
        actor = await in_database(UserFactory)(is_superuser=True)
        await in_database(suspend)(user=room.seat.learner, actor=actor, now=timezone.now())

        assert await learner.is_closed_with() == 4403
        left = await coach.hears("left")
        assert left["client"].startswith(str(room.seat.learner.public_id))
    assert not await is_let_in(room.learner, room.path)


async def test_signing_out_closes_the_socket(room: Room) -> None:
    async with inside(room.learner, room.path) as learner:
        await learner.hears("hello")
        await in_database(room.learner.post)("/accounts/logout/")

        assert await learner.is_closed_with() == 4403


async def test_a_change_of_rights_that_stays_unheard_is_seen_within_two_minutes(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "EVERY", 0.05)
    async with inside(room.learner, room.path) as learner:
        await learner.hears("hello")
        await in_database(Seat.objects.filter(pk=room.seat.pk).update)(state=SeatState.CANCELLED)

        assert await learner.is_closed_with() == 4403


async def test_nobody_is_put_out_by_a_change_that_is_rolled_back(room: Room) -> None:
    def change_and_give_up() -> None:
        from django.db import transaction

        with transaction.atomic():
            revoke_rights(user=room.seat.learner)
            transaction.set_rollback(True)

    async with both(room) as (_coach, learner):
        await in_database(change_and_give_up)()
        await learner.says("ping")

        assert await learner.hears("pong")


async def test_an_appointment_that_is_cancelled_empties_its_room(room: Room) -> None:
    cancel = partial(cancel_appointment, appointment=room.appointment, actor=room.appointment.coach)
    async with both(room) as (coach, learner):
        await in_database(cancel)(now=timezone.now(), reason="Fire alarm.")

        assert await coach.is_closed_with() == await learner.is_closed_with() == 4404


# --- What people do ---------------------------------------------------------------------------------------------------


async def test_a_greeting_names_the_media_and_the_place_in_the_story(room: Room) -> None:
    async with inside(room.learner, f"{room.path}?device=0123456789abcdef") as learner:
        hello = await learner.hears("hello")

        assert hello["client"] == f"{room.seat.learner.public_id}.0123456789abcdef"
        assert hello["media"] == {"backend": "p2p", "ice_servers": [], "limit": 6}
        assert (hello["name"], hello["is_coach"]) == ("Lina Benali", False)
        assert hello["seq"] > 0


async def test_what_is_said_is_written_numbered_and_heard_by_both(room: Room) -> None:
    async with both(room) as (coach, learner):
        key = str(uuid.uuid4())
        for _ in range(2):  # sent again after a cut: said once
            await learner.says("say", id=key, text="Bonjour <b>Clara</b> 👋")
            assert await learner.hears("said") == {"type": "said", "id": key}
        await coach.says("say", id=str(uuid.uuid4()), text="Bonjour !")

        first, second = await coach.hears("message"), await coach.hears("message")
        assert (first["text"], first["n"], first["name"]) == ("Bonjour <b>Clara</b> 👋", 1, "Lina Benali")
        assert (second["n"], second["seq"]) == (2, first["seq"] + 1)
        own = first  # may come after its two receipts, or before
        while own == first:
            own = await learner.hears("message")
        assert own == second
    assert await RoomMessage.objects.filter(appointment=room.appointment).acount() == 2


async def test_who_was_cut_off_resumes_or_gets_everything(room: Room) -> None:
    async with inside(room.coach, room.path) as coach:
        await coach.hears("hello")
        async with inside(room.learner, room.path) as learner:
            await learner.hears("hello")
            await coach.says("say", id=str(uuid.uuid4()), text="Un")
            heard = (await learner.hears("message"))["seq"]
        for text in ("Deux", "Trois"):
            await coach.says("say", id=str(uuid.uuid4()), text=text)
            await coach.hears("said")
        async with inside(room.learner, room.path) as learner:
            await learner.says("resume", since=heard)
            missed = [await learner.hears("message"), await learner.hears("message")]
            await learner.says("resume", since=0)
            whole = await learner.hears("snapshot")

    assert [message["text"] for message in missed] == ["Deux", "Trois"]
    assert [message["text"] for message in whole["messages"]] == ["Un", "Deux", "Trois"]
    assert whole["seq"] == missed[-1]["seq"]


async def test_the_list_is_shared(room: Room) -> None:
    async with both(room) as (coach, learner):
        await coach.says("add-item", text="Relire la fiche 2")
        item = await learner.hears("item")
        await learner.says("tick-item", id=item["id"], done=True)
        ticked = [await coach.hears("item") for _ in range(2)][-1]
        await coach.says("remove-item", id=item["id"])

        assert (ticked["text"], ticked["done"]) == ("Relire la fiche 2", True)
        assert (await learner.hears("item-removed"))["id"] == item["id"]
        await learner.says("tick-item", id=item["id"], done=True)
        assert (await learner.hears("refused"))["code"] == "unknown-item"


async def test_a_line_of_another_room_cannot_be_ticked(room: Room) -> None:
    other = await in_database(make_room)()
    async with both(room) as (coach, _learner):
        await coach.says("add-item", text="Ici")
        item = await coach.hears("item")
        async with both(other) as (other_coach, _other_learner):
            await other_coach.says("tick-item", id=item["id"], done=True)

            assert (await other_coach.hears("refused"))["code"] == "unknown-item"


async def test_two_people_writing_notes_lose_nothing(room: Room) -> None:
    async with both(room) as (coach, learner):
        await coach.says("write-notes", text="Objectif : l’atelier.", version=0)
        assert (await coach.hears("notes-saved"))["version"] == 1
        await learner.says("write-notes", text="Je veux aussi…", version=0)

        refused = await learner.hears("refused")
        assert (refused["code"], refused["text"], refused["version"]) == ("notes-conflict", "Objectif : l’atelier.", 1)
        await learner.says("write-notes", text=f"{refused['text']}\nJe veux aussi…", version=1)
        notes = await coach.hears("notes")
        if notes["version"] == 1:  # her own, told to everybody: it may follow the word that it was saved
            notes = await coach.hears("notes")
        assert (notes["text"], notes["version"]) == ("Objectif : l’atelier.\nJe veux aussi…", 2)


async def test_signalling_reaches_the_one_it_is_for_and_names_its_sender(room: Room) -> None:
    async with inside(room.coach, room.path) as coach, inside(room.learner, room.path) as learner:
        own = (await coach.hears("hello"))["client"]
        newcomer = (await learner.hears("hello"))["client"]
        await coach.says("here", to=newcomer, mic=True, camera=False, screen=False, sound_only=False)
        assert (await learner.hears("here"))["client"] == own
        await learner.says("description", to=own, kind="offer", sdp="v=0\r\n")
        await learner.says("candidate", to=own, candidate="candidate:1", mid="0", line=0)

        offer, candidate = await coach.hears("description"), await coach.hears("candidate")
        assert (offer["from"], offer["kind"], offer["sdp"]) == (newcomer, "offer", "v=0\r\n")
        assert (candidate["from"], candidate["candidate"], candidate["mid"]) == (newcomer, "candidate:1", "0")
        await learner.says("devices", mic=True, camera=True, screen=False, sound_only=False)
        assert (await coach.hears("devices"))["camera"] is True


async def test_a_stay_is_written_when_it_begins_and_when_it_ends(room: Room) -> None:
    async with both(room):
        assert await RoomPresence.objects.filter(left_at=None).acount() == 2
    stays = [stay async for stay in RoomPresence.objects.filter(appointment=room.appointment)]
    assert {stay.person_id for stay in stays} == {room.appointment.coach_id, room.seat.learner_id}
    assert all(stay.left_at == stay.seen_at >= stay.joined_at for stay in stays)


async def test_hubs_go_with_their_last_client(room: Room) -> None:
    async with both(room):
        groups = set(switchboard.here().hubs)
        assert groups == {
            f"appointment.{room.appointment.public_id}",
            f"rights.{room.appointment.coach_id}",
            f"rights.{room.seat.learner_id}",
        }
    assert switchboard.here().hubs == {}


# --- What is broken ---------------------------------------------------------------------------------------------------


BROKEN = [
    ("pas du JSON", "malformed"),
    ("[]", "malformed"),
    ('{"type": "dance"}', "unknown"),
    ('{"type": "resume"}', "malformed"),
    ('{"type": "say", "id": "1", "text": "a"}', "malformed"),
    (json.dumps({"type": "say", "id": str(uuid.uuid4()), "text": "é" * 2001}), "malformed"),
    (json.dumps({"type": "add-item", "text": "a" * 2000}), "too-long"),
    (json.dumps({"type": "say", "id": str(uuid.uuid4()), "text": "a", "person": "clara"}), "malformed"),
    (json.dumps({"type": "description", "to": "x", "kind": "offer", "sdp": "a" * 16_001}), "malformed"),
    (json.dumps({"type": "description", "to": "x", "kind": "offer", "sdp": "a" * 20_001}), "too-long"),
]


async def test_a_broken_message_is_refused_and_the_room_goes_on(room: Room) -> None:
    async with both(room) as (coach, learner):
        for frame, code in BROKEN:
            await learner.send_to(text_data=frame)
            assert (await learner.hears("refused"))["code"] == code, frame[:80]
        await learner.send_to(bytes_data=b"\x00\x01")
        assert (await learner.hears("refused"))["code"] == "malformed"
        await learner.says("say", id=str(uuid.uuid4()), text="Toujours là")
        assert (await coach.hears("message"))["text"] == "Toujours là"
