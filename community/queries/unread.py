"""What somebody has not read yet, and how closely she reads each space and thread.

A thread is unread to her when it is new and she has never opened it, or when it has new messages and she follows or
watches it: what one writes in is followed by itself. Nothing is unread in what she muted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, DateTimeField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from community.enums import Level
from community.models import Space, SpaceReading, Thread, ThreadReading
from community.queries.sight import sight_of

LOOKED_AT = 100
"""Threads of a space, the last that moved, among which unread ones are looked for: what it costs does not grow."""
SHOWN = 50
"""Threads on the unread page."""
NEW_FOR = timedelta(days=30)
"""To somebody who never read a space, what moved in it before that is not new."""


@dataclass(frozen=True, slots=True)
class UnreadThread:
    """`first_number`: where to go on reading; `count`: messages not read yet."""

    thread: Thread
    is_new: bool
    first_number: int
    count: int


@dataclass(frozen=True, slots=True)
class UnreadPage:
    """The threads that moved last. `total` is at most LOOKED_AT a space."""

    threads: tuple[UnreadThread, ...]
    total: int
    spaces: tuple[Space, ...]


class _UnreadIds(Subquery):
    """Ids of unread threads among those of the subquery (id, last_number, in their order), in one text."""

    output_field = CharField()
    template = (
        "(SELECT %(collected)s FROM (%(subquery)s) moved WHERE NOT EXISTS (SELECT 1 FROM community_threadreading r"
        " WHERE r.person_id = %(person)s AND r.thread_id = moved.id AND ("
        "r.last_read >= moved.last_number OR COALESCE(NULLIF(r.level, ''), moved.own_level)"
        " NOT IN ('watching', 'following'))))"
    )

    def __init__(self, rows: Any, *, person: int) -> None:
        super().__init__(rows, person=int(person))

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, collected="group_concat(moved.id)", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, collected="string_agg(moved.id::text, ',')", **extra)


def counts_from(user: Any, now: datetime) -> datetime:
    """Since when things are new to somebody in a space whose reading she never touched."""
    joined: datetime = user.date_joined
    return max(now - NEW_FOR, joined)


def unread_ids(user: Any, now: datetime) -> dict[int, list[int]]:
    """Unread threads by space, at most LOOKED_AT each; 1 query beside her sight."""
    spaces = [pk for pk, space in sight_of(user).spaces.items() if space.archived_at is None]
    if not spaces:
        return {}
    mine = SpaceReading.objects.filter(space=OuterRef("pk"), person=user)
    moved = (
        Thread.objects.standing()
        .filter(space=OuterRef("pk"), last_post_at__gt=OuterRef("read_before"))
        .annotate(own_level=OuterRef("own_level"))
        .order_by("-last_post_at")
        .values("id", "last_number", "own_level")[:LOOKED_AT]
    )
    rows = (
        Space.objects.filter(pk__in=spaces)
        .annotate(
            own_level=Coalesce(Subquery(mine.values("level")[:1]), Value(Level.NORMAL), output_field=CharField()),
            read_before=Coalesce(
                Subquery(mine.values("read_before")[:1]),
                Value(counts_from(user, now), output_field=DateTimeField()),
                output_field=DateTimeField(),
            ),
        )
        .annotate(unread=_UnreadIds(moved, person=user.pk))
        .order_by()
        .values_list("pk", "own_level", "unread")
    )
    return {
        pk: [int(number) for number in found.split(",")] for pk, level, found in rows if found and level != Level.MUTED
    }


def unread_by_space(user: Any, now: datetime) -> dict[int, int]:
    """How many threads are unread, by space."""
    return {pk: len(found) for pk, found in unread_ids(user, now).items()}


def unread_count(user: Any, now: datetime | None = None) -> int:
    """How many threads are unread in all."""
    return sum(unread_by_space(user, now or timezone.now()).values())


def unread_page(user: Any, now: datetime) -> UnreadPage:
    """The unread threads of all her spaces, those that moved last first."""
    found = unread_ids(user, now)
    pks = [pk for some in found.values() for pk in some]
    reading = ThreadReading.objects.filter(thread=OuterRef("pk"), person=user)
    threads = (
        Thread.objects.filter(pk__in=pks)
        .select_related("space", "author")
        .annotate(read_until=Subquery(reading.values("last_read")[:1]))
        .order_by("-last_post_at", "-pk")[:SHOWN]
    )
    spaces = sight_of(user).spaces
    return UnreadPage(
        threads=tuple(map(_unread, threads)), total=len(pks), spaces=tuple(spaces[pk] for pk in spaces if pk in found)
    )


def level_of(thread: Thread, user: Any) -> str:
    """How closely she reads a thread: what she said of it, else of its space."""
    own = ThreadReading.objects.filter(thread=thread, person=user).values_list("level", flat=True).first()
    return own or level_in(thread.space_id, user)


def level_in(space_id: int, user: Any) -> str:
    found = SpaceReading.objects.filter(space=space_id, person=user).values_list("level", flat=True).first()
    return found or Level.NORMAL


def reading_of(space_id: int, user: Any, now: datetime) -> tuple[str, datetime]:
    """How closely she reads a space, and since when what moved in it is new to her."""
    rows = SpaceReading.objects.filter(space=space_id, person=user)
    level, read_before = rows.values_list("level", "read_before").first() or (Level.NORMAL, None)
    return level, read_before or counts_from(user, now)


def levels_in(space_ids: Iterable[int], user: Any) -> dict[int, str]:
    """Her level in each of these spaces."""
    found = dict(SpaceReading.objects.filter(space__in=list(space_ids), person=user).values_list("space", "level"))
    return {pk: found.get(pk, Level.NORMAL) for pk in space_ids}


def _unread(thread: Any) -> UnreadThread:
    read = thread.read_until
    return UnreadThread(
        thread=thread,
        is_new=read is None,
        first_number=(read or 0) + 1,
        count=max(0, thread.last_number - (read or 0)),
    )
