"""Moderators move, merge, split, close: addresses lead on for ever."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community.enums import ThreadKind
from community.live import space_group
from community.models import Draft, Post, Thread, ThreadReading, UpkeepLine
from community.queries.unread import unread_ids
from community.services import posting, steering
from community.services.drafts import keep_draft
from community.services.search import index_post
from community.services.steering import SteeringRefused
from lms.accounts.models import User
from lms.kit.ids import uuid7
from tests.community.factories import PostFactory, SpaceFactory, ThreadFactory, ThreadReadingFactory
from tests.world import World

NOW = timezone.now()


def thread_of(posts: int) -> Thread:
    thread: Thread = ThreadFactory(created_at=NOW)
    for number in range(1, posts):
        PostFactory(thread=thread, created_at=NOW + timedelta(minutes=number))
    thread.refresh_from_db()
    return thread


def split(thread: Thread, posts: list[Post], world: World, title: str = "À part") -> Thread:
    return steering.split(thread=thread, posts=posts, title=title, kind=thread.kind, actor=world.moderator, now=NOW)


def reading(thread: Thread, person: User, last_read: int, level: str = "") -> None:
    ThreadReadingFactory(thread=thread, person=person, last_read=last_read, level=level)


def reads(thread: Thread, person: User) -> tuple[int, str] | None:
    return ThreadReading.objects.filter(thread=thread, person=person).values_list("last_read", "level").first()


def draft(place: Thread, person: User, source: str, **more: list[str]) -> Draft:
    content = {"source": [source], **more}
    return Draft.objects.create(person=person, place=f"thread:{place.public_id}", content=content)


def test_a_thread_is_pinned_closed_locked_and_slowed(world: World) -> None:
    thread = thread_of(1)
    chosen = {"pinned": True, "closed": True, "locked": False, "slow_mode_seconds": 60}

    steering.set_state(thread=thread, **chosen, actor=world.moderator, now=NOW)
    steering.set_state(thread=thread, **chosen, actor=world.moderator, now=NOW + timedelta(days=1))

    thread.refresh_from_db()
    assert (thread.pinned_at, thread.closed_at, thread.locked_at) == (NOW, NOW, None)
    assert thread.slow_mode_seconds == 60


def test_only_who_moderates_the_space_steers(world: World) -> None:
    thread, other = thread_of(2), thread_of(1)

    for actor in (world.a.learner, world.a.coach):
        with pytest.raises(SteeringRefused):
            steering.move(thread=thread, space=SpaceFactory(), actor=actor, now=NOW)
        with pytest.raises(SteeringRefused):
            steering.merge(thread=thread, into=other, actor=actor, now=NOW)
        with pytest.raises(SteeringRefused):
            steering.split(
                thread=thread, posts=list(thread.posts.all()), title="T", kind="question", actor=actor, now=NOW
            )


def test_a_thread_moves_with_its_address(world: World) -> None:
    thread, space = thread_of(1), SpaceFactory()

    steering.move(thread=thread, space=space, actor=world.moderator, now=NOW)

    thread.refresh_from_db()
    assert thread.space == space
    with pytest.raises(SteeringRefused) as refused:
        steering.move(thread=thread, space=space, actor=world.moderator, now=NOW)
    assert refused.value.code == "same"


def test_open_lists_hear_of_what_moderators_do(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr("community.services.telling.push", lambda group, event: heard.append(group))
    thread, into, space = thread_of(2), thread_of(1), SpaceFactory()
    first, second, third = (space_group(one) for one in (thread.space, into.space, space))

    state = {"pinned": True, "closed": False, "locked": False, "slow_mode_seconds": 0}
    steering.set_state(thread=thread, **state, actor=world.moderator, now=NOW)
    split(thread, list(thread.posts.filter(number=2)), world)
    assert heard == [first] * 2
    steering.move(thread=thread, space=space, actor=world.moderator, now=NOW)
    steering.merge(thread=thread, into=into, actor=world.moderator, now=NOW)

    assert heard[2:] == [first, third, third, second]


def test_merged_posts_follow_in_order_and_the_old_thread_leads_on(world: World) -> None:
    older, thread, into = thread_of(1), thread_of(3), thread_of(2)
    steering.merge(thread=older, into=thread, actor=world.moderator, now=NOW)
    moved = list(thread.posts.order_by("number"))

    steering.merge(thread=thread, into=into, actor=world.moderator, now=NOW)

    into.refresh_from_db()
    thread.refresh_from_db()
    older.refresh_from_db()
    assert list(into.posts.order_by("number"))[2:] == moved
    assert (into.post_count, into.last_number) == (6, 6)
    assert (thread.merged_into, older.merged_into, thread.post_count) == (into, into, 0)
    with pytest.raises(SteeringRefused):
        steering.merge(thread=into, into=into, actor=world.moderator, now=NOW)
    with pytest.raises(SteeringRefused):
        steering.merge(thread=into, into=thread, actor=world.moderator, now=NOW)


def test_posts_split_off_begin_a_thread_of_their_own(world: World) -> None:
    thread = thread_of(4)
    second, third = thread.posts.filter(number__in=(2, 3)).order_by("number")
    thread.accepted = third
    thread.save()

    created = split(thread, [third, second], world, title=" À  part ")

    thread.refresh_from_db()
    created.refresh_from_db()
    assert list(created.posts.order_by("number")) == [second, third]
    assert (created.title, created.author, created.post_count, created.last_number) == ("À part", second.author, 2, 2)
    assert (created.kind, created.accepted) == (ThreadKind.QUESTION, None)
    assert (thread.post_count, thread.last_number, thread.accepted) == (2, 4, None)
    assert [post.number for post in Post.objects.filter(thread=thread).order_by("number")] == [1, 4]
    for posts, code in (([], "no-post"), ([thread.posts.get(number=1)], "first-post")):
        with pytest.raises(SteeringRefused) as refused:
            split(thread, posts, world)
        assert refused.value.code == code


def test_a_split_keeps_what_everybody_had_read(world: World) -> None:
    thread = thread_of(5)  # 2, 4 and 5 go
    a, b = world.a, world.b
    reading(thread, a.learner, 5, "following")
    reading(thread, a.classmate, 3, "muted")
    reading(thread, b.learner, 1)
    gone = list(thread.posts.filter(number__in=(2, 4, 5)))

    created = split(thread, gone, world)

    thread.refresh_from_db()
    assert (thread.last_number, thread.numbers_given) == (3, 5)
    assert [reads(created, who) for who in (a.learner, a.classmate, b.learner, a.coach)] == [
        (3, "following"),
        (1, "muted"),
        (0, ""),
        None,
    ]
    assert [reads(thread, who) for who in (a.learner, a.classmate, b.learner)] == [
        (5, "following"),
        (5, "muted"),
        (1, ""),
    ]
    found = [pk for pks in unread_ids(a.learner, NOW + timedelta(hours=1)).values() for pk in pks]
    assert not {thread.pk, created.pk} & set(found)
    actor = User.objects.get(pk=a.coach.pk)
    post = posting.answer(thread=thread, author=actor, source="Et après ?", key=uuid7(), now=NOW)
    assert post.number == 6  # what was #4 for somebody is never something else


def test_a_merge_keeps_what_everybody_had_read(world: World) -> None:
    thread, into = thread_of(3), thread_of(4)
    a, b = world.a, world.b
    for person, here, there in ((a.learner, 3, 4), (a.classmate, 2, 4), (b.learner, 3, 2)):
        reading(thread, person, here, "following")
        reading(into, person, there, "watching" if person == a.learner else "")
    reading(thread, a.coach, 2, "muted")
    reading(into, b.coach, 4)

    steering.merge(thread=thread, into=into, actor=world.moderator, now=NOW)

    into.refresh_from_db()
    assert into.last_number == 7
    assert [reads(into, who) for who in (a.learner, a.classmate, b.learner, a.coach, b.coach)] == [
        (7, "watching"),
        (6, "following"),
        (2, "following"),
        (6, "muted"),
        (4, ""),
    ]


def test_what_people_were_writing_follows_the_messages(world: World) -> None:
    thread, into = thread_of(3), thread_of(1)
    second, third = thread.posts.filter(number__in=(2, 3)).order_by("number")
    lina, otto = world.a.learner, world.b.learner
    draft(thread, lina, "À la deux.", to=[str(second.public_id)])
    staying = draft(thread, otto, "À la trois.", to=[str(third.public_id)])

    created = split(thread, [second], world)

    moved = Draft.objects.get(person=lina, place__contains=created.public_id)
    assert moved.content["source"] == ["À la deux."]
    draft(into, otto, "Ici aussi.")
    steering.merge(thread=thread, into=into, actor=world.moderator, now=NOW)
    joined = Draft.objects.get(person=otto, place=f"thread:{into.public_id}")
    assert joined.content["source"] == ["À la trois.\n\nIci aussi."]
    assert not Draft.objects.filter(pk=staying.pk).exists()
    # A page that was open on the old thread saves once more.
    content = {"source": ["Et la suite."]}
    kept = keep_draft(person=otto, place=staying.place, content=content, version=joined.version, now=NOW)
    assert (kept.pk, kept.content) == (joined.pk, content)


def test_search_finds_the_titles_of_what_was_split_and_merged(world: World) -> None:
    thread, into = thread_of(2), thread_of(1)
    for post in Post.objects.filter(thread__in=(thread, into)).select_related("thread"):
        index_post(post)
    Thread.objects.filter(pk=thread.pk).update(title="Ornithorynque")
    thread.refresh_from_db()
    for post in thread.posts.select_related("thread"):
        index_post(post)

    created = split(thread, [thread.posts.get(number=2)], world, title="Hippocampe")
    steering.merge(thread=thread, into=into, actor=world.moderator, now=NOW)

    assert "hippocamp" in created.posts.get().terms
    assert not any("ornithorynqu" in post.terms for post in into.posts.all())


def test_the_journal_says_what_was_done_to_a_thread(world: World) -> None:
    thread, into, space = thread_of(3), thread_of(1), SpaceFactory(name="Ailleurs")
    here = thread.space
    state = {"pinned": True, "closed": True, "locked": False, "slow_mode_seconds": 60}
    for now in (NOW, NOW):  # what is so already is no line
        steering.set_state(thread=thread, **state, actor=world.moderator, now=now)
    steering.set_state(thread=thread, **state | {"closed": False}, actor=world.moderator, now=NOW)
    steering.move(thread=thread, space=space, actor=world.moderator, now=NOW)
    created = split(thread, [thread.posts.get(number=2)], world)
    steering.merge(thread=thread, into=into, actor=world.moderator, now=NOW)

    lines = UpkeepLine.objects.order_by("pk").values_list("action", "space", "thread", "other", "words")
    assert list(lines) == [
        ("pin", here.pk, thread.pk, None, ""),
        ("close", here.pk, thread.pk, None, ""),
        ("slow", here.pk, thread.pk, None, "0\u202fs → 60\u202fs"),
        ("reopen", here.pk, thread.pk, None, ""),
        ("move", here.pk, thread.pk, None, f"{here} → Ailleurs"),
        ("split", space.pk, thread.pk, created.pk, ""),
        ("merge", space.pk, thread.pk, into.pk, ""),
    ]
