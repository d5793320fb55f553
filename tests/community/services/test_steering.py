"""Moderators move, merge, split, close: addresses lead on for ever."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import Post, Thread
from community.services import steering
from community.services.steering import SteeringRefused
from tests.community.factories import PostFactory, SpaceFactory, ThreadFactory
from tests.world import World

NOW = timezone.now()


def thread_of(posts: int) -> Thread:
    thread: Thread = ThreadFactory(created_at=NOW)
    for number in range(1, posts):
        PostFactory(thread=thread, created_at=NOW + timedelta(minutes=number))
    thread.refresh_from_db()
    return thread


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
            steering.move(thread=thread, space=SpaceFactory(), actor=actor)
        with pytest.raises(SteeringRefused):
            steering.merge(thread=thread, into=other, actor=actor)
        with pytest.raises(SteeringRefused):
            steering.split(thread=thread, posts=list(thread.posts.all()), title="T", actor=actor, now=NOW)
        with pytest.raises(SteeringRefused):
            steering.retitle(thread=thread, title="T", actor=actor)


def test_a_thread_moves_with_its_address(world: World) -> None:
    thread, space = thread_of(1), SpaceFactory()

    steering.move(thread=thread, space=space, actor=world.moderator)

    thread.refresh_from_db()
    assert thread.space == space
    with pytest.raises(SteeringRefused) as refused:
        steering.move(thread=thread, space=space, actor=world.moderator)
    assert refused.value.code == "same"


def test_merged_posts_follow_in_order_and_the_old_thread_leads_on(world: World) -> None:
    older, thread, into = thread_of(1), thread_of(3), thread_of(2)
    steering.merge(thread=older, into=thread, actor=world.moderator)
    moved = list(thread.posts.order_by("number"))

    steering.merge(thread=thread, into=into, actor=world.moderator)

    into.refresh_from_db()
    thread.refresh_from_db()
    older.refresh_from_db()
    assert list(into.posts.order_by("number"))[2:] == moved
    assert (into.post_count, into.last_number) == (6, 6)
    assert (thread.merged_into, older.merged_into, thread.post_count) == (into, into, 0)
    with pytest.raises(SteeringRefused):
        steering.merge(thread=into, into=into, actor=world.moderator)
    with pytest.raises(SteeringRefused):
        steering.merge(thread=into, into=thread, actor=world.moderator)


def test_posts_split_off_begin_a_thread_of_their_own(world: World) -> None:
    thread = thread_of(4)
    second, third = thread.posts.filter(number__in=(2, 3)).order_by("number")
    thread.accepted = third
    thread.save()

    created = steering.split(thread=thread, posts=[third, second], title=" À  part ", actor=world.moderator, now=NOW)

    thread.refresh_from_db()
    created.refresh_from_db()
    assert list(created.posts.order_by("number")) == [second, third]
    assert (created.title, created.author, created.post_count, created.last_number) == ("À part", second.author, 2, 2)
    assert (thread.post_count, thread.last_number, thread.accepted) == (2, 4, None)
    assert [post.number for post in Post.objects.filter(thread=thread).order_by("number")] == [1, 4]
    for posts, code in (([], "no-post"), ([thread.posts.get(number=1)], "first-post")):
        with pytest.raises(SteeringRefused) as refused:
            steering.split(thread=thread, posts=posts, title="T", actor=world.moderator, now=NOW)
        assert refused.value.code == code
