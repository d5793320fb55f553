"""Newcomers write within limits; reading and helping lifts them; spam is scored by rows."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone

from community.enums import Action, AppealState, FlagReason, Trust
from community.models import Appeal, Decision, SpamRule, Standing, TrustRule
from community.queries.moderation import queue_of
from community.services.messages import send_private
from community.services.posting import answer, start_thread
from community.services.trust import (
    SandboxRefused,
    check_may_post,
    check_may_write_to,
    note_reading,
    note_thanks,
    spam_points,
)
from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.ids import uuid7
from lms.notifications.models import Notification
from tests.community.factories import (
    ConversationFactory,
    OfferFactory,
    PostFactory,
    PrivateMessageFactory,
    SpaceFactory,
    StandingFactory,
    ThreadFactory,
)
from tests.factories import UserFactory
from tests.world import World

NOW = timezone.now()


@pytest.fixture
def world(silent_world: World) -> World:
    return silent_world


@dataclass(frozen=True)
class Prose:
    html: str = "<p>Bonjour à tous.</p>"
    mentions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


LINKS = tuple(f"https://example.org/{number}" for number in range(3))
OVER = [
    Prose(links=LINKS),
    Prose(html='<p><img src="/community/files/a/"><img src="/community/files/b/"><img src="/community/files/c/"></p>'),
    Prose(mentions=("anna", "bruno", "chloe")),
]


@pytest.mark.parametrize("prose", OVER, ids=["links", "images", "mentions"])
def test_a_newcomer_is_told_which_limit_she_meets(world: World, prose: Prose) -> None:
    with pytest.raises(SandboxRefused) as refused:
        check_may_post(world.a.learner, SpaceFactory(), prose, NOW)

    assert refused.value.code == "sandbox"
    assert "2" in str(refused.value)


@pytest.mark.parametrize("prose", OVER, ids=["links", "images", "mentions"])
def test_limits_are_lifted_with_trust_and_never_held_the_team(world: World, prose: Prose) -> None:
    space = SpaceFactory()
    StandingFactory(person=world.a.learner, trust=Trust.KNOWN)

    for person in (world.a.learner, world.a.coach, world.moderator):
        check_may_post(person, space, prose, NOW)


def test_attached_files_count_with_the_images_of_the_text(world: World) -> None:
    check_may_post(world.a.learner, SpaceFactory(), Prose(), NOW, files=2)
    with pytest.raises(SandboxRefused):
        check_may_post(world.a.learner, SpaceFactory(), Prose(), NOW, files=3)


def test_a_newcomer_sends_so_many_messages_a_day(world: World) -> None:
    TrustRule.objects.filter(trust=Trust.NEW).update(posts_a_day=2)
    space = SpaceFactory()
    PostFactory(author=world.a.learner, created_at=NOW - timedelta(hours=25))
    PostFactory(author=world.a.learner, created_at=NOW - timedelta(hours=23))
    check_may_post(world.a.learner, space, Prose(), NOW)
    PostFactory(author=world.a.learner, created_at=NOW)

    with pytest.raises(SandboxRefused, match="2"):
        check_may_post(world.a.learner, space, Prose(), NOW)
    check_may_post(world.a.learner, space, Prose(), NOW + timedelta(hours=2))


def test_a_pause_holds_for_everybody_until_it_ends(world: World) -> None:
    space = SpaceFactory()
    for person in (world.a.learner, world.a.coach):
        StandingFactory(person=person, trust=Trust.PILLAR, paused_until=NOW + timedelta(hours=24))
        for check in (
            lambda at, person=person: check_may_post(person, space, Prose(), at),
            lambda at, person=person: check_may_write_to(person, world.a.classmate, Prose(), at),
        ):
            with pytest.raises(SandboxRefused) as refused:
                check(NOW)
            assert refused.value.code == "paused"
            check(NOW + timedelta(hours=25))


def test_a_newcomer_writes_to_so_many_new_people_a_day(world: World) -> None:
    learner = world.a.learner
    for _number in range(3):
        conversation = ConversationFactory(first=learner, second=UserFactory())
        PrivateMessageFactory(conversation=conversation, author=learner, sent_at=NOW - timedelta(hours=1))

    with pytest.raises(SandboxRefused, match="3"):
        check_may_write_to(learner, world.a.classmate, Prose(), NOW)
    check_may_write_to(learner, conversation.second, Prose(), NOW)
    check_may_write_to(world.a.coach, world.a.classmate, Prose(), NOW)


def test_an_answer_to_somebody_who_wrote_first_is_not_counted(world: World) -> None:
    learner = world.a.learner
    for _number in range(3):
        writer = UserFactory()
        conversation = ConversationFactory(first=learner, second=writer)
        PrivateMessageFactory(conversation=conversation, author=writer, sent_at=NOW)

    check_may_write_to(learner, world.a.classmate, Prose(), NOW)


def test_a_newcomer_sends_so_many_messages_a_day_to_who_does_not_answer(world: World) -> None:
    TrustRule.objects.filter(trust=Trust.NEW).update(posts_a_day=2)
    learner = world.a.learner
    silent, talking = (ConversationFactory(first=learner, second=UserFactory()) for _number in range(2))
    for number in range(1, 6):
        PrivateMessageFactory(conversation=talking, number=number, author=learner, sent_at=NOW)
    PrivateMessageFactory(conversation=talking, number=6, author=talking.second, sent_at=NOW)
    PrivateMessageFactory(conversation=silent, number=1, author=learner, sent_at=NOW)
    check_may_write_to(learner, silent.second, Prose(), NOW)
    PrivateMessageFactory(conversation=silent, number=2, author=learner, sent_at=NOW)

    with pytest.raises(SandboxRefused, match="2"):
        check_may_write_to(learner, silent.second, Prose(), NOW)
    check_may_write_to(learner, talking.second, Prose(), NOW)
    check_may_write_to(learner, silent.second, Prose(), NOW + timedelta(hours=25))


@pytest.mark.parametrize("kind", ["message", "offer"])
def test_the_same_text_is_the_same_wherever_it_was_sent(world: World, kind: str) -> None:
    learner, html = world.a.learner, "<p>Bonjour.</p>"
    if kind == "message":
        conversation = ConversationFactory(first=learner, second=UserFactory())
        PrivateMessageFactory(conversation=conversation, author=learner, html=html, sent_at=NOW - timedelta(hours=1))
    else:
        OfferFactory(author=learner, html=html)

    assert spam_points(learner, Prose(html=html), NOW) == 60
    assert spam_points(learner, Prose(html="<p>Merci.</p>"), NOW, beside="Crédit rapide\nhttp://a.fr") == 85


def test_t54_a_storm_of_a_new_account_is_one_item_of_the_queue(world: World) -> None:
    """Links, images, mentions and private messages of a newcomer meet limits; what passes them and looks like spam
    waits, and a moderator sees one item for all of it."""
    newcomer, spam = world.a.learner, "Casino en ligne, du bitcoin, numéro"
    space = SpaceFactory()
    talks = ThreadFactory.create_batch(3, space=space)

    images = " ".join(f"![](/community/files/{uuid7()}/)" for _number in range(3))
    for number, source in enumerate([" ".join(LINKS), images, "@a @b @c", f"{spam} 0"]):
        fresh = User.objects.get(pk=newcomer.pk)
        said = {"author": fresh, "source": source, "key": uuid7(), "now": NOW + timedelta(hours=number)}
        with pytest.raises(DomainError) if number < 3 else nullcontext():
            start_thread(space=space, kind="question", title="Bonjour", **said)
    for number, thread in enumerate(talks, start=1):
        fresh = User.objects.get(pk=newcomer.pk)
        said = {"source": f"{spam} {number}", "key": uuid7(), "now": NOW + timedelta(hours=3 + number)}
        assert answer(thread=thread, author=fresh, **said).hidden_at is not None
    sent = 0
    for number in range(6):
        said = {"source": f"{spam} {10 + number}", "key": uuid7(), "now": NOW + timedelta(hours=8)}
        try:
            assert send_private(author=newcomer, person=UserFactory(), **said).hidden_at is not None
        except SandboxRefused:
            continue
        sent += 1

    assert sent == 3
    (item,) = queue_of(world.moderator, NOW + timedelta(hours=9)).items
    assert (item.person, item.message_count, item.is_held) == (newcomer, 7, True)
    assert item.reasons == [(str(FlagReason.SPAM.label), 7)]
    news = Notification.objects.filter(recipient=world.moderator, kind="community.queue")
    assert news.count() == len(set(news.values_list("key", flat=True))) <= 2  # one a day


SPAM = [
    (Prose(links=LINKS), 75),
    (Prose(html="<p>GAGNEZ TOUT DE SUITE AVEC NOUS</p>"), 30),
    (Prose(html="<p>Un Casino en ligne, et du bitcoin</p>"), 100),
    (Prose(html="<p>Bonjour, je cherche un stage.</p>"), 0),
]


@pytest.mark.parametrize(("prose", "points"), SPAM, ids=["links", "capitals", "words", "honest"])
def test_a_newcomers_message_is_scored_by_the_rules(world: World, prose: Prose, points: int) -> None:
    assert spam_points(world.a.learner, prose, NOW) == points


def test_the_same_text_again_and_what_nobody_can_type_are_signals(world: World) -> None:
    html = "<p>Bonjour.</p>"
    PostFactory(author=world.a.learner, html=html, created_at=NOW - timedelta(seconds=5))

    assert spam_points(world.a.learner, Prose(html=html), NOW) == 60
    assert spam_points(world.a.learner, Prose(html=f"<p>{'mot ' * 100}</p>"), NOW) == 40


def test_who_is_known_is_not_scored_and_a_rule_can_be_put_aside(world: World) -> None:
    StandingFactory(person=world.a.classmate, trust=Trust.KNOWN)
    SpamRule.objects.filter(signal="links").update(is_active=False)

    assert spam_points(world.a.classmate, SPAM[2][0], NOW) == 0
    assert spam_points(world.a.coach, SPAM[2][0], NOW) == 0
    assert spam_points(world.a.learner, SPAM[0][0], NOW) == 0


def _trust(person: User) -> int:
    return Standing.objects.get(person=person).trust


def test_trust_grows_by_reading_over_days_and_by_thanks(world: World) -> None:
    learner = world.a.learner
    note_reading(learner, 30, NOW)
    assert _trust(learner) == Trust.NEW
    note_reading(learner, 1, NOW + timedelta(days=1))
    assert _trust(learner) == Trust.KNOWN
    for day in range(2, 16):
        note_reading(learner, 20, NOW + timedelta(days=day))
    assert _trust(learner) == Trust.KNOWN
    for _number in range(5):
        note_thanks(learner, NOW)
    assert _trust(learner) == Trust.REGULAR
    note_thanks(learner, NOW, count=-1)
    assert _trust(learner) == Trust.REGULAR


def test_a_strike_holds_trust_where_it_is_until_it_expires_or_is_undone(world: World) -> None:
    learner = world.a.learner
    StandingFactory(person=learner, posts_read=100, days_visited=5)
    strike = Decision.objects.create(
        person=learner, moderator=world.moderator, action=Action.HIDE, strikes_until=NOW + timedelta(days=90)
    )
    note_reading(learner, 1, NOW)
    assert _trust(learner) == Trust.NEW
    Appeal.objects.create(decision=strike, words="Je ne suis pas d’accord.", state=AppealState.OVERTURNED)
    note_reading(learner, 1, NOW)
    assert _trust(learner) == Trust.KNOWN
