"""What moderators read: the queue, what was reported with its context, a person, the journal."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from community.enums import Action, AppealState, FlagReason, ThreadKind
from community.models import (
    Appeal,
    DangerAlert,
    Decision,
    Duty,
    Flag,
    ModerationTemplate,
    Offer,
    Post,
    PrivateMessage,
    Space,
    Standing,
    Thread,
    UpkeepLine,
)
from community.queries.held import is_held
from community.queries.sight import sight_of
from lms.accounts.models import User

UNANSWERED_AFTER = timedelta(hours=24)
MOST_FLAGS = 500
"""Reports read for one page; the oldest come first, the rest once these are decided."""
AROUND = 3
"""Messages shown before a reported one."""
PAGE = 50
GRAVE = (FlagReason.DANGER,)
SERIOUS = (FlagReason.RUDE, FlagReason.PRIVATE, FlagReason.WRONG)

type Flagged = Post | PrivateMessage | Offer


# --- The queue (M1) ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A thread, an offer (or private messages, where both are None) with how many of the person's messages wait in
    it."""

    thread: Thread | None
    count: int
    others: list[str]
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class QueueItem:
    """Everything that waits about one person."""

    person: User
    flags: list[Flag]
    places: list[Place]
    standing: Standing | None

    @property
    def oldest(self) -> datetime:
        return self.flags[0].at

    @property
    def message_count(self) -> int:
        return len({(flag.post_id, flag.message_id, flag.offer_id) for flag in self.flags})

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Each reason in words with how many times it was given, the gravest first."""
        counts = Counter(FlagReason(flag.reason) for flag in self.flags)
        return [
            (str(reason.label), count) for reason, count in sorted(counts.items(), key=lambda pair: -weight(pair[0]))
        ]

    @property
    def weight(self) -> int:
        return max(weight(FlagReason(flag.reason)) for flag in self.flags)

    @property
    def is_held(self) -> bool:
        """Whether a message of hers waits unseen."""
        return any(flag.flagger_id is None for flag in self.flags)


@dataclass(frozen=True, slots=True)
class Queue:
    items: list[QueueItem]
    alerts: list[DangerAlert]
    appeal_count: int
    unanswered_count: int


def weight(reason: FlagReason) -> int:
    """How grave: 3 somebody is in danger, 2 somebody is hurt, 1 the rest."""
    return 3 if reason in GRAVE else 2 if reason in SERIOUS else 1


def flags_seen_by(user: Any) -> QuerySet[Flag]:
    """Waiting reports of the spaces she moderates; on private messages and offers, for the academy's moderators. Never
    on her own words: another moderator reads those."""
    sight = sight_of(user)
    flags = Flag.objects.filter(decision=None).exclude(written_by(user))
    if not sight.moderates_all:
        flags = flags.filter(post__thread__space__in=sight.moderated_ids)
    return flags.select_related("post__thread__space", "post__author", "message__author", "offer__author", "flagger")


def written_by(person: Any) -> Q:
    """Reports on what `person` wrote."""
    return Q(post__author=person) | Q(message__author=person) | Q(offer__author=person)


def queue_of(user: Any, now: datetime) -> Queue:
    """One item a person, the gravest first, then the one that waits longest."""
    flags = list(flags_seen_by(user).order_by("at", "pk")[:MOST_FLAGS])
    by_person: dict[int, list[Flag]] = {}
    for flag in flags:
        by_person.setdefault(thing_of(flag).author_id, []).append(flag)
    standings = {row.person_id: row for row in Standing.objects.filter(person__in=by_person)}
    writers: dict[int, dict[int, str]] = {}
    for flag in flags:
        if flag.post:
            writers.setdefault(flag.post.thread_id, {})[flag.post.author_id] = flag.post.author.get_full_name()
    items = [
        QueueItem(thing_of(rows[0]).author, rows, _places(rows, writers), standings.get(pk))
        for pk, rows in by_person.items()
    ]
    items.sort(key=lambda item: (-(item.weight == 3), item.oldest))
    return Queue(
        items,
        list(alerts_seen_by(user).filter(closed_at=None)),
        appeals_seen_by(user).filter(state=AppealState.OPEN).count(),
        unanswered(user, now).count(),
    )


def thing_of(flag: Flag) -> Flagged:
    """The post, the private message or the offer it is about: a constraint says one of the three."""
    thing = flag.post or flag.message or flag.offer
    assert thing is not None  # noqa: S101
    return thing


def _places(flags: Sequence[Flag], writers: dict[int, dict[int, str]]) -> list[Place]:
    posts = {flag.post_id: flag.post for flag in flags if flag.post}
    threads = {post.thread_id: post.thread for post in posts.values()}
    counts = Counter(post.thread_id for post in posts.values())
    author = thing_of(flags[0]).author_id
    places = [
        Place(thread, counts[pk], [name for other, name in writers[pk].items() if other != author])
        for pk, thread in threads.items()
    ]
    if private := len({flag.message_id for flag in flags if flag.message_id}):
        places.append(Place(None, private, []))
    offers = {flag.offer_id: flag.offer for flag in flags if flag.offer}
    places += [Place(None, 1, [], offer) for offer in offers.values()]
    return places


# --- What was reported (M2) -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reported:
    """One reported message, why, and what stands around it. Everything is shown as the text it is."""

    thing: Flagged
    flags: list[Flag]
    before: list[Flagged] = field(default_factory=list)
    versions: list[Any] = field(default_factory=list)

    @property
    def post(self) -> Post | None:
        return self.thing if isinstance(self.thing, Post) else None

    @property
    def offer(self) -> Offer | None:
        return self.thing if isinstance(self.thing, Offer) else None

    @property
    def title(self) -> str:
        """Of the thread it stands in, or of the offer it is."""
        return self.post.thread.title if self.post else self.offer.title if self.offer else ""

    @property
    def is_danger(self) -> bool:
        return any(flag.reason == FlagReason.DANGER for flag in self.flags)

    @property
    def version(self) -> int:
        return self.thing.version if isinstance(self.thing, Post) else 1


def reported_of(user: Any, person: User) -> list[Reported]:
    """What waits about one person, the oldest report first; at most as much as the queue reads."""
    flags = flags_seen_by(user).filter(written_by(person))
    rows = list(flags.select_related("post__reply_to__author").order_by("at", "pk")[:MOST_FLAGS])
    grouped: dict[tuple[int | None, ...], list[Flag]] = {}
    for flag in rows:
        grouped.setdefault((flag.post_id, flag.message_id, flag.offer_id), []).append(flag)
    things = [thing_of(flags[0]) for flags in grouped.values()]
    before, versions = _before(things), _versions(things)
    return [
        Reported(thing, flags, before.get(_key(thing), []), versions.get(thing.pk, []) if _is_post(thing) else [])
        for thing, flags in zip(things, grouped.values(), strict=True)
    ]


def _is_post(thing: Flagged) -> bool:
    return isinstance(thing, Post)


def _key(thing: Flagged) -> tuple[type[Flagged], int]:
    return type(thing), thing.pk


def _before(things: Sequence[Flagged]) -> dict[tuple[type[Flagged], int], list[Flagged]]:
    """The messages just before each, in the same thread or conversation: two queries at most."""
    found: dict[tuple[type[Flagged], int], list[Flagged]] = {}
    for model, place in ((Post, "thread_id"), (PrivateMessage, "conversation_id")):
        mine = [thing for thing in things if isinstance(thing, model)]
        if not mine:
            continue
        near = Q()
        for thing in mine:
            near |= Q(**{place: getattr(thing, place)}, number__lt=thing.number, number__gte=thing.number - AROUND)
        rows = list(model.objects.filter(near).select_related("author").order_by("number"))
        for thing in mine:
            found[_key(thing)] = [
                row
                for row in rows
                if getattr(row, place) == getattr(thing, place) and thing.number - AROUND <= row.number < thing.number
            ]
    return found


def _versions(things: Sequence[Flagged]) -> dict[int, list[Any]]:
    from community.models import PostVersion

    found: dict[int, list[Any]] = {}
    posts = [thing.pk for thing in things if _is_post(thing)]
    if posts:
        for row in PostVersion.objects.filter(post__in=posts).select_related("edited_by"):
            found.setdefault(row.post_id, []).append(row)
    return found


def templates_in(language: str) -> list[ModerationTemplate]:
    """Messages in the author's language; those of the academy's first language where there are none."""
    rows = list(ModerationTemplate.objects.filter(language=language))
    return rows or list(ModerationTemplate.objects.all())


def strikes_counting(person: User, now: datetime) -> QuerySet[Decision]:
    """Strikes that have not expired and that nothing undid."""
    same = Q(post=OuterRef("post")) | Q(message_about=OuterRef("message_about")) | Q(offer=OuterRef("offer"))
    undone = Decision.objects.filter(same, action=Action.RESTORE, at__gt=OuterRef("at"))
    strikes = Decision.objects.filter(person=person, strikes_until__gt=now)
    return strikes.exclude(appeal__state=AppealState.OVERTURNED).exclude(Exists(undone))


# --- A person (M5) ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonFile:
    standing: Standing
    strikes: list[Decision]
    decisions: list[Decision]
    posts: list[Post]
    waiting: int
    reports_made: int
    reports_upheld: int
    same: list[User]


def people_moderated_by(user: Any) -> QuerySet[User]:
    """Whom she may look up: everybody for the academy's moderators; who wrote in her spaces for a space's own."""
    sight = sight_of(user)
    people: QuerySet[User] = User.objects.all()
    if sight.moderates_all:
        return people
    wrote = Post.objects.filter(author=OuterRef("pk"), thread__space__in=sight.moderated_ids)
    return people.filter(Exists(wrote))


def file_of(user: Any, person: User, now: datetime) -> PersonFile:
    """What a moderator knows of one person, of the spaces she moderates."""
    sight = sight_of(user)
    decisions = decisions_seen_by(user).filter(person=person)
    posts = Post.objects.filter(author=person, thread__space__in=sight.moderated_ids)
    made = Flag.objects.filter(flagger=person).exclude(decision=None)
    counts = made.aggregate(all=Count("pk"), upheld=Count("pk", filter=~Q(decision__action=Action.KEEP)))
    return PersonFile(
        Standing.objects.filter(person=person).first() or Standing(person=person, since=person.date_joined),
        list(strikes_counting(person, now)),
        list(decisions[:20]),
        list(posts.annotate(is_held=is_held("post")).select_related("thread__space").order_by("-created_at")[:5]),
        flags_seen_by(user).filter(written_by(person)).count(),
        counts["all"],
        counts["upheld"],
        _same_person(person) if sight.moderates_all else [],
    )


def _same_person(person: User) -> list[User]:
    """Accounts that may be the same person's: the same name, phone, or address but for what follows a `+`."""
    local, _at, host = person.email.partition("@")
    base = local.partition("+")[0]
    same = Q(email=f"{base}@{host}") | Q(email__startswith=f"{base}+", email__endswith=f"@{host}")
    if person.display_name:
        same |= Q(display_name__iexact=person.display_name)
    if person.phone:
        same |= Q(phone=person.phone)
    return list(User.objects.filter(same).exclude(pk=person.pk)[:10])


# --- Decisions, appeals, alerts (M8, M9) ------------------------------------------------------------------------------


def decisions_seen_by(user: Any) -> QuerySet[Decision]:
    """The journal: of the spaces she moderates; what is about people or private messages, for the academy's."""
    sight = sight_of(user)
    rows = Decision.objects.select_related(
        "post__thread__space", "message_about", "offer", "person", "moderator", "appeal"
    ).order_by("-at", "-pk")
    return rows if sight.moderates_all else rows.filter(post__thread__space__in=sight.moderated_ids)


def appeals_seen_by(user: Any) -> QuerySet[Appeal]:
    """The academy's moderators answer; nobody her own."""
    rows = Appeal.objects.select_related("decision__post__thread__space", "decision__person", "decision__moderator")
    return rows.exclude(decision__person=user) if sight_of(user).moderates_all else rows.none()


def alerts_seen_by(user: Any) -> QuerySet[DangerAlert]:
    """On private messages, the academy's moderators alone."""
    sight = sight_of(user)
    rows = DangerAlert.objects.select_related(
        "post__thread__space", "message", "person", "raised_by", "taken_by"
    ).order_by("raised_at")
    return rows if sight.moderates_all else rows.filter(post__thread__space__in=sight.moderated_ids)


def on_duty(now: datetime) -> list[Duty]:
    today = timezone.localdate(now)
    return list(Duty.objects.filter(starts_on__lte=today, ends_on__gte=today).select_related("person"))


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the journal; `next` is where the one after it begins."""

    rows: list[Decision | UpkeepLine]
    next: str


def upkeep_seen_by(user: Any) -> QuerySet[UpkeepLine]:
    """What was done to the spaces she moderates and to threads that are, or were, in them; rules are everybody's."""
    sight = sight_of(user)
    rows = UpkeepLine.objects.select_related("thread__space", "other", "space", "moderator").order_by("-at", "-pk")
    if sight.moderates_all:
        return rows
    mine = list(sight.moderated_ids)
    return rows.filter(Q(space__in=mine) | Q(thread__space__in=mine) | Q(space=None))


def journal_page(user: Any, *, mine: bool, before: UUID | None) -> Page:
    """Fifty lines from the newest, or from the line after `before`: decisions, and what was done to threads, spaces
    and rules."""
    found: list[Decision | UpkeepLine] = []
    start: Decision | UpkeepLine | None = None
    sources: list[QuerySet[Any]] = [decisions_seen_by(user), upkeep_seen_by(user)]
    if mine:
        sources = [rows.filter(moderator=user) for rows in sources]
    if before is not None:
        start = next((row for rows in sources if (row := rows.filter(public_id=before).first()) is not None), None)
        if start is None:
            return Page([], "")
    for rows in sources:
        if start is not None:
            # At one instant, decisions come first.
            same = Q(pk__lt=start.pk) if rows.model is type(start) else Q(pk__isnull=rows.model is Decision)
            rows = rows.filter(Q(at__lt=start.at) | Q(at=start.at) & same)
        found += rows[: PAGE + 1]
    found.sort(key=lambda row: (row.at, isinstance(row, Decision), row.pk), reverse=True)
    return Page(found[:PAGE], str(found[PAGE - 1].public_id) if len(found) > PAGE else "")


# --- Questions without an answer (M4) ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unanswered:
    thread: Thread
    helpers: list["Helper"]


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody whose answers solved `count` questions of this space in the last year."""

    person: User
    count: int


def unanswered(user: Any, now: datetime) -> QuerySet[Thread]:
    """Questions of her spaces older than a day to which nobody but the person who asked has answered."""
    answers = Post.objects.filter(thread=OuterRef("pk")).standing().exclude(author=OuterRef("author"))
    threads = Thread.objects.filter(
        kind=ThreadKind.QUESTION,
        accepted=None,
        hidden_at=None,
        merged_into=None,
        closed_at=None,
        created_at__lt=now - UNANSWERED_AFTER,
        space__in=list(sight_of(user).moderated_ids),
        space__archived_at=None,
    )
    return threads.exclude(Exists(answers))


def unanswered_of(user: Any, now: datetime) -> list[Unanswered]:
    """The oldest fifty, each with up to three people who often solve questions of its space."""
    threads = list(unanswered(user, now).select_related("space", "author").order_by("created_at")[:PAGE])
    helpers = _helpers({thread.space_id for thread in threads}, now)
    return [
        Unanswered(thread, [one for one in helpers.get(thread.space_id, []) if one.person.pk != thread.author_id][:3])
        for thread in threads
    ]


def _helpers(spaces: Iterable[int], now: datetime) -> dict[int, list[Helper]]:
    solved = (
        Thread.objects.filter(space__in=spaces, created_at__gt=now - timedelta(days=365), accepted__isnull=False)
        .exclude(accepted__author=F("author"))
        .values("space", "accepted__author")
        .annotate(count=Count("pk"))
        .order_by("-count")[:100]
    )
    rows = list(solved)
    people = User.objects.active().in_bulk({row["accepted__author"] for row in rows})
    found: dict[int, list[Helper]] = {}
    for row in rows:
        if row["accepted__author"] in people:
            found.setdefault(row["space"], []).append(Helper(people[row["accepted__author"]], row["count"]))
    return found


# --- Spaces and rules (M6) --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpaceActivity:
    space: Space
    posts: int
    people: int
    waiting: int
    pinned: list[Thread]


def activity_of(user: Any, now: datetime) -> list[SpaceActivity]:
    """The spaces she moderates, with what happened in each in seven days: four queries whatever there is."""
    sight = sight_of(user)
    spaces = [sight.spaces[pk] for pk in sight.spaces if sight.moderates(pk) and not sight.spaces[pk].archived_at]
    ids = [space.pk for space in spaces]
    recent = (
        Post.objects.standing()
        .filter(thread__space__in=ids, thread__last_post_at__gt=now - timedelta(days=7))
        .filter(created_at__gt=now - timedelta(days=7))
        .values("thread__space")
        .annotate(posts=Count("pk"), people=Count("author", distinct=True))
    )
    counts: dict[int, Any] = {row["thread__space"]: row for row in recent}
    waiting = {
        row["post__thread__space"]: row["count"]
        for row in Flag.objects.filter(decision=None, post__thread__space__in=ids)
        .values("post__thread__space")
        .annotate(count=Count("pk"))
    }
    pinned: dict[int, list[Thread]] = {}
    for thread in Thread.objects.standing().filter(space__in=ids, pinned_at__isnull=False):
        pinned.setdefault(thread.space_id, []).append(thread)
    return [
        SpaceActivity(
            space,
            counts.get(space.pk, {}).get("posts", 0),
            counts.get(space.pk, {}).get("people", 0),
            waiting.get(space.pk, 0),
            pinned.get(space.pk, []),
        )
        for space in spaces
    ]
