"""Words, polls, bookmarks, drafts: what is written, what is told, what is refused."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone, translation

from community.enums import ReactionKind
from community.live import thread_group
from community.models import Bookmark, Draft, PollOption, PollVote, Reaction, Standing
from community.services import bookmarks, drafts, polls, reactions
from community.services.trust import SandboxRefused
from lms.kit.live import publishing
from lms.notifications.models import Notification
from lms.programmes.models import Enrolment
from tests.community.factories import PostFactory, StandingFactory
from tests.factories import EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
type Told = list[tuple[str, dict[str, Any]]]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What leaves for the sockets, once the transaction has committed."""
    found: Told = []
    monkeypatch.setattr(
        publishing, "_publish", lambda envelope, **_: found.append((envelope["group"], json.loads(envelope["text"])))
    )
    return found


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Callable[..., None]:
    def run(service: Callable[..., Any], **arguments: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            service(**arguments)

    return run


# --- Words ------------------------------------------------------------------------------------------------------------


def test_a_word_counts_once_is_told_and_is_taken_back(told: Told, committed: Any) -> None:
    post, person = PostFactory(), UserFactory()
    say = {"post": post, "person": person, "kind": ReactionKind.THANKS, "now": NOW}
    group = thread_group(post.thread)

    committed(reactions.react, on=True, **say)
    committed(reactions.react, on=True, **say)
    assert told == [(group, {"type": "counts", "id": str(post.public_id), "counts": {"thanks": 1}})]
    assert Standing.objects.get(person=post.author).thanks_received == 1

    committed(reactions.react, on=False, **say)
    committed(reactions.react, on=False, **say)
    assert told[1:] == [(group, {"type": "counts", "id": str(post.public_id), "counts": {}})]
    assert Standing.objects.get(person=post.author).thanks_received == 0
    assert not Reaction.objects.exists()


def test_a_word_that_is_rolled_back_tells_nobody(told: Told, django_capture_on_commit_callbacks: Any) -> None:
    post = PostFactory()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        reactions.react(post=post, person=UserFactory(), kind=ReactionKind.IDEA, on=True, now=NOW)
        transaction.set_rollback(True)

    assert told == []


def test_who_gets_no_word() -> None:
    post, person = PostFactory(), UserFactory()
    say = {"kind": ReactionKind.THANKS, "on": True, "now": NOW}

    with pytest.raises(reactions.ReactionRefused, match="yours"):
        reactions.react(post=post, person=post.author, **say)
    StandingFactory(person=(paused := UserFactory()), paused_until=NOW + timedelta(hours=1))
    with pytest.raises(SandboxRefused):
        reactions.react(post=post, person=paused, **say)
    post.thread.locked_at = NOW
    with pytest.raises(reactions.ReactionRefused, match="locked"):
        reactions.react(post=post, person=person, **say)
    post.deleted_at = NOW
    with pytest.raises(reactions.ReactionRefused, match="not there"):
        reactions.react(post=post, person=person, **say)
    assert not Reaction.objects.exists()


def test_nobody_reacts_faster_than_people_read() -> None:
    cache.clear()
    post, person = PostFactory(), UserFactory()
    for n in range(reactions.A_MINUTE):
        reactions.react(post=post, person=person, kind=ReactionKind.IDEA, on=n % 2 == 0, now=NOW)

    with pytest.raises(reactions.ReactionRefused) as refused:
        reactions.react(post=post, person=person, kind=ReactionKind.IDEA, on=True, now=NOW)
    assert refused.value.code == "too-often"


# --- Polls ------------------------------------------------------------------------------------------------------------


def make_poll(*, several: bool = False, **fields: Any) -> tuple[Any, list[Any]]:
    new = polls.NewPoll("Quel jour ?", ("Lundi", "Jeudi", "Vendredi"), several, **fields)
    poll = polls.add_poll(post=PostFactory(), poll=new, now=NOW)
    return poll, [option.public_id for option in poll.options.all()]


def test_voting_again_is_changing_ones_mind(told: Told, committed: Any) -> None:
    poll, (monday, thursday, _friday) = make_poll()
    person = UserFactory()
    for chosen in ([monday], [monday], [thursday]):
        committed(polls.vote, poll=poll, person=person, options=chosen, now=NOW)

    assert PollVote.objects.get(person=person).option.public_id == thursday
    # The numbers are for those who have voted: only that they changed is told.
    assert told == [(thread_group(poll.post.thread), {"type": "poll", "id": str(poll.public_id), "open": True})] * 2
    committed(polls.vote, poll=poll, person=person, options=[], now=NOW)
    assert not PollVote.objects.exists()


def test_several_answers_where_they_are_allowed() -> None:
    poll, (monday, thursday, _friday) = make_poll(several=True)
    polls.vote(poll=poll, person=UserFactory(), options=[monday, thursday], now=NOW)
    assert PollVote.objects.count() == 2

    single, options = make_poll()
    with pytest.raises(polls.PollRefused) as refused:
        polls.vote(poll=single, person=UserFactory(), options=options[:2], now=NOW)
    assert refused.value.code == "one-only"


def test_what_a_poll_refuses() -> None:
    poll, options = make_poll(closes_at=NOW + timedelta(days=1))
    _other, foreign = make_poll()
    person = UserFactory()

    def code(**changed: Any) -> str:
        with pytest.raises(polls.PollRefused) as refused:
            polls.vote(**({"poll": poll, "person": person, "options": options[:1], "now": NOW} | changed))
        return refused.value.code

    assert code(options=foreign[:1]) == "unknown-option"
    assert code(options=[uuid4()]) == "unknown-option"
    assert code(now=NOW + timedelta(days=1)) == "closed"
    polls.close_poll(poll=poll, now=NOW)
    assert code() == "closed"
    assert not PollVote.objects.exists()


@pytest.mark.parametrize(
    ("options", "closes_at", "code"),
    [
        (("Oui",), None, "few-options"),
        (tuple(map(str, range(11))), None, "many-options"),
        (("Oui", "oui"), None, "same-options"),
        (("Oui", "Non"), NOW, "past"),
    ],
)
def test_a_poll_that_makes_no_sense_is_not_written(options: Any, closes_at: Any, code: str) -> None:
    with pytest.raises(polls.PollRefused) as refused:
        polls.add_poll(post=PostFactory(), poll=polls.NewPoll("?", options, closes_at=closes_at), now=NOW)
    assert refused.value.code == code
    assert not PollOption.objects.exists()


# --- Bookmarks --------------------------------------------------------------------------------------------------------


@pytest.fixture
def enrolment() -> Enrolment:
    made: Enrolment = EnrolmentFactory()
    return made


def test_one_is_reminded_once_of_each_date(enrolment: Enrolment) -> None:
    now = timezone.now()
    post, person = PostFactory(), enrolment.learner
    keep = {"post": post, "person": person, "note": "Pour lundi"}
    bookmarks.keep(**keep, remind_at=now + timedelta(hours=1), now=now)

    assert bookmarks.sweep_bookmarks(now=now) == 0
    assert bookmarks.sweep_bookmarks(now=now + timedelta(hours=2)) == 1
    assert bookmarks.sweep_bookmarks(now=now + timedelta(hours=3)) == 0
    told = Notification.objects.get(recipient=person)
    assert post.thread.title not in told.title
    assert "Pour lundi" in str(told.lines)

    bookmarks.keep(**keep, remind_at=now + timedelta(days=2), now=now + timedelta(hours=3))
    assert bookmarks.sweep_bookmarks(now=now + timedelta(days=3)) == 1
    assert Bookmark.objects.count() == 1


def test_nobody_is_reminded_of_what_she_may_not_read_any_more(enrolment: Enrolment) -> None:
    now = timezone.now()
    post = PostFactory()
    bookmarks.keep(post=post, person=enrolment.learner, note="", remind_at=now + timedelta(hours=1), now=now)
    post.hidden_at = now
    post.save()

    assert bookmarks.sweep_bookmarks(now=now + timedelta(hours=2)) == 0
    assert not Notification.objects.exists()


def test_a_reminder_is_for_later() -> None:
    with pytest.raises(bookmarks.BookmarkRefused) as refused:
        bookmarks.keep(post=PostFactory(), person=UserFactory(), note="", remind_at=NOW, now=NOW)
    assert refused.value.code == "past"
    assert not Bookmark.objects.exists()


def test_keeping_it_no_longer() -> None:
    post, person = PostFactory(), UserFactory()
    bookmarks.keep(post=post, person=person, note="", remind_at=None, now=NOW)
    for _ in range(2):
        bookmarks.drop(post=post, person=person)
    assert not Bookmark.objects.exists()


# --- Drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_goes_on_and_two_devices_lose_nothing() -> None:
    person, place = UserFactory(), f"thread:{uuid4()}"
    keep = {"person": person, "place": place, "now": NOW}
    first = drafts.keep_draft(**keep, content={"source": ["Bon"]}, version=0)
    phone = drafts.keep_draft(**keep, content={"source": ["Bonjour"]}, version=first.version)

    with pytest.raises(drafts.DraftConflict) as conflict:
        drafts.keep_draft(**keep, content={"source": ["Bonsoir"]}, version=first.version)
    assert conflict.value.draft is not None
    assert (conflict.value.draft.content, conflict.value.draft.version) == ({"source": ["Bonjour"]}, phone.version)
    # The same text from both is no conflict, nor is a saving that is sent twice.
    assert drafts.keep_draft(**keep, content={"source": ["Bonjour"]}, version=0).version == phone.version
    assert Draft.objects.count() == 1


def test_what_was_sent_elsewhere_does_not_come_back() -> None:
    person, place = UserFactory(), f"space:{uuid4()}"
    draft = drafts.keep_draft(person=person, place=place, content={"source": ["Bon"]}, version=0, now=NOW)
    drafts.drop_draft(person=person, place=place)

    with pytest.raises(drafts.DraftConflict) as conflict:
        drafts.keep_draft(person=person, place=place, content={"source": ["Bonj"]}, version=draft.version, now=NOW)
    assert conflict.value.draft is None


def test_drafts_are_bounded() -> None:
    person = UserFactory()
    for n in range(drafts.MOST + 2):
        drafts.keep_draft(
            person=person,
            place=f"thread:{uuid4()}",
            content={"source": [str(n)]},
            version=0,
            now=NOW + timedelta(seconds=n),
        )
    kept = Draft.objects.filter(person=person)
    assert kept.count() == drafts.MOST
    assert not kept.filter(content={"source": ["0"]}).exists()
    for place, content in (("garden:1", {}), (f"thread:{uuid4()}", {"source": ["a" * 60_001]})):
        with pytest.raises(drafts.DraftRefused):
            drafts.keep_draft(person=person, place=place, content=content, version=0, now=NOW)
