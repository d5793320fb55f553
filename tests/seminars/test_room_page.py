"""The room's page: for whom, what it says, and what works in it without a script."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from lms.kit.middleware import CALL_PERMISSIONS_POLICY
from seminars.enums import SessionState
from seminars.models import ChatMessage, HalfDaySignature, LiveSession, Question
from seminars.queries import room as queries
from tests.factories import UserFactory
from tests.seminars.factories import (
    BreakoutRoomFactory,
    ChatMessageFactory,
    DeckFactory,
    HandFactory,
    HandoutFactory,
    QuestionFactory,
    RemovalFactory,
    SlideFactory,
    StayFactory,
)
from tests.seminars.rooms import Room, make_room
from tests.world import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(db: None) -> Room:
    return make_room(phone_number="01 86 47 00 00")


def see(person: Any, room: Room) -> str:
    response = client_for(person).get(room.page)
    assert response.status_code == 200
    return str(response.content.decode())


def test_who_may_not_see_the_session_sees_nothing(room: Room) -> None:
    assert client_for(room.stranger).get(room.page).status_code == 404
    assert Client().get(room.page).status_code == 302
    assert client_for(room.host).get(f"/seminars/{uuid.uuid4()}/room/").status_code == 404


def test_a_learner_reads_what_was_said_and_has_no_desk(room: Room) -> None:
    ChatMessageFactory(session=room.session, author=room.host, text="Bonsoir <i>Guéret</i>")
    QuestionFactory(session=room.session, text="Et quand dix personnes attendent ?")
    secret = ChatMessageFactory(session=room.session, text="Entre nous", breakout=BreakoutRoomFactory())
    page = see(room.learner, room)

    assert "Bonsoir &lt;i&gt;Guéret&lt;/i&gt;" in page
    assert "Et quand dix personnes attendent ?" in page
    assert secret.text not in page
    assert "data-desk" not in page
    assert "01 86 47 00 00" in page


def test_those_who_run_it_have_a_desk_and_the_host_alone_ends_it(room: Room) -> None:
    pages = {name: see(getattr(room, name), room) for name in ("host", "presenter", "moderator")}
    assert all("data-desk" in page for page in pages.values())
    assert [name for name, page in pages.items() if "data-end" in page] == ["host"]
    assert [name for name, page in pages.items() if "data-poll-new" in page] == ["host", "presenter"]


def test_only_this_page_may_ask_for_a_microphone(room: Room) -> None:
    assert client_for(room.learner).get(room.page)["Permissions-Policy"] == CALL_PERMISSIONS_POLICY


def test_the_slide_on_stage_is_there_with_its_text(room: Room) -> None:
    deck = DeckFactory(session=room.session)
    SlideFactory(deck=deck, number=1, text="Trois phrases pour rendre l’erreur petite")
    LiveSession.objects.filter(pk=room.session.pk).update(shown_deck=deck, shown_page=1)
    address = f"/seminars/{room.session.public_id}/slides/{deck.public_id}/1/"

    page = see(room.learner, room)
    assert address in page
    assert "Trois phrases pour rendre l’erreur petite" in page
    image = client_for(room.learner).get(address)
    assert (image.status_code, image["Content-Type"]) == (200, "image/webp")
    assert client_for(room.stranger).get(address).status_code == 404
    assert client_for(room.learner).get(address.replace("/1/", "/2/")).status_code == 404


def test_before_it_opens_people_wait_with_the_hour(db: None) -> None:
    room = make_room(live=False, starts_at=timezone.now() + timedelta(days=2), summary="Trois exercices.")
    page = see(room.learner, room)
    assert "The room opens on" in page
    assert "Trois exercices." in page
    assert "Open the room" not in page
    assert "Open the room" in see(room.host, room)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": SessionState.ENDED}, "This session is over"),
        ({"state": SessionState.CANCELLED}, "This session is cancelled"),
        ({"locked_at": timezone.now()}, "The room is locked"),
    ],
)
def test_a_door_that_is_shut_says_why(room: Room, change: dict[str, Any], words: str) -> None:
    LiveSession.objects.filter(pk=room.session.pk).update(**change)
    assert words in see(room.learner, room)


def test_who_was_sent_out_reads_the_reason(room: Room) -> None:
    RemovalFactory(session=room.session, person=room.learner, actor=room.moderator, reason="Propos blessants")
    page = see(room.learner, room)
    assert "You were sent out of this room" in page
    assert "Propos blessants" in page
    assert "data-chat" not in page


def test_without_a_script_one_writes_and_asks(room: Room) -> None:
    client, key = client_for(room.learner), uuid.uuid4()
    for _ in range(2):
        response = client.post(f"{room.page}say/", {"text": "Bonsoir", "key": key})
        assert (response.status_code, response["Location"]) == (302, room.page)
    assert client.post(f"{room.page}ask/", {"text": "Pourquoi ?", "key": uuid.uuid4()}).status_code == 302
    assert ChatMessage.objects.get().text == "Bonsoir"
    assert Question.objects.get().votes == 1


def test_what_is_refused_keeps_what_was_typed(room: Room) -> None:
    LiveSession.objects.filter(pk=room.session.pk).update(chat_paused_at=timezone.now())
    response = client_for(room.learner).post(f"{room.page}say/", {"text": "Et moi ?", "key": uuid.uuid4()})
    assert response.status_code == 422
    assert "The chat is paused" in response.content.decode()
    assert 'value="Et moi ?"' in response.content.decode()
    assert client_for(room.learner).post(f"{room.page}ask/", {"text": ""}).status_code == 422
    assert client_for(room.stranger).post(f"{room.page}say/", {"text": "Moi", "key": uuid.uuid4()}).status_code == 404


def test_the_state_of_the_room_is_for_its_roles(room: Room) -> None:
    def do(person: Any, what: str) -> int:
        return client_for(person).post(f"{room.page}state/", {"do": what}).status_code

    assert [do(room.learner, what) for what in ("pause", "lock", "end")] == [404, 404, 404]
    assert [do(room.moderator, what) for what in ("pause", "resume", "lock", "end")] == [302, 302, 404, 404]
    assert do(room.host, "dance") == 422
    assert [do(room.host, what) for what in ("lock", "unlock", "end")] == [302, 302, 302]
    room.session.refresh_from_db()
    assert room.session.state == SessionState.ENDED
    assert do(room.host, "open") == 404


def test_a_room_that_is_days_away_is_not_opened(db: None) -> None:
    room = make_room(live=False, starts_at=timezone.now() + timedelta(days=2))
    response = client_for(room.host).post(f"{room.page}state/", {"do": "open"})
    assert response.status_code == 422
    assert "two hours before" in response.content.decode()


def test_without_a_script_one_reads_what_was_said_earlier(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "LINES_SHOWN", 2)
    for text in ("Premier mot", "Second mot", "Troisième mot", "Dernier mot"):
        ChatMessageFactory(session=room.session, text=text)
    page = see(room.learner, room)
    assert "Second mot" not in page
    assert 'href="?before=3"' in page

    earlier = client_for(room.learner).get(f"{room.page}?before=3").content.decode()

    assert "Premier mot" in earlier
    assert "Troisième mot" not in earlier
    for odd in ("x", "-1", "²", "9" * 30, ""):
        assert client_for(room.learner).get(room.page, {"before": odd}).status_code == 200


QUERIES = 29


@time_machine.travel(datetime(2026, 1, 6, 10, tzinfo=UTC), tick=False)  # no half-day of it ends meanwhile
def test_queries_do_not_grow(db: None, django_assert_num_queries: Any) -> None:
    room = make_room()
    deck = DeckFactory(session=room.session)
    client = client_for(room.host)

    def fill(number: int) -> None:
        for _ in range(number):
            ChatMessageFactory(session=room.session, reply_to=ChatMessageFactory(session=room.session))
            QuestionFactory(session=room.session)
            HandFactory(session=room.session)
            HandoutFactory(session=room.session)
            SlideFactory(deck=deck)
            StayFactory(session=room.session, left_at=None, person=UserFactory())

    client.get(room.page)
    fill(1)
    with django_assert_num_queries(QUERIES):
        client.get(room.page)
    fill(4)
    with django_assert_num_queries(QUERIES):
        client.get(room.page)


@time_machine.travel(datetime(2026, 1, 6, 9, tzinfo=UTC), tick=False)
def test_the_morning_is_signed_at_noon_without_leaving_the_room(db: None) -> None:
    now = timezone.now()
    start = now - timedelta(hours=26)
    room = make_room(starts_at=start, ends_at=now + timedelta(hours=2), opened_at=start)
    address, client = f"/seminars/{room.session.public_id}/room/signing/", client_for(room.host)
    asked = client.get(address).content.decode()
    halves = re.findall(r'name="day" value="([\d-]+)"><input type="hidden" name="half" value="(am|pm)"', asked)

    assert halves
    shown = see(room.host, room)
    assert shown.count("I sign:") == len(halves)
    assert room.session.ends_at.isoformat() in shown  # when the page asks again
    assert "I sign:" not in client_for(room.learner).get(address).content.decode()  # a guest signs nothing
    for left, (day, half) in enumerate(halves, 1):
        data, htmx = {"day": day, "half": half}, {"HX-Request": "true"}
        signed = client.post(f"/seminars/{room.session.public_id}/attendance/sign/", data, headers=htmx)
        assert (signed.status_code, signed.content.count(b"I sign:")) == (200, len(halves) - left)
    assert HalfDaySignature.objects.filter(person=room.host, as_trainer=True).count() == len(halves)
