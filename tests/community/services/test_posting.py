"""Writing: once a key, in order, within the place's rules, with every wording kept."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import TestCase
from django.utils import timezone, translation

from community.enums import MemberRole, Posting, ThreadKind, Trust
from community.models import Draft, Flag, Mention, Post, PostFile, PostVersion, SpamRule, Standing, Thread
from community.models.threads import LONGEST_POST
from community.services import posting
from community.services.polls import NewPoll
from community.services.posting import PostingRefused, VersionRefused
from community.services.trust import SandboxRefused
from lms.accounts.models import User
from lms.kit.ids import uuid7
from tests.community.factories import (
    FlagFactory,
    PostFactory,
    SpaceFactory,
    SpaceMemberFactory,
    StandingFactory,
    ThreadFactory,
)
from tests.world import World

NOW = timezone.now()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def lina(world: World) -> User:
    return world.a.learner


@pytest.fixture
def thread(lina: User) -> Thread:
    row: Thread = ThreadFactory(author=lina, title="Comment refuser ?", created_at=NOW - timedelta(days=1))
    return row


def answer(thread: Thread, author: User, source: str = "Oui.", now: datetime = NOW, **fields: object) -> Post:
    """Each time as in a request of its own: what she may see is read afresh."""
    author, given = User.objects.get(pk=author.pk), {"key": uuid7(), **fields}
    return posting.answer(thread=thread, author=author, source=source, now=now, **given)  # type: ignore[arg-type]


def start(author: User, **fields: object) -> Thread:
    given = {"kind": ThreadKind.QUESTION, "title": "Par où commencer ?", "source": "Bonjour.", "key": uuid7(), **fields}
    given.setdefault("space", None)
    given["space"] = given["space"] or SpaceFactory()
    author = User.objects.get(pk=author.pk)
    return posting.start_thread(author=author, now=NOW, **given)  # type: ignore[arg-type]


def test_a_thread_opens_with_its_first_post_and_its_poll(lina: User) -> None:
    poll = NewPoll("Quand ?", ("Lundi", "Mardi"))

    thread = start(lina, source="Qui vient ?\n\n**Moi**", title="  Une   sortie ", poll=poll)

    post = thread.posts.get()
    assert (thread.title, thread.post_count, thread.last_number, thread.last_post_at) == ("Une sortie", 1, 1, NOW)
    assert (post.number, post.html) == (1, "<p>Qui vient ?</p>\n<p><strong>Moi</strong></p>\n")
    assert [option.text for option in post.poll.options.all()] == ["Lundi", "Mardi"]
    assert Standing.objects.get(person=lina).posts_written == 1


def test_the_same_key_is_the_same_message(thread: Thread, lina: User, world: World) -> None:
    key = uuid7()
    first = answer(thread, lina, "Une fois.", key=key)

    assert answer(thread, lina, "Deux fois.", key=key) == first
    assert thread.posts.count() == 2
    opened = start(lina, key=(other := uuid7()))
    assert start(lina, key=other) == opened
    with pytest.raises(PostingRefused) as refused:
        answer(thread, world.a.classmate, key=key)
    assert refused.value.code == "sent-already"


def test_answers_are_numbered_and_counted(thread: Thread, lina: User, world: World) -> None:
    later = NOW + timedelta(minutes=1)
    first = answer(thread, world.a.classmate)
    second = answer(thread, lina, "Merci !", now=later, reply_to=first)

    thread.refresh_from_db()
    assert [first.number, second.number] == [2, 3]
    assert (thread.post_count, thread.last_number, thread.last_post_at) == (3, 3, later)
    assert second.reply_to == first
    stranger = PostFactory()
    assert answer(thread, lina, "Encore.", reply_to=stranger).reply_to is None


@pytest.mark.parametrize(("source", "code"), [(" \n ", "empty"), ("x" * (LONGEST_POST + 1), "too-long")])
def test_what_is_empty_or_too_long_is_refused(thread: Thread, lina: User, source: str, code: str) -> None:
    with pytest.raises(PostingRefused) as refused:
        answer(thread, lina, source)

    assert refused.value.code == code
    assert thread.posts.count() == 1


def test_a_closed_thread_takes_no_answer_but_a_moderators(thread: Thread, lina: User, world: World) -> None:
    Thread.objects.update(closed_at=NOW)

    with pytest.raises(PostingRefused) as refused:
        answer(thread, lina)

    assert refused.value.code == "closed"
    assert answer(thread, world.moderator).number == 2
    Thread.objects.update(locked_at=NOW)
    with pytest.raises(PostingRefused):
        answer(thread, world.moderator)


def test_who_may_not_write_in_a_space_starts_nothing_there(lina: User, world: World) -> None:
    team_only = SpaceFactory(posting=Posting.TEAM)

    with pytest.raises(PostingRefused):
        start(lina, space=team_only)
    with pytest.raises(PostingRefused):
        start(lina, kind=ThreadKind.ANNOUNCEMENT)

    assert not Thread.objects.filter(author=lina, created_at=NOW).exists()
    assert start(world.a.coach, space=team_only, kind=ThreadKind.ANNOUNCEMENT).space == team_only


def test_slow_mode_says_until_when_and_spares_moderators(thread: Thread, lina: User) -> None:
    Thread.objects.update(slow_mode_seconds=600)
    answer(thread, lina)

    with pytest.raises(PostingRefused) as refused:
        answer(thread, lina, now=NOW + timedelta(minutes=9))

    assert refused.value.code == "slow-mode"
    answer(thread, lina, now=NOW + timedelta(minutes=11))
    SpaceMemberFactory(space=thread.space, person=lina, role=MemberRole.MODERATOR)
    answer(thread, lina, now=NOW + timedelta(minutes=12))


def test_the_slow_mode_of_a_space_holds_for_all_its_threads(lina: User) -> None:
    space = SpaceFactory(slow_mode_seconds=600)
    start(lina, space=space)

    with pytest.raises(PostingRefused) as refused:
        start(lina, space=space)

    assert refused.value.code == "slow-mode"


def test_who_is_paused_or_new_is_told_by_the_rules_of_trust(thread: Thread, lina: User) -> None:
    StandingFactory(person=lina, paused_until=NOW + timedelta(hours=1))

    with pytest.raises(SandboxRefused) as refused:
        answer(thread, lina)

    assert refused.value.code == "paused"
    assert thread.posts.count() == 1


def test_what_looks_like_spam_waits_for_a_moderator(thread: Thread, lina: User, world: World) -> None:
    solving = answer(thread, world.a.classmate, "Une affiche.")
    posting.accept(thread=thread, post=solving, actor=lina, now=NOW)
    SpamRule.objects.create(signal="word", word="casino", points=100)

    post = answer(thread, lina, "Venez au CASINO")
    opened = start(lina, source="Le casino ouvre")

    thread.refresh_from_db()
    assert post.hidden_at == NOW
    assert Flag.objects.get(post=post).flagger is None
    assert (thread.post_count, thread.last_number, thread.next_number, thread.hidden_at) == (2, 2, 4, None)
    assert Thread.objects.get(pk=opened.pk).hidden_at == NOW
    # The beginning of what solves stands at the head of its thread: not while it waits.
    assert thread.accepted == solving
    posting.edit(post=solving, source="Le casino", version=1, actor=world.a.classmate, now=NOW)
    thread.refresh_from_db()
    assert (thread.accepted, thread.post_count) == (None, 1)


def test_people_named_are_those_who_read_the_space(lina: User, world: World) -> None:
    StandingFactory(person=lina, trust=Trust.REGULAR)
    User.objects.filter(pk=world.a.classmate.pk).update(display_name="Éva Petit")
    User.objects.filter(pk=world.b.learner.pk).update(display_name="Bob Loin")
    space = SpaceFactory(audience="cohort", cohort=world.a.cohort)

    thread = start(lina, space=space, source="Merci @eva-petit, @Bob-Loin et @Personne !")

    assert [row.person for row in Mention.objects.filter(post__thread=thread)] == [world.a.classmate]
    answer(thread, User.objects.get(pk=world.a.classmate.pk), "Avec plaisir")
    named = answer(thread, lina, "Encore merci @Eva")
    assert [row.person for row in named.mentions.all()] == [world.a.classmate]


def test_every_wording_is_kept_and_nobody_overwrites_another(thread: Thread, lina: User) -> None:
    post = thread.posts.get()

    edited = posting.edit(post=post, source="Autrement.", version=1, actor=lina, now=NOW)

    assert (edited.html, edited.version, edited.edited_at) == ("<p>Autrement.</p>\n", 2, NOW)
    kept = PostVersion.objects.get(post=post)
    assert (kept.number, kept.source, kept.edited_by) == (1, "Je ne sais pas par où commencer.", lina)
    with pytest.raises(VersionRefused) as refused:
        posting.edit(post=post, source="Trop tard.", version=1, actor=lina, now=NOW)
    assert refused.value.post.source == "Autrement."
    assert posting.edit(post=post, source="Autrement.", version=1, actor=lina, now=NOW).version == 2


def test_others_change_nothing_and_moderators_say_why(thread: Thread, world: World) -> None:
    post = thread.posts.get()

    for actor in (world.a.classmate, world.moderator):
        with pytest.raises(PostingRefused):
            posting.edit(post=post, source="X", version=1, actor=actor, now=NOW)
    posting.edit(post=post, source="Sans le nom.", version=1, actor=world.moderator, reason="Un nom", now=NOW)

    assert PostVersion.objects.get(post=post).reason == "Un nom"


def test_a_message_is_taken_back_by_its_author_alone(thread: Thread, lina: User, world: World) -> None:
    post = answer(thread, world.a.classmate)
    with pytest.raises(PostingRefused):
        posting.take_back(post=post, actor=lina, now=NOW)

    posting.take_back(post=post, actor=world.a.classmate, now=NOW)
    posting.take_back(post=post, actor=world.a.classmate, now=NOW)

    thread.refresh_from_db()
    assert (thread.post_count, thread.last_number, thread.next_number, thread.hidden_at) == (1, 1, 3, None)
    posting.take_back(post=thread.posts.get(number=1), actor=lina, now=NOW)
    thread.refresh_from_db()
    assert (thread.post_count, thread.hidden_at) == (0, NOW)


def test_what_is_taken_back_at_once_may_be_sent_again_as_it_was(thread: Thread, lina: User, world: World) -> None:
    """Its files, what it answers, and no wait: the first sending counts neither for slow mode nor as spam."""
    Thread.objects.update(slow_mode_seconds=600)
    Draft.objects.create(
        person=lina, place=f"thread:{thread.public_id}", content={"source": ["Autre chose."]}, version=3
    )
    other = answer(thread, world.a.classmate)
    plan, photo = (
        PostFile.objects.create(person=lina, kind=kind, file="x", name=name, alt=alt, size=1)
        for kind, name, alt in (("file", "le [plan].pdf", ""), ("image", "p.jpg", "Une salle"))
    )
    source = f"Voici :\n\n![Une salle](/community/files/{photo.public_id}/)"
    post = answer(thread, lina, source, files=[plan], reply_to=other)

    draft = posting.take_back(post=post, actor=lina, now=NOW + timedelta(seconds=9))

    assert draft is not None
    linked = f"[le \\[plan\\].pdf](/community/files/{plan.public_id}/)"
    assert draft.content == {"source": [f"{source}\n\n{linked}\n\nAutre chose."], "to": [str(other.public_id)]}
    assert (draft.place, draft.version) == (f"thread:{thread.public_id}", 4)
    again = answer(thread, lina, draft.content["source"][0], now=NOW + timedelta(seconds=20))
    assert set(again.files.all()) == {plan, photo}
    assert not again.flags.exists()


def test_what_was_reported_keeps_its_files_when_it_is_taken_back(thread: Thread, lina: User) -> None:
    file = PostFile.objects.create(person=lina, kind="file", file="x", name="plan.pdf", size=1)
    post = answer(thread, lina, files=[file])
    FlagFactory(post=post)

    assert posting.take_back(post=post, actor=lina, now=NOW) is None
    assert list(post.files.all()) == [file]


SPAM_WORDS = "Casino, du bitcoin"
PLAIN = {"source": "Bonjour à vous."}


@pytest.mark.parametrize(
    "said",
    [
        {**PLAIN, "title": SPAM_WORDS},
        {**PLAIN, "poll": NewPoll(SPAM_WORDS, ("Oui", "Non"))},
        {**PLAIN, "poll": NewPoll("Quand ?", ("casino", "bitcoin"))},
    ],
    ids=["title", "question", "options"],
)
def test_spam_in_a_title_or_a_poll_waits_for_a_moderator_too(lina: User, said: dict[str, object]) -> None:
    thread = start(lina, **said)

    assert thread.posts.get().hidden_at == NOW
    assert Flag.objects.get(post__thread=thread).flagger is None


def test_links_in_a_title_and_a_poll_count_for_a_newcomers_limit(lina: User) -> None:
    start(lina, title="Voir http://a.fr et www.b.fr")
    with pytest.raises(SandboxRefused):
        start(lina, title="Voir http://a.fr et www.b.fr", source="Et <https://c.fr>.")
    with pytest.raises(SandboxRefused):
        start(lina, poll=NewPoll("Lequel ?", ("http://a.fr", "http://b.fr", "http://c.fr")))


def test_another_title_alone_is_another_wording(thread: Thread, lina: User) -> None:
    post = thread.posts.get()
    said = {"post": post, "source": post.source, "version": 1, "actor": lina, "now": NOW}

    posting.edit(**said, title="  Comment   dire non ? ")
    with pytest.raises(VersionRefused):
        posting.edit(**said, title="Encore")

    thread.refresh_from_db()
    assert thread.title == "Comment dire non ?"
    assert PostVersion.objects.get(post=post).title == "Comment refuser ?"
    with pytest.raises(PostingRefused):
        posting.edit(**said | {"version": 2}, title=" ")
    posting.edit(**said | {"version": 2}, title=SPAM_WORDS)
    thread.refresh_from_db()
    assert thread.hidden_at == NOW


def test_who_is_paused_changes_no_title(thread: Thread, lina: User) -> None:
    StandingFactory(person=lina, paused_until=NOW + timedelta(hours=1))
    post = thread.posts.get()
    with pytest.raises(SandboxRefused):
        posting.edit(post=post, source=post.source, version=1, title="Autre", actor=lina, now=NOW)


def test_the_answer_that_solves_is_chosen_by_who_asked_or_the_team(thread: Thread, lina: User, world: World) -> None:
    post = answer(thread, world.a.classmate)
    with pytest.raises(PostingRefused):
        posting.accept(thread=thread, post=post, actor=world.a.classmate, now=NOW)
    with pytest.raises(PostingRefused):
        posting.accept(thread=thread, post=thread.posts.get(number=1), actor=lina, now=NOW)

    posting.accept(thread=thread, post=post, actor=lina, now=NOW)
    posting.accept(thread=thread, post=post, actor=lina, now=NOW)

    thread.refresh_from_db()
    assert (thread.accepted, thread.accepted_by) == (post, lina)
    assert Standing.objects.get(person=world.a.classmate).thanks_received == 1
    posting.accept(thread=thread, post=None, actor=world.a.coach, now=NOW)
    thread.refresh_from_db()
    assert thread.accepted is None
    assert Standing.objects.get(person=world.a.classmate).thanks_received == 0
    with pytest.raises(PostingRefused):
        posting.accept(thread=thread, post=post, actor=world.a.classmate, now=NOW)
    SpaceMemberFactory(space=thread.space, person=world.a.classmate, role=MemberRole.MODERATOR)
    moderator = User.objects.get(pk=world.a.classmate.pk)  # what she may is asked once a request
    posting.accept(thread=thread, post=post, actor=moderator, now=NOW)
    thread.refresh_from_db()
    assert thread.accepted == post


def test_open_pages_hear_of_it_once_committed_with_nothing_personal(
    thread: Thread, lina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[dict[str, object]] = []
    monkeypatch.setattr(
        "community.services.telling.push", lambda group, event: heard.append(event() if callable(event) else event)
    )

    with TestCase.captureOnCommitCallbacks(execute=True):
        post = answer(thread, lina, "Du nouveau.")
    posting.edit(post=post, source="Changé.", version=1, actor=lina, now=NOW)
    posting.take_back(post=post, actor=lina, now=NOW)

    # Lists hear that something moved, not that it was said otherwise.
    assert [event["type"] for event in heard] == ["post", "moved", "changed", "gone", "moved"]
    assert heard[1] == {"type": "moved", "space": str(thread.space.public_id)}
    assert heard[0]["number"] == 2
    assert "Répondre" in str(heard[0]["html"]) or "Answer" in str(heard[0]["html"])
    assert "Du nouveau." in str(heard[0]["html_en"])
    assert "csrfmiddlewaretoken" not in str(heard[0])
