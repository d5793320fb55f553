"""Finding what was written: by its stems, in one index, and only what the person who asks may read."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from community.enums import ThreadKind
from community.formats.words import place_of, terms, wanted
from community.models import Post, Space, Thread
from community.queries.sight import Sight, sight_of
from lms.accounts.models import User
from lms.kit.names import folded
from lms.kit.sanitize import text_of_clean

PAGE = 20
"""Messages on a page of results."""
LAST_PAGE = 25
"""Further than this nobody leafs: she adds a word."""
MOST_AUTHORS = 20
"""People of one name whose messages are looked through."""
SIMILAR = 5
ROUNDS = 2
"""Times that the index alone is asked before it is asked together with what somebody may read."""
PERSON = tuple(field.attname for field in User._meta.concrete_fields if field.name in {"id", "display_name", "email"})
"""In the order of the model, as `from_db` takes them."""
SHOWN = (
    *("public_id", "created_at", "html", "thread__title", "thread__space_id", "thread__accepted_id"),
    *(f"author__{name}" for name in PERSON),
)
"""What a result shows: to make sixty objects of twenty messages takes longer than to find them."""
LOOKED_AT = 60
"""Threads, the newest ones with a word in common, among which similar ones are chosen."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for: by one of these at least. `authors`: database ids, None for everybody's. `solved`:
    questions with an answer that solves (True), without (False). Dates are days in her zone, both included."""

    words: str = ""
    authors: tuple[int, ...] | None = None
    space: Space | None = None
    since: date | None = None
    until: date | None = None
    solved: bool | None = None

    @property
    def says_something(self) -> bool:
        filters = (self.authors, self.space, self.since, self.until, self.solved)
        return bool(wanted(self.words)) or any(chosen is not None for chosen in filters)

    @property
    def is_of_threads(self) -> bool:
        """Whether questions are looked for, not what was said in them: each is found once, by its first message."""
        return self.solved is not None and self.authors is None and not wanted(self.words)


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found. `words`: the part of it where the first of the words stands, as plain text."""

    public_id: UUID
    created_at: datetime
    author: User
    title: str
    space: Space
    is_solved: bool
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    hits: tuple[Hit, ...]
    page: int
    has_more: bool


def search(user: Any, asked: Asked, page: int = 1) -> Found:
    """The messages with all of these words, or those that the filters alone leave, the newest first. Beside her sight
    one query on SQLite, and for words two on PostgreSQL, as long as she may read most of what the index finds."""
    if not asked.says_something:
        return Found((), 1, has_more=False)
    page = min(max(page, 1), LAST_PAGE)
    posts = Post.objects.standing().filter(_of_message(asked))
    sight = sight_of(user)
    seen = Q(thread__space__in=sight.spaces, thread__hidden_at=None) & _of_thread(asked)
    start = (page - 1) * PAGE
    groups = wanted(asked.words)
    if groups:
        found = _newest(posts, groups, seen, start + PAGE + 1, read=_shown)[start:]
    else:
        found = list(_shown(posts.filter(seen).order_by("-created_at", "-pk"))[start : start + PAGE + 1])
    forms = frozenset(stem for group in groups for stem in group)
    hits = tuple(_hit(row, forms, sight) for row in found[:PAGE])
    return Found(hits, page, has_more=len(found) > PAGE and page < LAST_PAGE)


def _shown(posts: QuerySet[Post]) -> QuerySet[Any]:
    return posts.values_list(*SHOWN, named=True)


def _hit(row: Any, forms: Collection[str], sight: Sight) -> Hit:
    return Hit(
        public_id=row.public_id,
        created_at=row.created_at,
        author=User.from_db(None, PERSON, row[-len(PERSON) :]),
        title=row.thread__title,
        space=sight.spaces[row.thread__space_id],
        is_solved=row.thread__accepted_id is not None,
        words=excerpt(text_of_clean(row.html), forms),
    )


def similar(user: Any, text: str, *, space: Space | None = None) -> list[Thread]:
    """Threads whose first message says the same, the closest first: what somebody should read before she asks again."""
    groups = wanted(text)
    if not groups:
        return []
    spaces = [space.pk] if space is not None and space.pk in sight_of(user).spaces else sight_of(user).spaces
    posts = Post.objects.standing().filter(number=1)
    seen = Q(thread__space__in=spaces, thread__hidden_at=None)
    rows = _newest(posts, groups, seen, LOOKED_AT, read=_with_thread, every=False)
    least = min(2, len(groups))
    points = Counter({post: _points(post, groups) for post in rows})
    return [post.thread for post, count in points.most_common(SIMILAR) if count >= least]


def matching(
    posts: QuerySet[Post], groups: list[tuple[str, ...]], *, every: bool = True, below: int | None = None
) -> QuerySet[Post]:
    """Those of `posts` with each of these words (or, not `every`, one of them), by the engine's own index, the newest
    first; `below`: older ones than the message of this id."""
    asked = asked_of_index(groups, every=every)
    if connection.vendor == "postgresql":
        posts = posts if below is None else posts.filter(pk__lt=below)
        holds = ["community_post.words @@ to_tsquery('simple', %s)"]
        return posts.extra(where=holds, params=[asked]).order_by("-pk")  # noqa: S610 - words are parameters
    # The index itself gives the newest first and stops there: so its own number is asked for, never that of the post.
    where, params = ["community_post_search.rowid = community_post.id", "community_post_search MATCH %s"], [asked]
    if below is not None:
        where, params = [*where, "community_post_search.rowid < %s"], [asked, str(below)]
    rows = posts.order_by().extra(tables=["community_post_search"], where=where, params=params)  # noqa: S610
    return rows.extra(order_by=["-community_post_search.rowid"])


def asked_of_index(groups: list[tuple[str, ...]], *, every: bool = True) -> str:
    """The words as the engine's index is asked for them; each form of a word is as good as the others."""
    if connection.vendor == "postgresql":
        joint, either, quote = (" & " if every else " | "), " | ", "'{}'"
    else:
        joint, either, quote = (" AND " if every else " OR "), " OR ", '"{}"'
    return joint.join("(" + either.join(quote.format(stem) for stem in group) + ")" for group in groups)


def authors_named(name: str) -> tuple[int, ...] | None:
    """Database ids of those whose name has all of these words, whatever their accents; None where none is typed. Whose
    words she may not read are not found by them either."""
    if not name.strip():
        return None
    parts = [part for part in map(folded, name.replace("-", " ").split()[:4]) if part]
    people = User.objects.exclude(display_name="").order_by("pk").values_list("pk", "display_name") if parts else []
    found = (pk for pk, own in people if all(part in folded(own) for part in parts))
    return tuple(islice(found, MOST_AUTHORS))


def excerpt(text: str, forms: Collection[str], length: int = 240) -> str:
    """The part of a message where the first word with one of these stems stands."""
    if len(text) <= length:
        return text
    place = place_of(text, forms) or 0
    start = max(0, text.rfind(" ", 0, max(0, place - length // 3)) + 1) if place > length // 2 else 0
    cut = text[start : start + length]
    if start + length < len(text):
        cut = cut.rsplit(" ", 1)[0] + " …"
    return f"… {cut}" if start else cut


def _with_thread(posts: QuerySet[Post]) -> QuerySet[Any]:
    return posts.select_related("thread__space").defer("source", "html")


def _newest(
    posts: QuerySet[Post],
    groups: list[tuple[str, ...]],
    seen: Q,
    count: int,
    *,
    read: Callable[[QuerySet[Post]], QuerySet[Any]],
    every: bool = True,
) -> list[Any]:
    """The `count` newest of `posts` with these words that are among what may be `seen`, as `read` wants them.

    SQLite's index gives the newest first, and what may not be read is passed over. PostgreSQL's says first which
    messages have the words, twice as many as are wanted; what may be read of them is asked afterwards. Where most may
    not, the index is followed further down, and at last (somebody reads little of what everybody writes about) both are
    asked at once: from the beginning, it would go through all the threads she reads.
    """
    if connection.vendor == "sqlite":
        return list(read(matching(posts.filter(seen), groups, every=every))[:count])
    found: list[Any] = []
    below, step = None, 2 * count
    for _round in range(ROUNDS):
        ids = list(matching(posts, groups, every=every, below=below).values_list("pk", flat=True)[:step])
        rows = Post.objects.filter(seen, pk__in=ids).order_by("-pk")
        found += read(rows)[: count - len(found)]
        if len(found) >= count or len(ids) < step:
            return found
        below, step = ids[-1], 8 * step
    return found + list(read(matching(posts.filter(seen), groups, every=every, below=below))[: count - len(found)])


def _of_message(asked: Asked) -> Q:
    chosen = Q(number=1) if asked.is_of_threads else Q()
    if asked.authors is not None:
        chosen &= Q(author__in=asked.authors)
    if asked.since is not None:
        chosen &= Q(created_at__gte=_midnight(asked.since))
    if asked.until is not None:
        chosen &= Q(created_at__lt=_midnight(asked.until + timedelta(days=1)))
    return chosen


def _of_thread(asked: Asked) -> Q:
    chosen = Q()
    if asked.space is not None:
        chosen &= Q(thread__space=asked.space)
    if asked.solved is not None:
        chosen &= Q(thread__kind=ThreadKind.QUESTION, thread__accepted__isnull=not asked.solved)
    return chosen


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _points(post: Post, groups: list[tuple[str, ...]]) -> int:
    """How many of the words it says; one in the title counts twice."""
    said, titled = set(post.terms.split()), set(terms(post.thread.title).split())
    return sum(bool(said & set(group)) + bool(titled & set(group)) for group in groups)
