"""The sockets of the community: who comes in, what each hears, what a cut costs, what a broken message does not do."""

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.db import transaction
from django.test import Client
from django.utils import timezone

from community.enums import Audience, ReactionKind, ThreadKind
from community.live import thread_group
from community.models import SpaceMember, Thread
from community.services import posting
from community.services.reactions import react
from lms.accounts.models import User
from lms.kit.ids import uuid7
from lms.kit.live import push, rounds, switchboard
from tests.community.factories import SpaceFactory, SpaceMemberFactory, StandingFactory, ThreadFactory
from tests.factories import AuditAccessFactory, EnrolmentFactory
from tests.sockets import PATIENCE, SocketClient
from tests.world import client_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
in_database = database_sync_to_async
LISTS = "/ws/community/spaces/"


@dataclass(frozen=True)
class Talk:
    """A thread of one partner's closed space: two people named in it, and one of the academy who is not."""

    thread: Thread
    lina: User
    clara: User
    lina_client: Client
    clara_client: Client
    outsider: Client

    @property
    def path(self) -> str:
        return f"/ws/community/threads/{self.thread.public_id}/"


def make_talk() -> Talk:
    first = EnrolmentFactory(learner__display_name="Lina Benali")
    second = EnrolmentFactory(cohort=first.cohort, learner__display_name="Clara Roy")
    space = SpaceFactory(audience=Audience.PARTNER, partner=first.cohort.partner, is_closed=True)
    for person in (first.learner, second.learner):
        SpaceMemberFactory(space=space, person=person)
        StandingFactory(person=person, trust=2)
    thread = ThreadFactory(space=space, author=first.learner)
    return Talk(
        thread,
        lina=first.learner,
        clara=second.learner,
        lina_client=client_for(first.learner),
        clara_client=client_for(second.learner),
        outsider=client_for(EnrolmentFactory(cohort=first.cohort).learner),
    )


@pytest.fixture
def talk(transactional_db: None) -> Talk:
    return make_talk()


async def is_let_in(client: Client | None, path: str, **options: Any) -> bool:
    socket = SocketClient(client, path, **options)
    let_in = await socket.is_let_in()
    await socket.disconnect(timeout=PATIENCE)
    return let_in


@asynccontextmanager
async def inside(client: Client, path: str) -> AsyncIterator[SocketClient]:
    socket = SocketClient(client, path)
    assert await socket.is_let_in()
    await socket.hears("hello")
    yield socket
    await socket.disconnect(timeout=PATIENCE)


def answer(talk: Talk, author: User, source: str, **options: Any) -> Any:
    return posting.answer(thread=talk.thread, author=author, source=source, key=uuid7(), now=timezone.now(), **options)


# --- The door ---------------------------------------------------------------------------------------------------------


async def test_only_those_who_read_the_thread_come_in(talk: Talk) -> None:
    assert await is_let_in(talk.lina_client, talk.path)
    assert not await is_let_in(talk.outsider, talk.path)
    assert not await is_let_in(None, talk.path)
    assert not await is_let_in(talk.lina_client, talk.path, origin="https://evil.example")
    assert not await is_let_in(talk.lina_client, f"/ws/community/threads/{uuid.uuid4()}/")


async def test_a_thread_that_is_hidden_or_merged_is_not_there(talk: Talk) -> None:
    threads = Thread.objects.filter(pk=talk.thread.pk)
    await in_database(threads.update)(hidden_at=timezone.now())
    assert not await is_let_in(talk.lina_client, talk.path)

    other = await in_database(ThreadFactory)(space=talk.thread.space)
    await in_database(threads.update)(hidden_at=None, merged_into=other)
    assert not await is_let_in(talk.lina_client, talk.path)


async def test_who_is_no_longer_named_is_out_within_two_minutes(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "EVERY", 0.05)
    async with inside(talk.lina_client, talk.path) as lina:
        await in_database(SpaceMember.objects.filter(person=talk.lina).delete)()

        assert await lina.is_closed_with() == 4403


async def test_ones_counts_are_ones_own(talk: Talk) -> None:
    assert await is_let_in(talk.lina_client, "/ws/community/")
    assert not await is_let_in(None, "/ws/community/")
    auditor = await in_database(lambda: client_for(AuditAccessFactory().user))()
    assert not await is_let_in(auditor, "/ws/community/")


# --- What is heard ----------------------------------------------------------------------------------------------------


async def test_an_answer_reaches_the_others_as_the_pages_own_fragment(talk: Talk) -> None:
    async with inside(talk.clara_client, talk.path) as clara:
        post = await in_database(answer)(talk, talk.lina, "Bonjour **Clara** <script>alert(1)</script>")
        event = await clara.hears("post")

    assert (event["id"], event["number"]) == (str(post.public_id), 2)
    for html in (event["html"], event["html_en"]):
        assert f'data-post="{post.public_id}"' in html
        assert "<strong>Clara</strong>" in html
        assert "<script" not in html
        # What everybody gets is nobody's: no token, no pressed word.
        assert "csrfmiddlewaretoken" not in html
        assert 'aria-pressed="true"' not in html


async def test_a_wording_a_word_and_a_message_taken_back_are_heard(talk: Talk) -> None:
    post = await in_database(answer)(talk, talk.lina, "Bonjour")
    async with inside(talk.clara_client, talk.path) as clara:
        now = timezone.now()
        await in_database(posting.edit)(post=post, source="Bonsoir", version=1, actor=talk.lina, now=now)
        changed = await clara.hears("changed")
        assert (changed["id"], changed["version"]) == (str(post.public_id), 2)
        assert "Bonsoir" in changed["html"]

        def thank() -> None:
            react(post=post, person=talk.clara, kind=ReactionKind.THANKS, on=True, now=now)

        await in_database(thank)()
        assert (await clara.hears("counts"))["counts"] == {"thanks": 1}
        await in_database(posting.take_back)(post=post, actor=talk.lina, now=now)
        assert (await clara.hears("gone"))["id"] == str(post.public_id)


async def test_the_head_of_the_thread_comes_with_each_event(talk: Talk) -> None:
    await in_database(Thread.objects.filter(pk=talk.thread.pk).update)(kind=ThreadKind.QUESTION)
    async with inside(talk.clara_client, talk.path) as clara:
        post = await in_database(answer)(talk, talk.clara, "Peut-être ainsi ?")
        event = await clara.hears("post")
        assert (event["answers"], event["solved"]) == (1, "")
        now = timezone.now()
        await in_database(posting.accept)(thread=talk.thread, post=post, actor=talk.lina, now=now)
        event = await clara.hears("changed")
        assert (event["answers"], event["solved"]) == (1, str(post.public_id))
        await in_database(posting.take_back)(post=post, actor=talk.clara, now=now)
        event = await clara.hears("gone")
        assert (event["answers"], event["solved"]) == (0, "")


async def test_open_lists_hear_that_something_moved_in_their_own_spaces(talk: Talk) -> None:
    """And nothing of a space that is closed to them; a page made before the cut sees after it that something moved, be
    it that an answer solves or is gone."""
    space, where = str(talk.thread.space.public_id), f"/community/spaces/{talk.thread.space.slug}/"
    page = (await in_database(talk.lina_client.get)(where)).content.decode()
    async with inside(talk.lina_client, LISTS) as lina, inside(talk.outsider, LISTS) as outsider:
        await lina.says("resume", since=0)
        before = (await lina.hears("snapshot"))["moved"]
        assert f'data-until="{before[space]}"' in page
        post = await in_database(answer)(talk, talk.clara, "Bonjour")
        heard = await lina.hears("moved")
        assert heard["space"] == space
        for change in (
            partial(posting.accept, thread=talk.thread, post=post, actor=talk.lina, now=timezone.now()),
            partial(posting.take_back, post=post, actor=talk.clara, now=timezone.now()),
        ):
            await in_database(change)()
            assert (await lina.hears("moved"))["space"] == space
            await lina.says("resume", since=heard["seq"])  # its numbers are of several groups
            after = (await lina.hears("snapshot"))["moved"]
            assert before.keys() == after.keys() == {space}
            assert before[space] < after[space]
            before = after

        await outsider.says("resume", since=0)
        assert (await outsider.hears("snapshot"))["moved"] == {}
        await outsider.says("ping")
        assert (await outsider.receive_json_from(timeout=PATIENCE))["type"] == "pong"
    assert switchboard.here().hubs == {}


async def test_a_list_ends_with_the_space_it_shows(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "EVERY", 0.05)
    async with inside(talk.lina_client, LISTS) as lina:
        await in_database(SpaceMember.objects.filter(person=talk.lina).delete)()

        assert await lina.is_closed_with() == 4403


async def test_what_is_rolled_back_is_never_heard(talk: Talk) -> None:
    def write_and_give_up() -> None:
        with transaction.atomic():
            answer(talk, talk.lina, "Oublié")
            transaction.set_rollback(True)

    async with inside(talk.clara_client, talk.path) as clara:
        await in_database(write_and_give_up)()
        await in_database(answer)(talk, talk.lina, "Gardé")

        assert "Gardé" in (await clara.hears("post"))["html"]


async def test_the_others_see_that_somebody_writes(talk: Talk) -> None:
    async with inside(talk.clara_client, talk.path) as clara, inside(talk.lina_client, talk.path) as lina:
        await clara.says("typing")
        event = await lina.hears("typing")

    assert event["name"] == talk.clara.get_short_name()
    assert event["client"].startswith(str(talk.clara.public_id))


async def test_nobody_is_seen_writing_where_nothing_can_be_written(talk: Talk) -> None:
    await in_database(Thread.objects.filter(pk=talk.thread.pk).update)(closed_at=timezone.now())
    async with inside(talk.clara_client, talk.path) as clara:
        await clara.says("typing")

        assert await clara.hears("refused") == {"type": "refused", "code": "closed", "of": "typing"}


# --- A cut loses nothing and doubles nothing --------------------------------------------------------------------------


async def test_who_was_cut_off_hears_what_she_missed_once(talk: Talk) -> None:
    async with inside(talk.clara_client, talk.path) as clara:
        async with inside(talk.lina_client, talk.path) as lina:
            await in_database(answer)(talk, talk.clara, "Un")
            heard = (await lina.hears("post"))["seq"]
        for text in ("Deux", "Trois"):
            await in_database(answer)(talk, talk.clara, text)
            await clara.hears("post")
        async with inside(talk.lina_client, talk.path) as lina:
            await lina.says("resume", since=heard)
            missed = [await lina.hears("post"), await lina.hears("post")]
            await lina.says("ping")
            assert (await lina.receive_json_from(timeout=PATIENCE))["type"] == "pong"  # and nothing twice

    assert [event["number"] for event in missed] == [3, 4]


async def test_who_cannot_resume_is_told_to_ask_the_page(talk: Talk) -> None:
    await in_database(answer)(talk, talk.clara, "Un")
    async with inside(talk.lina_client, talk.path) as lina:
        await lina.says("resume", since=12)
        assert (await lina.hears("snapshot"))["last"] == 2

    def since(have: str) -> dict[str, Any]:
        address = f"/community/threads/{talk.thread.public_id}/since/"
        found: dict[str, Any] = talk.lina_client.get(address, {"have": have, "end": "1"}).json()
        return found

    missed = await in_database(since)("1.1")
    assert [post["number"] for post in missed["posts"]] == [2]
    assert (await in_database(since)("1.1,2.1"))["posts"] == []


async def test_hubs_go_with_their_last_client(talk: Talk) -> None:
    async with inside(talk.lina_client, talk.path):
        assert thread_group(talk.thread) in switchboard.here().hubs
    assert switchboard.here().hubs == {}


# --- What is broken, and what is much ---------------------------------------------------------------------------------

BROKEN = [
    ("pas du JSON", "malformed"),
    ("[]", "malformed"),
    ('{"type": "post", "html": "<script>"}', "unknown"),
    ('{"type": "resume"}', "malformed"),
    ('{"type": "resume", "since": -1}', "malformed"),
    ('{"type": "typing", "name": "Clara"}', "malformed"),
    (json.dumps({"type": "typing", "name": "a" * 2_000}), "too-long"),
]


async def test_a_broken_message_is_refused_and_the_socket_goes_on(talk: Talk) -> None:
    async with inside(talk.lina_client, talk.path) as lina:
        for frame, code in BROKEN:
            await lina.send_to(text_data=frame)
            assert (await lina.hears("refused"))["code"] == code, frame[:80]
        await lina.send_to(bytes_data=b"\x00\x01")
        assert (await lina.hears("refused"))["code"] == "malformed"
        await lina.says("ping")
        assert await lina.hears("pong")


async def test_five_hundred_events_are_heard_in_their_order(talk: Talk) -> None:
    """Nobody misses a message because there are many: what is too much for one connection is asked again."""

    def tell(first: int, last: int) -> None:
        for number in range(first, last):
            push(thread_group(talk.thread), {"type": "counts", "id": str(number), "counts": {}})

    async with inside(talk.lina_client, talk.path) as lina:
        heard = []
        for first in range(0, 500, 50):
            await in_database(tell)(first, first + 50)
            heard += [int((await lina.hears("counts"))["id"]) for _ in range(50)]

    assert heard == list(range(500))
