"""The community's home and a space's list of threads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from community.enums import Audience, Level, ThreadKind
from community.live import space_group
from community.models import Space, Thread, ThreadReading
from community.queries.sight import sight_of
from community.queries.unanswered import unanswered
from community.queries.unread import reading_of, unread_by_space
from lms.kit.live import last_numbers

PAGE = 30
"""Threads on a page of a space."""
SHOWN = 5
"""Unanswered questions on the home."""


@dataclass(frozen=True, slots=True)
class SpaceRow:
    """A space in the list. `unread`: threads with something new; `last_title`: the thread that moved last."""

    space: Space
    last_title: str
    last_at: datetime | None
    unread: int


@dataclass(frozen=True, slots=True)
class Home:
    own: tuple[SpaceRow, ...]
    others: tuple[SpaceRow, ...]
    archived: tuple[SpaceRow, ...]
    waiting: tuple[Thread, ...]

    @property
    def unread(self) -> int:
        return sum(row.unread for row in (*self.own, *self.others))

    @property
    def first(self) -> Space | None:
        """Where a question is asked first: her own cohort's space, else the first one."""
        rows = [*self.own, *self.others]
        return rows[0].space if rows else None


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread in a list. `unread`: messages not read yet of one she has opened, or of one that is new to her."""

    thread: Thread
    unread: int
    is_new: bool

    @classmethod
    def opened(cls, thread: Any) -> "ThreadRow":
        """A thread with its `read_until`, where lists of several spaces say nothing of what she never opened."""
        return cls(thread, 0 if thread.read_until is None else max(0, thread.last_number - thread.read_until), False)


def home_of(user: Any, now: datetime) -> Home:
    """Her spaces, her own cohorts' first, with what is new in each, and the questions that wait the longest."""
    spaces = list(sight_of(user).spaces.values())
    moved = {pk: (title or "", at) for pk, title, at in _last_threads(spaces)}
    unread = unread_by_space(user, now)
    rows = [SpaceRow(space, *moved[space.pk], unread.get(space.pk, 0)) for space in spaces]
    open_ones = [row for row in rows if row.space.archived_at is None]
    own = tuple(row for row in open_ones if row.space.audience == Audience.COHORT)
    return Home(
        own=own,
        others=tuple(row for row in open_ones if row not in own),
        archived=tuple(row for row in rows if row.space.archived_at is not None),
        waiting=tuple(unanswered(user, now).order_by("created_at")[:SHOWN]),
    )


def moves_of(spaces: Iterable[Space]) -> dict[str, int]:
    """By public id, a number of each space that grows whenever its open lists are told that something moved."""
    groups = {str(space.public_id): space_group(space) for space in spaces}
    numbers = last_numbers(groups.values())
    return {public_id: numbers[group] for public_id, group in groups.items()}


def _last_threads(spaces: Iterable[Space]) -> QuerySet[Any]:
    """The thread that moved last in each: (id, title, date)."""
    last = Thread.objects.standing().filter(space=OuterRef("pk")).order_by("-last_post_at")
    rows = Space.objects.filter(pk__in=[space.pk for space in spaces]).order_by()
    title, at = (Subquery(last.values(name)[:1]) for name in ("title", "last_post_at"))
    return rows.values_list("pk", title, at)


def threads_in(space: Space, user: Any, chosen: str = "") -> QuerySet[Thread]:
    """A space's threads: pinned ones first, then the last that moved; `chosen`: `unsolved`, `questions`, `news`."""
    threads = Thread.objects.filter(space=space, merged_into=None)
    if not sight_of(user).moderates(space.pk):
        threads = threads.filter(hidden_at=None)
    if chosen == "unsolved":
        threads = threads.filter(kind=ThreadKind.QUESTION, accepted=None)
    elif chosen == "questions":
        threads = threads.filter(kind=ThreadKind.QUESTION)
    elif chosen == "news":
        threads = threads.filter(kind=ThreadKind.ANNOUNCEMENT)
    reading = ThreadReading.objects.filter(thread=OuterRef("pk"), person=user)
    return threads.select_related("author").annotate(
        read_until=Subquery(reading.values("last_read")[:1]), own_level=Subquery(reading.values("level")[:1])
    )


@dataclass(frozen=True, slots=True)
class SpacePage:
    """A page of a space's threads. `after`: the thread after which the next page goes on; None: it is the last.
    `level`: how closely she reads the space."""

    level: str
    pinned: tuple[ThreadRow, ...]
    threads: tuple[ThreadRow, ...]
    after: Thread | None


def space_page(space: Space, user: Any, now: datetime, *, chosen: str = "", after: Thread | None = None) -> SpacePage:
    """Thirty threads by keyset on the last message; the pinned ones stand on the first page, above."""
    threads = threads_in(space, user, chosen)
    pinned = [] if after else list(threads.filter(pinned_at__isnull=False).order_by("-pinned_at")[:PAGE])
    rows = threads.filter(pinned_at=None).order_by("-last_post_at", "-pk")
    if after is not None:
        rows = rows.filter(Q(last_post_at__lt=after.last_post_at) | Q(last_post_at=after.last_post_at, pk__lt=after.pk))
    found = list(rows[: PAGE + 1])
    following = found[PAGE:]
    level, since = reading_of(space.pk, user, now)
    if level == Level.MUTED:
        since = now
    return SpacePage(
        level,
        tuple(_thread_row(thread, since) for thread in pinned),
        tuple(_thread_row(thread, since) for thread in found[:PAGE]),
        found[PAGE - 1] if following else None,
    )


def _thread_row(thread: Any, since: datetime) -> ThreadRow:
    """A row of `threads_in`; what she never opened is new where it moved after `since`, as her counts say."""
    is_new = thread.read_until is None
    unread = max(0, thread.last_number - (thread.read_until or 0))
    return ThreadRow(thread, 0 if is_new and thread.last_post_at <= since else unread, is_new)
