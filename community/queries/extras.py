"""What hangs on the posts of one page: reactions, polls, files, link cards."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from community.enums import CardState, ReactionKind
from community.models import LinkCard, Poll, PollOption, PollVote, PostFile, PostLink, Reaction

_ICONS = {
    ReactionKind.THANKS: "heart",
    ReactionKind.HELPS: "hand",
    ReactionKind.IDEA: "award",
    ReactionKind.COURAGE: "leaf",
}


@dataclass(frozen=True, slots=True)
class ReactionCount:
    """One word under a post: how many said it, and whether the reader is one of them."""

    kind: str
    label: Any
    count: int = 0
    mine: bool = False

    @property
    def icon(self) -> str:
        return _ICONS[ReactionKind(self.kind)]

    @property
    def is_shown(self) -> bool:
        return self.count > 0


@dataclass(frozen=True, slots=True)
class OptionView:
    """One answer of a poll. `share`: whole percent of those who voted."""

    public_id: Any
    text: str
    count: int
    share: int
    mine: bool


@dataclass(frozen=True, slots=True)
class PollView:
    poll: Poll
    options: tuple[OptionView, ...]
    voters: int
    is_open: bool

    @property
    def has_voted(self) -> bool:
        return any(option.mine for option in self.options)

    @property
    def shows_results(self) -> bool:
        """Once one has voted, or when it is closed: nobody votes with the crowd."""
        return self.has_voted or not self.is_open


@dataclass(frozen=True, slots=True)
class PostExtras:
    """Everything under one post."""

    reactions: tuple[ReactionCount, ...]
    files: tuple[PostFile, ...] = ()
    poll: PollView | None = None
    cards: tuple[LinkCard, ...] = ()

    @property
    def has_reactions(self) -> bool:
        return any(reaction.is_shown for reaction in self.reactions)


@dataclass(frozen=True)
class Extras:
    """The extras of a page of posts, by the posts' database ids."""

    by_post: Mapping[int, PostExtras] = field(default_factory=dict)

    def of(self, post_id: int) -> PostExtras:
        return self.by_post.get(post_id) or PostExtras(_reactions({}))


ALL = frozenset({"files", "cards", "polls"})
"""What hangs on a post beside reactions."""


def extras_of(post_ids: Collection[int], user: Any = None, *, only: Collection[str] = ALL) -> Extras:
    """Everything that hangs on these posts, in four queries however many they are; `only` names those of ALL that the
    caller knows to be there.

    Without `user`, what is personal stays empty: what is sent to everybody at once is read this way. Rights are the
    caller's: the posts are ones the reader may see.
    """
    ids = list(post_ids)
    if not ids:
        return Extras()
    reader = user.pk if user is not None and user.is_authenticated else None
    reactions = _reaction_rows(ids, reader)
    attached = PostFile.objects.filter(post__in=ids).order_by("pk")
    files = _grouped((row.post_id, row) for row in (attached if "files" in only else ()))
    links = PostLink.objects.filter(post__in=ids, card__state=CardState.FOUND).select_related("card").order_by("pk")
    cards = _grouped((row.post_id, row.card) for row in (links if "cards" in only else ()))
    polls = _polls(Q(poll__post__in=ids), reader) if "polls" in only else {}
    return Extras(
        {
            pk: PostExtras(
                reactions=_reactions(reactions[pk]),
                files=tuple(files[pk]),
                poll=polls.get(pk),
                cards=tuple(cards[pk]),
            )
            for pk in ids
        }
    )


def reaction_counts(post_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """How many said each word, by post; words that nobody said are left out."""
    rows = _reaction_rows(list(post_ids), None)
    return {pk: {kind: count for kind, (count, _mine) in rows[pk].items()} for pk in post_ids}


def poll_view(poll: Poll, user: Any) -> PollView:
    """One poll as `user` sees it."""
    return _polls(Q(poll=poll), user.pk)[poll.post_id]


def file_url(file: PostFile) -> str:
    """Where a file is read, in a post's text too."""
    return reverse("community:file", args=[file.public_id])


type Rows = dict[str, tuple[int, bool]]


def _reaction_rows(ids: list[int], reader: int | None) -> dict[int, Rows]:
    rows = Reaction.objects.filter(post__in=ids).order_by().values("post_id", "kind").annotate(count=Count("pk"))
    if reader:
        rows = rows.annotate(mine=Count("pk", filter=Q(person=reader)))
    found: dict[int, Rows] = defaultdict(dict)
    for row in rows:
        found[row["post_id"]][row["kind"]] = (row["count"], bool(row.get("mine")))
    return found


def _reactions(rows: Rows) -> tuple[ReactionCount, ...]:
    """All words, in their order: a page shows those that were said, its script the others once they are."""
    return tuple(ReactionCount(kind, kind.label, *rows.get(kind, (0, False))) for kind in ReactionKind)


def _polls(which: Q, reader: int | None) -> dict[int, PollView]:
    voters = PollVote.objects.filter(option__poll=OuterRef("poll")).order_by().values("option__poll")
    options = (
        PollOption.objects.filter(which)
        .select_related("poll")
        .annotate(
            count=Count("votes"),
            voters=Subquery(voters.annotate(n=Count("person", distinct=True)).values("n")),
            mine=Exists(PollVote.objects.filter(option=OuterRef("pk"), person=reader or 0)),
        )
        .order_by("poll", "order")
    )
    by_poll: dict[int, list[Any]] = defaultdict(list)
    for option in options:
        by_poll[option.poll.post_id].append(option)
    return {post: _poll(rows) for post, rows in by_poll.items()}


def _poll(rows: list[Any]) -> PollView:
    poll, voters = rows[0].poll, rows[0].voters or 0
    options = tuple(
        OptionView(row.public_id, row.text, row.count, round(100 * row.count / voters) if voters else 0, row.mine)
        for row in rows
    )
    return PollView(poll, options, voters, poll.closes_at is None or poll.closes_at > timezone.now())


def _grouped[Row](pairs: Iterable[tuple[int | None, Row]]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for pk, row in pairs:
        if pk is not None:
            found[pk].append(row)
    return found
