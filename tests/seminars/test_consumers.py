"""The socket of a live room: who comes in, what each message does, and for whom."""

import asyncio
import time
import uuid
from concurrent.futures import Future
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from asgiref.current_thread_executor import CurrentThreadExecutor
from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Collection

from lms.accounts.services import suspend
from lms.kit.live import publishing, rounds, switchboard
from seminars.enums import HandState, RegistrationState, RoomRole, SessionState
from seminars.models import (
    BreakoutRoom,
    BreakoutSeat,
    Caption,
    ChatMessage,
    Deck,
    Hand,
    LiveSession,
    Question,
    Registration,
    RoomChange,
    SessionPollAnswer,
    SessionStaff,
    SlideTurn,
    Stay,
)
from seminars.queries import room as queries
from seminars.queries.room import place_of
from seminars.queries.sight import role_in
from seminars.rules import can_enter
from seminars.services import breakouts, chat, decks
from seminars.services.announcing import call_off
from seminars.services.registration import cancel
from seminars.sockets import base, leading, talking
from tests.factories import UserFactory
from tests.seminars.factories import (
    BreakoutRoomFactory,
    BreakoutSeatFactory,
    ChatMessageFactory,
    DeckFactory,
    RegistrationFactory,
    RunSheetItemFactory,
    SessionPollFactory,
    SlideFactory,
    StayFactory,
)
from tests.seminars.rooms import Room, all_in, inside, make_room
from tests.sockets import PATIENCE, SocketClient
from tests.world import client_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
in_database = database_sync_to_async


def key() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def room(transactional_db: None) -> Room:
    return make_room()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is gathered for a second is told within a twentieth of one."""
    for gathered in (base.presence, talking.votes, talking.reactions, talking.typing, leading.results):
        monkeypatch.setattr(gathered, "every", 0.05)


async def is_let_in(client: Client | None, path: str) -> bool:
    socket = SocketClient(client, path)
    let_in = await socket.is_let_in()
    await socket.disconnect(timeout=PATIENCE)
    return let_in


async def let_in(room: Room, name: str) -> bool:
    return await is_let_in(await in_database(client_for)(getattr(room, name)), room.path)


async def refuses(socket: SocketClient, code: str, type_: str, /, **fields: Any) -> None:
    await socket.says(type_, **fields)
    refused = await socket.hears("refused")
    assert (refused["code"], refused["of"]) == (code, type_)


# --- The door ---------------------------------------------------------------------------------------------------------


async def test_who_runs_it_and_who_registered_come_in(room: Room) -> None:
    for name in ("host", "presenter", "moderator", "learner"):
        assert await let_in(room, name), name
    assert not await let_in(room, "stranger")
    assert not await is_let_in(None, room.path)
    assert not await is_let_in(await in_database(client_for)(room.host), f"/ws/seminars/{uuid.uuid4()}/")


@pytest.mark.parametrize("state", [SessionState.DRAFT, SessionState.ENDED, SessionState.CANCELLED])
async def test_a_session_that_is_not_held_lets_nobody_in(room: Room, state: SessionState) -> None:
    await in_database(LiveSession.objects.filter(pk=room.session.pk).update)(state=state)

    assert not await let_in(room, "host")
    assert not await let_in(room, "learner")


async def test_a_locked_room_is_open_to_who_was_in_it(room: Room) -> None:
    await in_database(LiveSession.objects.filter(pk=room.session.pk).update)(locked_at=timezone.now())
    assert not await let_in(room, "learner")
    assert await let_in(room, "moderator")

    await in_database(StayFactory)(session=room.session, person=room.learner)
    assert await let_in(room, "learner")


async def test_the_door_says_what_the_rules_say(room: Room) -> None:
    def compare() -> None:
        administrator = UserFactory(is_superuser=True)
        waiting = UserFactory()
        Registration.objects.create(session=room.session, person=waiting, state=RegistrationState.WAITING)
        people = [room.host, room.presenter, room.moderator, room.learner, room.stranger, administrator, waiting]
        for state in SessionState:
            for locked in (None, timezone.now()):
                LiveSession.objects.filter(pk=room.session.pk).update(state=state, locked_at=locked)
                session = LiveSession.objects.get(pk=room.session.pk)
                for person in people:
                    place = place_of(person, session.public_id)
                    assert (place is not None) == can_enter(person, session), (state, locked, person)
                    assert place is None or place.role == role_in(person, session)

    await in_database(compare)()


# --- Coming and going -------------------------------------------------------------------------------------------------


async def test_a_greeting_names_the_role_the_state_and_the_media(room: Room) -> None:
    client = await in_database(client_for)(room.presenter)
    socket = SocketClient(client, f"{room.path}?device=0123456789abcdef")
    assert await socket.is_let_in()
    hello = await socket.hears("hello")
    await socket.disconnect(timeout=PATIENCE)

    assert hello["client"] == f"{room.presenter.public_id}.0123456789abcdef"
    assert (hello["role"], hello["room"]["state"], hello["slide"]) == (
        "presenter",
        "live",
        {"type": "slide", "deck": None},
    )
    assert "backend" in hello["media"]


async def test_each_connection_is_a_stay_and_presence_is_said_once_for_many(room: Room) -> None:
    async with all_in(room, "host", "learner", "classmate") as (host, _learner, _classmate):
        came: set[str] = set()
        while len(came) < 3:
            told = await host.hears("presence")
            came |= {one["name"] for one in told["came"]}
        assert told["count"] == 3
        assert came == {"Host Roy", "Learner Benali", "Classmate Benali"}
        assert await Stay.objects.filter(left_at=None).acount() == 3
    assert await Stay.objects.filter(left_at=None).acount() == 0
    assert switchboard.here().hubs == {}


async def test_somebody_with_a_second_device_has_not_gone(room: Room) -> None:
    async def hears_that_there_are(count: int) -> list[str]:
        """Who went: told in as many pieces as were gathered."""
        while (told := await host.hears("presence"))["count"] != count:
            assert told["went"] == []
        return list(told["went"])

    async with all_in(room, "host", "learner") as (host, learner):
        assert await hears_that_there_are(2) == []
        async with all_in(room, "learner"):
            pass
        await learner.disconnect(timeout=PATIENCE)
        assert await hears_that_there_are(1) == [str(room.learner.public_id)]


async def test_the_list_of_people_comes_in_pages(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seminars.sockets.hosting.PEOPLE_A_PAGE", 2)
    async with all_in(room, "host", "learner", "classmate") as (host, learner, _classmate):
        await learner.says("people", page=1, silent=False)
        first = await learner.hears("people")
        await learner.says("people", page=2, silent=False)
        second = await learner.hears("people")
        assert [[one["name"] for one in page["people"]] for page in (first, second)] == [
            ["Classmate Benali", "Host Roy"],
            ["Learner Benali"],
        ]
        assert (first["more"], second["more"]) == (True, False)

        await refuses(learner, "not-allowed", "people", page=1, silent=True)
        await learner.says("say", id=key(), text="Bonjour", reply=None)
        await learner.hears("said")
        await host.says("people", page=1, silent=True)
        assert [one["name"] for one in (await host.hears("people"))["people"]] == ["Classmate Benali"]


async def test_those_who_wait_hear_that_the_room_opens(transactional_db: None) -> None:
    room = await in_database(make_room)(live=False, starts_at=timezone.now() + timedelta(minutes=5))
    async with all_in(room, "host", "learner") as (host, learner):
        await refuses(learner, "not-open", "say", id=key(), text="Bonjour", reply=None)
        await refuses(learner, "not-open", "hand", up=True)
        await refuses(learner, "not-allowed", "room", what="open")
        await host.says("room", what="open")

        assert (await learner.hears("room"))["state"] == "live"
        await learner.says("say", id=key(), text="Bonjour", reply=None)
        assert (await host.hears("message"))["text"] == "Bonjour"
    assert await RoomChange.objects.filter(what="opened", actor=room.host).aexists()


async def test_nobody_hears_what_is_rolled_back(room: Room) -> None:
    def say_and_give_up() -> None:
        with transaction.atomic():
            chat.say(
                session=room.session,
                actor=room.host,
                role=RoomRole.HOST,
                text="Non",
                key=uuid.uuid4(),
                now=timezone.now(),
            )
            transaction.set_rollback(True)

    async with all_in(room, "host", "learner") as (host, learner):
        await in_database(say_and_give_up)()
        await host.says("say", id=key(), text="Oui", reply=None)
        assert (await learner.hears("message"))["text"] == "Oui"


# --- Rights -----------------------------------------------------------------------------------------------------------


async def test_who_is_sent_out_is_out_at_once_and_may_be_let_back(room: Room) -> None:
    async with all_in(room, "moderator", "learner") as (moderator, learner):
        await refuses(learner, "not-allowed", "remove", person=str(room.moderator.public_id), reason="Non")
        await refuses(moderator, "runs-it", "remove", person=str(room.host.public_id), reason="Non")
        await refuses(moderator, "unknown", "remove", person=str(room.stranger.public_id), reason="Non")
        await refuses(moderator, "unknown", "let-back", person=str(room.learner.public_id))
        await moderator.says("remove", person=str(room.learner.public_id), reason="Propos blessants")

        assert await learner.is_closed_with() == 4403
        assert (await moderator.hears("removal"))["reason"] == "Propos blessants"
        assert not await let_in(room, "learner")
        for _ in range(2):
            await moderator.says("let-back", person=str(room.learner.public_id))
        assert (await moderator.hears("removal"))["standing"] is False
    assert await let_in(room, "learner")
    journal = [change async for change in RoomChange.objects.filter(about=room.learner).values_list("what", flat=True)]
    assert journal == ["removed", "let-back"]


async def test_somebody_suspended_is_out_at_once_and_the_others_stay(room: Room) -> None:
    async with all_in(room, "host", "learner") as (host, learner):
        administrator = await in_database(UserFactory)(is_superuser=True)
        await in_database(suspend)(user=room.learner, actor=administrator, now=timezone.now())

        assert await learner.is_closed_with() == 4403
        await host.says("ping")
        assert await host.hears("pong")


async def test_a_registration_or_a_role_that_changes_is_seen_within_half_a_minute(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "EVERY", 0.05)
    async with all_in(room, "learner", "presenter") as (learner, presenter):
        mine = Registration.objects.filter(session=room.session, person=room.learner)
        await in_database(mine.update)(state=RegistrationState.CANCELLED)
        staff = SessionStaff.objects.filter(session=room.session, person=room.presenter)
        await in_database(staff.update)(role=RoomRole.MODERATOR)

        assert await learner.is_closed_with() == await presenter.is_closed_with() == 4403


async def test_a_seat_given_back_and_a_session_called_off_close_the_room(room: Room) -> None:
    async with all_in(room, "learner") as (learner,):
        mine = await Registration.objects.aget(session=room.session, person=room.learner)
        await in_database(cancel)(registration=mine, actor=room.learner, now=timezone.now())
        assert await learner.is_closed_with() == 4403
    waiting = await in_database(make_room)(live=False, starts_at=timezone.now() + timedelta(minutes=5))
    async with all_in(waiting, "learner") as (learner,):
        off = {"session": waiting.session, "reason": "Panne de courant.", "actor": waiting.host}
        await in_database(call_off)(**off, now=timezone.now())
        assert await learner.is_closed_with() == 4404


async def test_the_end_is_for_all_and_the_host_may_leave_without_it(room: Room) -> None:
    async with all_in(room, "learner") as (learner,):
        async with all_in(room, "host"):
            pass
        await learner.says("say", id=key(), text="Toujours là", reply=None)
        assert await learner.hears("said")
        async with all_in(room, "host", "presenter") as (host, presenter):
            await refuses(presenter, "not-allowed", "room", what="end")
            await host.says("room", what="end")

            assert await learner.is_closed_with() == await presenter.is_closed_with() == 4404
    assert not await let_in(room, "learner")
    session = await LiveSession.objects.aget(pk=room.session.pk)
    assert (session.state, session.ended_at is not None) == (SessionState.ENDED, True)


async def test_whoever_is_put_out_by_her_own_message_is_still_checked_out(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the socket is closed before the thread that answers her has gone on from `async_to_sync`."""
    publish, run, told = publishing._publish, CurrentThreadExecutor.run_until_future, []

    def publish_by_redis(*args: Any, **kwargs: Any) -> None:
        told.append(partial(publish, *args, **kwargs))
        async_to_sync(asyncio.sleep)(0)

    def run_and_dawdle(self: CurrentThreadExecutor, future: Future[Any]) -> None:
        run(self, future)
        while told:
            told.pop()()
        time.sleep(0.05)

    monkeypatch.setattr(publishing, "_publish", publish_by_redis)
    monkeypatch.setattr(CurrentThreadExecutor, "run_until_future", run_and_dawdle)
    async with all_in(room, "host") as (host,):
        await host.says("room", what="end")
        assert await host.is_closed_with() == 4404
    assert await Stay.objects.filter(person=room.host, left_at__isnull=False).acount() == 1


# --- Chat -------------------------------------------------------------------------------------------------------------


async def test_a_line_is_said_once_answered_corrected_pinned_and_taken_back(room: Room) -> None:
    async with all_in(room, "moderator", "learner", "classmate") as (moderator, learner, classmate):
        line = key()
        for _ in range(2):  # sent again after a cut
            await learner.says("say", id=line, text="Bonjour <b>vous</b> 👋", reply=None)
            assert (await learner.hears("said"))["id"] == line
        said = await classmate.hears("message")
        assert (said["text"], said["n"], said["name"]) == ("Bonjour <b>vous</b> 👋", 1, "Learner Benali")

        await classmate.says("say", id=key(), text="Salut", reply=line)
        await moderator.hears("message")
        assert (await moderator.hears("message"))["reply"] == {
            "id": line,
            "name": "Learner Benali",
            "text": "Bonjour <b>vous</b> 👋",
        }
        await refuses(classmate, "not-yours", "edit", id=line, text="Autre chose")
        await refuses(classmate, "not-yours", "delete", id=line)
        await refuses(classmate, "not-allowed", "pin", id=line, pinned=True)
        await learner.says("edit", id=line, text="Bonsoir")
        edited = await moderator.hears("message")
        assert (edited["text"], edited["edited"], edited["n"]) == ("Bonsoir", True, 1)
        await moderator.says("pin", id=line, pinned=True)
        assert (await moderator.hears("message"))["pinned"] is True
        await moderator.says("delete", id=line)
        gone = await moderator.hears("message")
        assert (gone["text"], gone["deleted"], gone["pinned"]) == ("", True, False)
        await refuses(learner, "unknown", "edit", id=line, text="Encore là ?")
    assert await ChatMessage.objects.acount() == 2
    assert await RoomChange.objects.filter(what="message-deleted", about=room.learner).aexists()


async def test_a_paused_chat_is_for_those_who_run_it(room: Room) -> None:
    async with all_in(room, "moderator", "learner") as (moderator, learner):
        await refuses(learner, "not-allowed", "room", what="pause")
        await moderator.says("room", what="pause")
        assert (await learner.hears("room"))["paused"] is True
        await refuses(learner, "paused", "say", id=key(), text="Et moi ?", reply=None)
        await moderator.says("say", id=key(), text="Un instant", reply=None)
        assert (await learner.hears("message"))["text"] == "Un instant"
        await moderator.says("room", what="resume")
        assert (await learner.hears("room"))["paused"] is False


async def _listen(*sockets: SocketClient) -> None:
    """Wait until each of them has come in: what they say next is heard at once."""
    for socket in sockets:
        await socket.says("ping")
        await socket.hears("pong")


async def test_typing_is_gathered(room: Room) -> None:
    async with all_in(room, "host", "learner", "classmate") as (host, learner, classmate):
        await _listen(learner, classmate)
        await learner.says("typing")
        await classmate.says("typing")
        assert await host.hears("typing") == {
            "type": "typing",
            "names": ["Learner Benali", "Classmate Benali"],
            "count": 2,
        }


async def test_who_was_cut_off_resumes_or_gets_everything(room: Room) -> None:
    client = await in_database(client_for)(room.learner)
    async with all_in(room, "host") as (host,):
        async with inside(client, room.path) as learner:
            await host.says("say", id=key(), text="Un", reply=None)
            heard = (await learner.hears("message"))["seq"]
        await host.says("say", id=key(), text="Deux", reply=None)
        await host.hears("said")
        async with inside(client, room.path) as learner:
            await learner.says("resume", since=heard)
            assert (await learner.hears("message"))["text"] == "Deux"
            await learner.says("resume", since=0)
            whole = await learner.hears("snapshot")
            assert [line["text"] for line in whole["messages"]] == ["Un", "Deux"]
            assert "desk" not in whole
        await host.says("resume", since=heard)
        assert "desk" in await host.hears("snapshot")


# --- Questions, hands, reactions --------------------------------------------------------------------------------------


async def test_a_question_is_asked_wanted_and_answered(room: Room) -> None:
    async with all_in(room, "moderator", "learner", "classmate") as (moderator, learner, classmate):
        asked = key()
        await learner.says("ask", id=asked, text="Et quand dix personnes attendent ?")
        assert (await classmate.hears("question"))["votes"] == 1
        for wanted, votes in ((True, 2), (True, 2), (False, 1), (True, 2)):
            await classmate.says("vote", id=asked, wanted=wanted)
            assert (await moderator.hears("votes"))["votes"] == {asked: votes}
        await refuses(learner, "not-allowed", "answer-question", id=asked, text="Moi-même", live=False)
        await refuses(learner, "not-allowed", "dismiss-question", id=asked, text="")
        await refuses(moderator, "empty", "answer-question", id=asked, text=" ", live=False)
        await moderator.says("answer-question", id=asked, text="On les salue d’abord.", live=False)
        await classmate.hears("voted")
        told = await classmate.hears("question")
        assert (told["answered"], told["live"], told["answer"]) == (True, False, "On les salue d’abord.")
        assert told["by"] == "Moderator Roy"
        await refuses(classmate, "unknown", "vote", id=asked, wanted=True)


async def test_a_question_is_put_aside_with_a_word(room: Room) -> None:
    async with all_in(room, "moderator", "learner") as (moderator, learner):
        asked = key()
        await learner.says("ask", id=asked, text="Hors sujet ?")
        await moderator.hears("question")
        await moderator.says("dismiss-question", id=asked, text="La semaine prochaine.")
        await learner.hears("question")
        told = await learner.hears("question")
        assert (told["dismissed"], told["answer"]) == (True, "La semaine prochaine.")
    assert await Question.objects.filter(dismissed_at=None).acount() == 0


async def test_a_hand_goes_up_to_the_stage_and_down_again(room: Room) -> None:
    async with all_in(room, "presenter", "moderator", "learner", "classmate") as (presenter, moderator, learner, other):
        await learner.says("hand", up=True)
        hand = await presenter.hears("hand")
        assert (hand["state"], hand["name"]) == ("raised", "Learner Benali")
        await refuses(learner, "not-invited", "to-stage")
        await refuses(other, "not-allowed", "invite", person=str(room.classmate.public_id))
        await refuses(moderator, "not-allowed", "invite", person=str(room.learner.public_id))
        await refuses(other, "not-allowed", "lower", id=hand["id"])
        await presenter.says("invite", person=str(room.learner.public_id))
        assert (await presenter.hears("hand"))["state"] == "invited"
        await learner.says("to-stage")
        assert (await presenter.hears("hand"))["state"] == "speaking"
        await moderator.says("lower", id=hand["id"])
        assert (await presenter.hears("hand"))["state"] == "lowered"
        await refuses(presenter, "unknown", "invite", person=str(room.stranger.public_id))
    assert await Hand.objects.filter(state=HandState.LOWERED).acount() == 1


async def test_reactions_are_counted_together(room: Room) -> None:
    async with all_in(room, "host", "learner", "classmate") as (host, learner, classmate):
        await _listen(learner, classmate)
        for socket in (learner, classmate):
            await socket.says("react", kind="clap")
        assert await host.hears("reactions") == {"type": "reactions", "counts": {"clap": 2}}


# --- Polls ------------------------------------------------------------------------------------------------------------


async def test_a_quiz_is_prepared_opened_answered_closed_and_shown(room: Room) -> None:
    async with all_in(room, "presenter", "learner", "classmate") as (presenter, learner, classmate):
        fields = {"question": "Qui tient la souris ?", "choices": ["Elle", "Moi"], "right": [0], "multiple": False}
        await refuses(learner, "not-allowed", "poll-prepare", **fields)
        await refuses(presenter, "choices", "poll-prepare", **(fields | {"choices": ["Elle", " Elle "]}))
        await presenter.says("poll-prepare", **fields)
        poll = (await presenter.hears("poll-prepared"))["id"]
        for type_, more in (("poll-open", {}), ("poll-close", {}), ("poll-show", {"shown": True})):
            await refuses(learner, "not-allowed", type_, id=poll, **more)
        await refuses(presenter, "closed", "poll-show", id=poll, shown=True)

        await presenter.says("poll-open", id=poll)
        opened = await learner.hears("poll")
        right, wrong = (choice["id"] for choice in opened["choices"])
        assert (opened["state"], opened["results"], "right" in opened["choices"][0]) == ("open", None, False)
        await refuses(learner, "choices", "poll-answer", id=poll, choices=[right, wrong])
        await refuses(learner, "unknown", "poll-answer", id=poll, choices=[key()])
        await learner.says("poll-answer", id=poll, choices=[wrong])
        await learner.hears("poll-answered")
        await learner.says("poll-answer", id=poll, choices=[right])  # she changes her mind
        await learner.hears("poll-answered")
        await classmate.says("poll-answer", id=poll, choices=[wrong])
        while (told := await presenter.hears("poll"))["voters"] < 2 or told["results"] is None:
            pass
        assert told["results"] == {right: 1, wrong: 1}

        await presenter.says("poll-close", id=poll)
        await presenter.says("poll-show", id=poll, shown=True)
        while not (told := await learner.hears("poll"))["shown"]:
            pass
        assert (told["state"], told["results"]) == ("closed", {right: 1, wrong: 1})
        assert [choice["right"] for choice in told["choices"]] == [True, False]
        await refuses(learner, "closed", "poll-answer", id=poll, choices=[right])
    assert await SessionPollAnswer.objects.acount() == 2


async def test_one_poll_is_open_at_a_time_and_that_of_another_room_is_unknown(room: Room) -> None:
    first, second = [await in_database(SessionPollFactory)(session=room.session) for _ in range(2)]
    elsewhere = await in_database(SessionPollFactory)()
    async with all_in(room, "host", "learner") as (host, learner):
        await host.says("poll-open", id=str(first.public_id))
        await learner.hears("poll")
        await host.says("poll-open", id=str(second.public_id))
        told = [await learner.hears("poll") for _ in range(2)]
        assert [(poll["id"], poll["state"]) for poll in told] == [
            (str(first.public_id), "closed"),
            (str(second.public_id), "open"),
        ]
        await refuses(host, "unknown", "poll-open", id=str(elsewhere.public_id))


async def test_what_was_said_earlier_is_read_where_one_is(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    @in_database
    def talk() -> None:
        for text in ("Un", "Deux", "Trois", "Quatre"):
            ChatMessageFactory(session=room.session, text=text, deleted_at=timezone.now() if text == "Deux" else None)
        ChatMessageFactory(session=room.session, text="Entre nous", breakout=BreakoutRoomFactory())
        ChatMessageFactory(session=room.session, text="Cinq")

    monkeypatch.setattr(queries, "LINES_SHOWN", 2)
    await talk()
    async with all_in(room, "learner") as (learner,):
        await learner.says("resume", since=0)
        shown = (await learner.hears("snapshot"))["messages"]
        assert [line["text"] for line in shown] == ["Quatre", "Cinq"]
        for before, texts, more in ((shown[0]["n"], ["", "Trois"], True), (2, ["Un"], False), (1, [], False)):
            await learner.says("earlier", before=before)
            told = await learner.hears("earlier")
            assert ([line["text"] for line in told["messages"]], told["more"], told["group"]) == (texts, more, None)
        group = await in_database(BreakoutRoomFactory)(
            round__session=room.session,
            round__opened_at=timezone.now(),
            round__ends_at=timezone.now() + timedelta(minutes=5),
        )
        await in_database(ChatMessageFactory)(session=room.session, text="Notre mot", breakout=group)
        await in_database(BreakoutSeatFactory)(room=group, round=group.round, person=room.learner)
        await learner.says("group", id=None)
        await learner.hears("group")
        await learner.says("earlier", before=1_000)
        told = await learner.hears("earlier")
        assert [line["text"] for line in told["messages"]] == ["Notre mot"]
        assert told["group"] == str(group.public_id)


async def test_slides_that_come_while_it_is_live_are_told_to_everybody(room: Room) -> None:
    async with all_in(room, "presenter", "learner") as (presenter, learner):
        deck = await in_database(DeckFactory)(session=room.session, ready_at=None, title="En plus")
        await in_database(decks.tell_decks)(room.session)
        (coming,) = (await presenter.hears("decks"))["decks"]
        assert (coming["title"], coming["pages"], coming["coming"]) == ("En plus", 0, True)
        await refuses(learner, "unknown", "pages", deck=str(deck.public_id))
        # The worker has made them.
        await in_database(SlideFactory)(deck=deck, number=1, text="Bonjour")
        await Deck.objects.aupdate(ready_at=timezone.now())

        await presenter.says("decks", ready=[])

        while not (told := (await learner.hears("decks"))["decks"])[0]["pages"]:
            pass
        assert (told[0]["pages"], told[0]["coming"]) == (1, False)
        await learner.says("pages", deck=str(deck.public_id))
        (page,) = (await learner.hears("pages"))["pages"]
        assert (page["page"], page["text"]) == (1, "Bonjour")
        await presenter.says("decks", ready=[str(deck.public_id)])  # known: nobody is told again
        await in_database(decks.remove_deck)(deck=deck)
        assert (await learner.hears("decks"))["decks"] == []


async def test_documents_that_come_while_it_is_live_are_told_to_everybody(room: Room) -> None:
    file = SimpleUploadedFile("fiche.txt", b"x")
    words = {"session": room.session, "title": "Fiche", "alternative": "Lire.", "actor": room.host}
    await in_database(lambda: Collection.get_first_root_node() or Collection.add_root(name="Root"))()
    async with all_in(room, "presenter", "learner") as (presenter, learner):
        added = await in_database(decks.add_handout)(file=file, **words)
        for socket in (presenter, learner):
            assert (await socket.hears("handouts"))["handouts"] == [{"id": str(added.public_id), "title": "Fiche"}]
        page = await in_database((await in_database(client_for)(room.learner)).get)(f"{room.page}documents/")
        assert "Lire." in page.content.decode()
        await in_database(decks.remove_handout)(handout=added)
        assert (await learner.hears("handouts"))["handouts"] == []


# --- Groups -----------------------------------------------------------------------------------------------------------


async def prepare(host: SocketClient, *names: str) -> dict[str, Any]:
    await host.says("round-prepare", names=list(names), minutes=10)
    return await host.hears("round")


async def test_groups_talk_apart_and_whoever_drops_comes_back_to_hers(room: Room) -> None:
    client = await in_database(client_for)(room.learner)
    async with all_in(room, "host", "classmate") as (host, classmate):
        async with inside(client, room.path) as learner:
            prepared = await prepare(host, "Un", "Deux")
            one, two = (group["id"] for group in prepared["rooms"])
            await refuses(learner, "not-allowed", "round-open", id=prepared["id"])
            await host.says("round-seat", room=one, person=str(room.learner.public_id))
            await host.says("round-seat", room=two, person=str(room.classmate.public_id))
            await host.says("round-open", id=prepared["id"])
            for socket, name in ((learner, "Un"), (classmate, "Deux")):
                opened = await socket.hears("round")
                assert (opened["state"], [group["seats"] for group in opened["rooms"]]) == ("open", [1, 1])
                await socket.says("group", id=None)
                assert (await socket.hears("group"))["name"] == name
            await learner.says("say", id=key(), text="Entre nous", reply=None)
            assert (await learner.hears("message"))["group"] == one
        async with inside(client, room.path) as learner:  # a drop: back in her own group, which has kept its words
            await learner.says("resume", since=0)
            group = (await learner.hears("snapshot"))["group"]
            assert (group["name"], [line["text"] for line in group["messages"]]) == ("Un", ["Entre nous"])
            await host.says("round-tell", text="Encore deux minutes")
            assert (await learner.hears("broadcast"))["text"] == "Encore deux minutes"
            await host.says("group", id=one)
            assert (await host.hears("group"))["name"] == "Un"
            await learner.says("say", id=key(), text="Bonjour à l’animatrice", reply=None)
            assert (await host.hears("message"))["text"] == "Bonjour à l’animatrice"

            await host.says("round-close")
            assert (await learner.hears("round"))["state"] == "closed"
            await learner.says("group", id=None)
            assert (await learner.hears("group"))["id"] is None
            await learner.says("say", id=key(), text="De retour", reply=None)
            assert (await classmate.hears("message"))["text"] == "De retour"
    stays = [stay async for stay in Stay.objects.filter(person=room.learner).select_related("breakout")]
    assert [stay.breakout and stay.breakout.name for stay in stays] == [None, "Un", "Un", None]


async def test_at_random_everybody_here_is_seated_evenly_and_the_late_one_too(room: Room) -> None:
    async with all_in(room, "host", "learner", "classmate") as (host, _learner, _classmate):
        prepared = await prepare(host, "Un", "Deux")
        un = await BreakoutRoom.objects.aget(name="Un")
        await in_database(BreakoutSeatFactory.create_batch)(2, room=un)  # they do not come
        await host.says("round-open", id=prepared["id"])
        while (opened := await host.hears("round"))["state"] != "open":
            pass
        assert [group["seats"] for group in opened["rooms"]] == [3, 1]
        await refuses(host, "round-open", "round-open", id=prepared["id"])
        late = await in_database(partial(RegistrationFactory, session=room.session, enrolment=None))()
        client = await in_database(client_for)(late.person)
        async with inside(client, room.path) as socket:
            await socket.says("group", id=None)
            assert (await socket.hears("group"))["name"] == "Deux"  # as many are in both: more may come to the first
    assert await BreakoutSeat.objects.acount() == 5


async def test_groups_prepared_before_it_opens_are_offered_to_the_host(room: Room) -> None:
    @in_database
    def prepared() -> str:
        told: dict[str, Any] = {"session": room.session, "actor": room.host, "now": timezone.now()}
        round_ = breakouts.prepare_round(names=["Un", "Deux"], minutes=10, **told)
        names = {group.pk: group.name for group in round_.rooms.all()}
        first = min(names)
        places = {room.learner.pk: first, room.classmate.pk: None}
        breakouts.arrange_round(round_id=round_.public_id, minutes=20, names=names, places=places, **told)
        return str(round_.public_id)

    round_id = await prepared()
    async with all_in(room, "host", "learner", "classmate") as (host, learner, classmate):
        await host.says("resume", since=0)
        (offered,) = (await host.hears("snapshot"))["desk"]["rounds"]
        assert (offered["id"], offered["minutes"]) == (round_id, 20)
        assert [(group["name"], group["seats"]) for group in offered["rooms"]] == [("Un", 1), ("Deux", 0)]
        await host.says("round-open", id=round_id)
        for socket, name in ((learner, "Un"), (classmate, "Deux")):
            await socket.says("group", id=None)
            assert (await socket.hears("group"))["name"] == name


async def test_groups_close_when_their_time_is_over(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    async with all_in(room, "host", "learner") as (host, learner):
        prepared = await prepare(host, "Un")
        monkeypatch.setattr(breakouts, "timedelta", lambda minutes: timedelta(seconds=minutes / 50))
        await host.says("round-open", id=prepared["id"])
        assert (await learner.hears("round"))["state"] == "open"
        assert (await learner.hears("round"))["state"] == "closed"


# --- Slides, notes, captions, the sheet -------------------------------------------------------------------------------


async def test_a_presenter_turns_the_page_for_all(room: Room) -> None:
    deck = await in_database(DeckFactory)(session=room.session)
    for number in (1, 2):
        await in_database(SlideFactory)(deck=deck, number=number)
    async with all_in(room, "presenter", "moderator", "learner") as (presenter, moderator, learner):
        for socket in (learner, moderator):
            await refuses(socket, "not-allowed", "slide", deck=str(deck.public_id), page=1)
        await presenter.says("slide", deck=str(deck.public_id), page=2)
        told = await learner.hears("slide")
        assert (told["page"], told["pages"], told["text"]) == (2, 2, "Texte de la page 2")
        assert told["heading"] == "Texte de la page 2"
        await refuses(presenter, "unknown", "slide", deck=str(deck.public_id), page=3)
        await presenter.says("slide", deck=None, page=1)
        assert (await learner.hears("slide"))["deck"] is None
    assert [turn.page async for turn in SlideTurn.objects.all()] == [2]


async def test_notes_are_rewritten_by_one_and_added_to_by_all(room: Room) -> None:
    async with all_in(room, "presenter", "moderator", "learner") as (presenter, moderator, learner):
        await refuses(learner, "not-allowed", "notes", text="Tout effacer", version=0)
        await presenter.says("notes", text="Plan", version=0)
        assert (await presenter.hears("notes-saved"))["version"] == 1
        await learner.says("note", text="Penser\nà l’atelier")
        told = await moderator.hears("notes")
        if told["version"] == 1:
            told = await moderator.hears("notes")
        assert (told["text"], told["version"]) == ("Plan\nLearner Benali\u00a0: Penser à l’atelier", 2)
        await moderator.says("notes", text="Autre plan", version=1)
        refused = await moderator.hears("refused")
        assert (refused["code"], refused["text"], refused["version"]) == ("notes-conflict", told["text"], 2)


async def test_captions_are_typed_by_those_who_run_it(room: Room) -> None:
    async with all_in(room, "moderator", "learner") as (moderator, learner):
        await refuses(learner, "not-allowed", "caption", text="Faux", speaker="")
        await moderator.says("caption", text="Je ne dis jamais « c’est facile ».", speaker="Karim")
        told = await learner.hears("caption")
        assert (told["speaker"], told["text"]) == ("Karim", "Je ne dis jamais « c’est facile ».")
    caption = await Caption.objects.aget()
    assert caption.until is not None
    assert caption.until > caption.at


async def test_the_run_sheet_is_ticked_among_those_who_run_it(room: Room) -> None:
    await in_database(RunSheetItemFactory)(session=room.session, title="Accueil")
    async with all_in(room, "presenter", "moderator", "learner") as (presenter, moderator, learner):
        await refuses(learner, "not-allowed", "sheet", place=1, done=True)
        await presenter.says("sheet", place=1, done=True)
        assert (await moderator.hears("sheet"))["items"][0] == {
            "minutes": 5,
            "title": "Accueil",
            "notes": "",
            "done": True,
        }
        await refuses(presenter, "unknown", "sheet", place=2, done=True)


@pytest.mark.parametrize(
    ("type_", "fields"),
    [
        ("room", {"what": "lock"}),
        ("record", {"on": True}),
        ("round-prepare", {"names": ["Un"], "minutes": 5}),
        ("round-close", {}),
        ("round-seat", {"room": key(), "person": key()}),
    ],
)
async def test_what_only_a_host_does(room: Room, type_: str, fields: dict[str, Any]) -> None:
    async with all_in(room, "presenter", "moderator", "learner") as sockets:
        for socket in sockets:
            await refuses(socket, "not-allowed", type_, **fields)


async def test_what_only_those_who_run_it_do(room: Room) -> None:
    async with all_in(room, "learner") as (learner,):
        await refuses(learner, "not-allowed", "let-back", person=key())
        await refuses(learner, "not-allowed", "round-tell", text="Silence !")
