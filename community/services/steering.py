"""What moderators do with whole threads: move, split, merge, pin, close, lock, slow down."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from community import rules
from community.enums import Upkeep
from community.live import thread_group
from community.models import Post, Space, Thread, ThreadReading
from community.services.carrying import carry_drafts, carry_readings
from community.services.posting import recount
from community.services.search import index_post
from community.services.telling import tell_lists
from community.services.upkeep import from_to, note_upkeep
from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.live import close

RELOAD = 4404
"""The open pages of a thread come back by themselves, and show what became of it."""
_BATCH = 500
_STATES = ((Upkeep.PIN, Upkeep.UNPIN), (Upkeep.CLOSE, Upkeep.REOPEN), (Upkeep.LOCK, Upkeep.UNLOCK))


class SteeringRefused(DomainError):
    """Nothing changed: `not-yours`, `same`, `merged`, `no-post`, `first-post`, `no-title`."""


def set_state(
    *, thread: Thread, pinned: bool, closed: bool, locked: bool, slow_mode_seconds: int, actor: User, now: datetime
) -> None:
    """Pinned: at the head of its space. Closed: no answers. Locked: nothing changes any more. What is so already keeps
    its date.

    Raises:
        SteeringRefused
    """
    with transaction.atomic():
        thread = _locked(thread, actor)
        before = (thread.closed_at, thread.locked_at)
        was = (thread.pinned_at is not None, thread.closed_at is not None, thread.locked_at is not None)
        for old, new, (on, off) in zip(was, (pinned, closed, locked), _STATES, strict=True):
            if old != new:
                note_upkeep(on if new else off, actor=actor, now=now, space=thread.space, thread=thread)
        if (slow := thread.slow_mode_seconds) != slow_mode_seconds:
            words = from_to(slow, slow_mode_seconds, "\u202fs")
            note_upkeep(Upkeep.SLOW, actor=actor, now=now, space=thread.space, thread=thread, words=words)
        thread.pinned_at = (thread.pinned_at or now) if pinned else None
        thread.closed_at = (thread.closed_at or now) if closed else None
        thread.locked_at = (thread.locked_at or now) if locked else None
        thread.slow_mode_seconds = slow_mode_seconds
        thread.save(update_fields=["pinned_at", "closed_at", "locked_at", "slow_mode_seconds"])
        if before != (thread.closed_at, thread.locked_at):
            close(thread_group(thread), RELOAD)
        tell_lists(thread.space)


def move(*, thread: Thread, space: Space, actor: User, now: datetime) -> None:
    """To another space that the moderator looks after too; its address stays.

    Raises:
        SteeringRefused
    """
    with transaction.atomic():
        thread = _locked(thread, actor)
        _check_moderates(actor, space)
        if thread.space_id == space.pk:
            raise SteeringRefused("same", _("The thread is in this space already."))
        words = from_to(thread.space, space)
        note_upkeep(Upkeep.MOVE, actor=actor, now=now, space=thread.space, thread=thread, words=words)
        tell_lists(thread.space)
        thread.space, thread.pinned_at = space, None
        thread.save(update_fields=["space", "pinned_at"])
        tell_lists(space)
        close(thread_group(thread), RELOAD)


def merge(*, thread: Thread, into: Thread, actor: User, now: datetime) -> None:
    """Put all posts of `thread` at the end of `into`, in their order; the old address leads there for ever, and
    everybody goes on reading and writing there.

    Raises:
        SteeringRefused
    """
    with transaction.atomic():
        first, second = sorted((thread.pk, into.pk))
        list(Thread.objects.select_for_update().filter(pk__in=(first, second)).order_by("pk"))
        thread, into = _locked(thread, actor), _locked(into, actor)
        if thread.pk == into.pk:
            raise SteeringRefused("same", _("Choose another thread to merge this one into."))
        if into.merged_into_id is not None:
            raise SteeringRefused("merged", _("That thread was merged itself. Choose the one it leads to."))
        Thread.objects.filter(merged_into=thread).update(merged_into=into)
        before = into.last_number
        numbers = _renumber(thread.posts.order_by("number"), into)
        carry_readings(thread=thread, into=into, numbers=numbers, before=before)
        carry_drafts(thread=thread, into=into)
        thread.merged_into, thread.accepted, thread.accepted_by, thread.pinned_at = into, None, None, None
        thread.save(update_fields=["merged_into", "accepted", "accepted_by", "pinned_at"])
        recount(thread)
        recount(into)
        note_upkeep(Upkeep.MERGE, actor=actor, now=now, space=thread.space, thread=thread, other=into)
        for one in (thread, into):
            close(thread_group(one), RELOAD)
            tell_lists(one.space)


def split(*, thread: Thread, posts: Collection[Post], title: str, kind: str, actor: User, now: datetime) -> Thread:
    """A thread of its own for these posts of `thread`; its first one stays where it is. Whoever reads the one reads the
    other as far, and goes on there with an answer to one of its posts.

    Raises:
        SteeringRefused
    """
    title = " ".join(title.split())
    if not title:
        raise SteeringRefused("no-title", _("Give the new thread a title."))
    with transaction.atomic():
        thread = _locked(thread, actor)
        chosen = Post.objects.filter(thread=thread, pk__in=[post.pk for post in posts]).order_by("number")
        first = chosen.select_related("author").first()
        if first is None:
            raise SteeringRefused("no-post", _("Choose the messages that go into the new thread."))
        if first.number == Post.objects.filter(thread=thread).order_by("number").values_list("number", flat=True)[0]:
            raise SteeringRefused("first-post", _("The first message of a thread stays in it."))
        created = Thread.objects.create(
            space=thread.space,
            kind=kind,
            title=title,
            author=first.author,
            created_at=first.created_at,
            last_post_at=first.created_at,
        )
        moved = list(chosen)
        if thread.accepted_id in {post.pk for post in moved}:
            thread.accepted = thread.accepted_by = None
        thread.numbers_given = max(thread.numbers_given, thread.last_number)
        thread.save(update_fields=["accepted", "accepted_by", "numbers_given"])
        numbers = _renumber(moved, created)
        carry_readings(thread=thread, into=created, numbers=numbers, before=0)
        carry_drafts(thread=thread, into=created, answering=moved)
        recount(thread)
        recount(created)
        # Whoever has read what is left has read everything given so far: what comes next is all that is new to her.
        done = ThreadReading.objects.filter(thread=thread, last_read__gte=thread.last_number)
        done.update(last_read=thread.numbers_given)
        note_upkeep(Upkeep.SPLIT, actor=actor, now=now, space=thread.space, thread=thread, other=created)
        close(thread_group(thread), RELOAD)
        tell_lists(thread.space)
    return created


def _renumber(posts: Iterable[Post], into: Thread) -> dict[int, int]:
    """Give the posts the next numbers of `into`, in their order; returns each new number by the old one."""
    rows = list(posts)
    numbers: dict[int, int] = {}
    for number, post in enumerate(rows, start=into.next_number):
        numbers[post.number] = number
        post.thread, post.number = into, number
    Post.objects.bulk_update(rows, ["thread", "number"], batch_size=_BATCH)
    into.last_number = max(into.last_number, *numbers.values()) if numbers else into.last_number
    for old, post in zip(numbers, rows, strict=True):
        if 1 in (old, post.number):  # search finds a thread's title by its first message
            index_post(post)
    return numbers


def _locked(thread: Thread, actor: User) -> Thread:
    locked = Thread.objects.select_for_update(of=("self",)).select_related("space").get(pk=thread.pk)
    _check_moderates(actor, locked.space)
    if locked.merged_into_id is not None:
        raise SteeringRefused("merged", _("This thread was merged into another one."))
    return locked


def _check_moderates(actor: User, space: Space) -> None:
    if not rules.can_moderate_space(actor, space):
        raise SteeringRefused("not-yours", _("You do not moderate this space."))
