"""What a page of a thread has missed while its connection was away."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from community import rules
from community.models import Post, Reaction, Thread
from community.queries.extras import reaction_counts
from community.queries.held import is_held
from community.queries.thread import head_of, posts_of

MOST_SHOWN = 300
"""Posts that a page may say it shows."""
MOST_NEW = 50
"""New posts that are sent at once; a page that missed more is loaded again."""
_PAIR = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Have:
    """What a page shows: the version of each post by its number, 0 where it shows only that one stood there; which one
    it marks as the answer that solves; its first and last number."""

    versions: dict[int, int]
    accepted: int
    first: int
    last: int

    @classmethod
    def read(cls, typed: str, accepted: str = "", span: str = "") -> Self | None:
        """`1.1,2.3`: number and version; None for anything else. `span`: `1-4`."""
        pairs = typed.split(",") if typed else []
        found = [_PAIR.fullmatch(pair) for pair in pairs[: MOST_SHOWN + 1]]
        if len(found) > MOST_SHOWN or not all(found):
            return None
        number = int(accepted) if re.fullmatch(r"[0-9]{1,9}", accepted) else 0
        versions = {int(match[1]): int(match[2]) for match in found if match}
        ends = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", span)
        first, last = (int(ends[1]), int(ends[2])) if ends else (min(versions, default=0), max(versions, default=0))
        return cls(versions, number, first, last)


@dataclass(frozen=True, slots=True)
class Missed:
    """`posts`: those that changed, those that went or came back where they stood, and new ones. `gone`: numbers shown
    where nothing stands any more. `counts` and `mine`: reactions by post, for each post shown. `more`: newer ones were
    left out. `answers` and `solved`: the thread's head."""

    last: int
    posts: tuple[Post, ...]
    gone: tuple[int, ...]
    counts: dict[str, dict[str, int]]
    mine: dict[str, list[str]]
    more: bool
    answers: int
    solved: str


def missed_by(*, thread: Thread, person: Any, have: Have, at_end: bool) -> Missed:
    """What `person` must be shown so that her page is true again. `at_end`: new posts belong on it."""
    seen = posts_of(thread, person).annotate(is_held=is_held("post"))
    seen = seen.select_related("thread__space", "author", "reply_to__author").order_by("number")
    shown = list(seen.filter(number__in=have.versions))
    others = seen.filter(number__gte=have.first).exclude(number__in=have.versions)
    new = list((others if at_end else others.filter(number__lte=have.last))[: MOST_NEW + 1])
    changed = [post for post in shown if _is_shown_wrongly(post, person, have)]
    rows = [post for post in (*shown, *new[:MOST_NEW]) if rules.can_read_post(person, post)]
    counts = reaction_counts([post.pk for post in rows])
    return Missed(
        last=thread.last_number,
        posts=(*changed, *new[:MOST_NEW]),
        gone=tuple(sorted(have.versions.keys() - {post.number for post in shown})),
        counts={str(post.public_id): counts[post.pk] for post in rows},
        mine=_mine(rows, person),
        more=len(new) > MOST_NEW,
        **head_of(thread),
    )


def _is_shown_wrongly(post: Post, person: Any, have: Have) -> bool:
    version = post.version if rules.can_read_post(person, post) else 0
    is_marked = post.number == have.accepted
    return version != have.versions[post.number] or is_marked != (post.thread.accepted_id == post.pk)


def _mine(rows: Iterable[Post], person: Any) -> dict[str, list[str]]:
    found: dict[int, list[str]] = {post.pk: [] for post in rows}
    for pk, kind in Reaction.objects.filter(post__in=list(found), person=person).values_list("post", "kind"):
        found[pk].append(kind)
    return {str(post.public_id): found[post.pk] for post in rows}
