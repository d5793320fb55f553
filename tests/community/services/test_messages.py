"""Private messages: blocks, who takes none, sandbox, what looks like spam, and what is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from community.enums import Action, Trust
from community.models import Conversation, Flag, PrivateMessage, Standing
from community.queries.messages import conversation_between, conversations_of, lines, talk, unread_conversations
from community.services.messages import LONGEST_MESSAGE, MessageRefused, mark_read, send_private
from community.services.moderation import Verdict, decide
from community.services.people import block
from community.services.trust import SandboxRefused
from lms.accounts.models import User
from lms.kit.ids import uuid7
from lms.notifications.models import Notification
from tests.community.factories import ProfileFactory, StandingFactory
from tests.factories import EnrolmentFactory, UserFactory

NOW = timezone.now()


@pytest.fixture
def one(db: None) -> User:
    learner: User = EnrolmentFactory().learner
    return learner


@pytest.fixture
def two(db: None) -> User:
    learner: User = EnrolmentFactory().learner
    return learner


def write(author: User, person: User, source: str = "Bonjour **toi** !") -> PrivateMessage:
    return send_private(author=author, person=person, source=source, key=uuid7(), now=NOW)


def test_two_people_have_one_conversation(one: User, two: User) -> None:
    first = write(one, two)
    second = write(two, one, "Bonjour !")

    assert first.conversation == second.conversation
    assert (first.number, second.number) == (1, 2)
    assert "<strong>toi</strong>" in first.html
    assert Conversation.objects.count() == 1


def test_the_same_key_sends_once(one: User, two: User) -> None:
    said: dict[str, Any] = {
        "author": one,
        "person": two,
        "source": "Oui",
        "key": uuid7(),
        "now": NOW,
    }

    assert send_private(**said) == send_private(**said)
    assert PrivateMessage.objects.count() == 1


def test_ten_messages_are_one_piece_of_news_until_read(one: User, two: User) -> None:
    StandingFactory(person=one, trust=Trust.KNOWN)
    news = Notification.objects.filter(recipient=two, kind="community.private")
    for _message in range(10):
        last = write(one, two)
    assert news.count() == 1
    assert "Bonjour" not in f"{news.get().title} {news.get().lines}"

    mark_read(conversation=last.conversation, person=two, until=10)
    write(one, two)
    assert news.count() == 2


@pytest.mark.parametrize("source", ["", "  \n ", "\n---\n", "x" * (LONGEST_MESSAGE + 1)])
def test_nothing_empty_or_endless_is_sent(one: User, two: User, source: str) -> None:
    with pytest.raises(MessageRefused):
        write(one, two, source)
    assert not Conversation.objects.exists()


def test_who_is_blocked_reads_what_anybody_reads_of_who_takes_none(one: User, two: User) -> None:
    block(person=two, blocked=one, now=NOW)
    with pytest.raises(MessageRefused) as blocked:
        write(one, two)

    closed = EnrolmentFactory(learner__display_name=two.display_name).learner
    ProfileFactory(person=closed, takes_messages=False)
    with pytest.raises(MessageRefused) as refused:
        write(one, closed)

    assert (blocked.value.code, str(blocked.value)) == (refused.value.code, str(refused.value))
    with pytest.raises(MessageRefused) as own:
        write(two, one)
    assert own.value.code == "you-blocked"


def test_who_takes_no_messages_takes_the_answer_to_hers(one: User, two: User) -> None:
    ProfileFactory(person=one, takes_messages=False)
    write(one, two)

    assert write(two, one).number == 2
    with pytest.raises(MessageRefused):
        write(EnrolmentFactory().learner, one)


def test_a_newcomer_meets_her_limits_and_who_is_paused_writes_nothing(one: User, two: User) -> None:
    links = " ".join(f"https://example.org/{number}" for number in range(5))
    with pytest.raises(SandboxRefused):
        write(one, two, links)
    Standing.objects.update_or_create(person=one, defaults={"paused_until": NOW + timedelta(hours=1)})
    with pytest.raises(SandboxRefused) as refused:
        write(one, two)

    assert refused.value.code == "paused"
    assert not Conversation.objects.exists()


def test_spam_waits_for_a_moderator_unseen(one: User, two: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("community.services.trust.spam_points", lambda *args: 100)
    message = write(one, two)

    assert message.hidden_at is not None
    assert Flag.objects.get(message=message).flagger is None
    assert not Notification.objects.filter(recipient=two, kind="community.private").exists()
    assert unread_conversations(two) == 0
    assert not conversations_of(two)
    assert len(conversations_of(one)) == 1
    assert not talk(message.conversation, two).messages
    assert [row.is_held for row in talk(message.conversation, one).messages] == [True]


def test_what_waits_does_not_move_their_conversation(one: User, two: User, monkeypatch: pytest.MonkeyPatch) -> None:
    write(one, two)
    monkeypatch.setattr("community.services.trust.spam_points", lambda *args: 100)
    send_private(author=one, person=two, source="Encore moi.", key=uuid7(), now=NOW + timedelta(hours=1))

    assert conversations_of(two).get().last_at == NOW


def test_what_a_moderator_keeps_is_new_and_told(one: User, two: User, monkeypatch: pytest.MonkeyPatch) -> None:
    moderator = UserFactory(is_superuser=True)
    with monkeypatch.context() as suspicious:
        suspicious.setattr("community.services.trust.spam_points", lambda *args: 100)
        message = write(one, two)
    assert Notification.objects.filter(recipient=moderator, kind="community.queue").exists()
    write(one, two, "Encore moi.")
    mark_read(conversation=message.conversation, person=two, until=2)

    later = NOW + timedelta(hours=1)
    decide(things=[message], seen={}, verdict=Verdict(Action.KEEP), moderator=moderator, now=later)

    assert unread_conversations(two) == 1
    assert conversations_of(two).get().last_at == later
    assert [row.number for row in talk(message.conversation, two).messages] == [1, 2]
    assert Notification.objects.filter(recipient=two, kind="community.private").count() == 2


def test_reading_goes_forward_and_blocked_people_say_nothing(one: User, two: User) -> None:
    for _message in range(2):
        conversation = write(one, two).conversation
    assert (unread_conversations(two), unread_conversations(one)) == (1, 0)
    [line] = lines(two, list(conversations_of(two)))
    assert (line.unread, line.other, line.is_mine) == (2, one, False)

    mark_read(conversation=conversation, person=two, until=1)
    mark_read(conversation=conversation, person=two, until=0)
    [line] = lines(two, list(conversations_of(two)))
    assert line.unread == 1

    block(person=two, blocked=one, now=NOW)
    [line] = lines(two, list(conversations_of(two)))
    assert (line.unread, line.is_blocked, unread_conversations(two)) == (0, True, 0)
    mark_read(conversation=conversation, person=two, until=10**9)
    found = conversation_between(one, two)
    assert found is not None
    assert {found.first_read, found.second_read} == {2}


def test_pages_of_a_conversation_are_found_by_number(one: User, two: User) -> None:
    StandingFactory(person=one, trust=Trust.PILLAR)
    for number in range(60):
        conversation = write(one, two, f"Message {number}").conversation
    page = talk(conversation, two)

    assert [page.messages[0].number, page.messages[-1].number, page.earlier, page.unread] == [11, 60, 11, 50]
    assert [message.number for message in talk(conversation, two, before=11).messages] == list(range(1, 11))
