"""How people read: where they are in a thread, how closely they follow it, and who is told of a new message."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction

from community.enums import Level
from community.live import person_group
from community.models import Post, PostTelling, Space, SpaceReading, Thread, ThreadReading
from community.notices import tell_answered_by, tell_named, tell_watched
from community.queries.people import is_blocked
from community.queries.sight import sight_of
from community.queries.unread import counts_from, unread_count
from community.services.trust import note_reading
from lms.accounts.models import User
from lms.kit.live import push

UNDO = timedelta(seconds=10)
"""A message is told once its author can no longer take it back at one tap."""
AT_ONCE = 100
"""Messages told in one sweep."""
MOST_AT_ONCE = 50
"""Messages that one word of having read counts for trust: a page of them."""


def tell_posted(post: Post, now: datetime) -> None:
    """Leave word, in the transaction of a new post, that people must be told of it; its author has read that far, and
    follows the thread from now on. A post that waits for a moderator is told when it is shown."""
    if not post.is_standing:
        return
    PostTelling.objects.get_or_create(post=post, defaults={"due_at": now + UNDO})
    reading, _is_new = ThreadReading.objects.get_or_create(
        thread=post.thread, person=post.author, defaults={"read_at": now}
    )
    reading.last_read = max(reading.last_read, post.number)
    reading.level = reading.level or Level.FOLLOWING
    reading.read_at = now
    reading.save(update_fields=["last_read", "level", "read_at"])


def sweep_tellings(*, now: datetime) -> int:
    """Tell of the messages whose ten seconds are over; returns how many. Whatever was taken back is told to nobody."""
    due = PostTelling.objects.filter(due_at__lte=now)
    if not due.exists():
        return 0
    rows = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    for pk in rows:
        _tell(pk, now)
    return len(rows)


@transaction.atomic
def _tell(pk: int, now: datetime) -> None:
    row = PostTelling.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if row is None:
        return
    post = Post.objects.select_related("thread__space", "thread__author", "author", "reply_to__author").get(
        pk=row.post_id
    )
    if post.is_standing and post.thread.hidden_at is None:
        _tell_everybody(post, now)
    row.delete()


def _tell_everybody(post: Post, now: datetime) -> None:
    """One piece of news for each, for the reason that concerns her most: named, answered, watching."""
    named = [mention.person for mention in post.mentions.select_related("person")]
    answered = []
    if post.number > 1:
        answered = [post.reply_to.author] if post.reply_to else []
        answered.append(post.thread.author)
    watchers = _watchers(post)
    told = {post.author_id}
    levels = _levels(post, [person.pk for person in (*named, *answered)])
    for people, tell in ((named, tell_named), (answered, tell_answered_by), (watchers, tell_watched)):
        for person in people:
            if person.pk in told:
                continue
            told.add(person.pk)
            if levels.get(person.pk) != Level.MUTED and _may_hear(person, post):
                tell(post, person, last_read=_last_read(post.thread, person), now=now)
                push(person_group(person), {"type": "unread", "unread": unread_count(person, now)})


def tell_newly_named(post: Post, people: Collection[int], now: datetime) -> None:
    """Another wording of a post names these people too; while its ten seconds run they are told along with the others.
    Whoever was told of this post before is not told again."""
    if not people or PostTelling.objects.filter(post=post).exists():
        return
    levels = _levels(post, people)
    for person in User.objects.filter(pk__in=people):
        if levels.get(person.pk) != Level.MUTED and _may_hear(person, post):
            tell_named(post, person, last_read=_last_read(post.thread, person), now=now)


def _may_hear(person: User, post: Post) -> bool:
    """Whoever may read it today, and has not asked to hear nothing from its author."""
    return (
        person.is_active and post.thread.space_id in sight_of(person).spaces and not is_blocked(post.author, by=person)
    )


def _watchers(post: Post) -> list[User]:
    """Those who watch the thread, or its space without having said otherwise of the thread."""
    of_thread = ThreadReading.objects.filter(thread=post.thread).exclude(level="")
    watching = of_thread.filter(level=Level.WATCHING)
    of_space = SpaceReading.objects.filter(space=post.thread.space_id, level=Level.WATCHING)
    by_space = of_space.exclude(person__in=of_thread.exclude(level=Level.WATCHING).values("person"))
    pks = set(watching.values_list("person", flat=True)) | set(by_space.values_list("person", flat=True))
    return list(User.objects.filter(pk__in=pks, is_active=True).order_by("pk"))


def _levels(post: Post, people: Iterable[int]) -> dict[int, str]:
    """How closely each of them reads this thread: what she said of it, else of its space."""
    people = list(people)
    spaces = SpaceReading.objects.filter(space=post.thread.space_id, person__in=people)
    levels = dict(spaces.values_list("person", "level"))
    threads = ThreadReading.objects.filter(thread=post.thread, person__in=people).exclude(level="")
    return levels | dict(threads.values_list("person", "level"))


def _last_read(thread: Thread, person: User) -> int:
    found = ThreadReading.objects.filter(thread=thread, person=person).values_list("last_read", flat=True).first()
    return found or 0


# --- Her own reading --------------------------------------------------------------------------------------------------


def mark_read(*, thread: Thread, person: User, until: int, now: datetime) -> None:
    """She has read up to number `until`; never back, and never past the last message."""
    until = min(until, thread.last_number)
    with transaction.atomic():
        reading, is_new = ThreadReading.objects.get_or_create(
            thread=thread, person=person, defaults={"last_read": until, "read_at": now}
        )
        before = 0 if is_new else reading.last_read
        if reading.last_read < until:
            ThreadReading.objects.filter(pk=reading.pk, last_read__lt=until).update(last_read=until, read_at=now)
        if before < until:
            note_reading(person, min(until - before, MOST_AT_ONCE), now)
        push(person_group(person), {"type": "unread", "unread": unread_count(person, now)})


def mark_space_read(*, space: Space, person: User, now: datetime) -> None:
    """Everything written in a space so far counts as read."""
    with transaction.atomic():
        SpaceReading.objects.update_or_create(
            space=space, person=person, defaults={"read_before": now}, create_defaults={"read_before": now}
        )
        push(person_group(person), {"type": "unread", "unread": unread_count(person, now)})


def set_thread_level(*, thread: Thread, person: User, level: str, now: datetime) -> None:
    """How closely she reads a thread; "" leaves it to the space."""
    ThreadReading.objects.update_or_create(
        thread=thread, person=person, defaults={"level": level}, create_defaults={"level": level, "read_at": now}
    )


def set_space_level(*, space: Space, person: User, level: str, now: datetime) -> None:
    """How closely she reads a space. What was new to her stays new."""
    SpaceReading.objects.update_or_create(
        space=space,
        person=person,
        defaults={"level": level},
        create_defaults={"level": level, "read_before": counts_from(person, now)},
    )
