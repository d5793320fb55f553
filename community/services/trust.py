"""Trust: newcomers write within limits that protect them and everybody else; reading and helping lifts the limits.

Limits, thresholds and signals of spam are rows that moderators change. Members of the team have no limits; a pause
holds for everybody.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.enums import SpamSignal, Trust
from community.models import Conversation, Offer, Post, PrivateMessage, Space, SpamRule, Standing, TrustRule
from community.queries.moderation import strikes_counting
from community.queries.sight import sight_of
from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.sanitize import to_text
from lms.kit.templatetags.kit import clock, day

DAY = timedelta(days=1)
HELD_AT = 100
"""Points of spam from which a newcomer's post waits for a moderator."""
SAME_TEXT_FOR = timedelta(days=7)
FAST_CHARACTERS_A_SECOND = 15
FAST_FROM = 300
"""Characters: nobody types this many in a few seconds; a short answer is often quick."""
CAPITALS_FROM = 20
"""Letters: below, `OK MERCI` is nobody's shouting."""


_LOOKED_AT = 100
"""Messages of a newcomer, of each kind, among which the same text is looked for."""
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


class SandboxRefused(DomainError):
    """The message is not taken: `paused`, or `sandbox` when it goes over a limit of its author's trust."""


class Written(Protocol):
    """What was written, read once: its clean HTML, the names after `@`, the addresses."""

    @property
    def html(self) -> str: ...
    @property
    def mentions(self) -> tuple[str, ...]: ...
    @property
    def links(self) -> tuple[str, ...]: ...


def check_may_post(
    author: User, space: Space, prose: Written, now: datetime, *, files: int = 0, beside: str = ""
) -> None:
    """Refuse a post of somebody who is paused, or that goes over what her trust allows.

    `files`: how many files come with it; those shown in the text are among them. `beside`: the plain words that come
    with it, a title or a poll. Called inside the transaction that writes the post: her standing is locked, so that two
    posts at once cannot both be the last one allowed.

    Raises:
        SandboxRefused: `paused`, or `sandbox`.
    """
    rule = _limits(author, space, now)
    if rule is None:
        return
    _check_content(rule, prose, files, beside)
    if rule.posts_a_day is None:
        return
    if Post.objects.filter(author=author, created_at__gt=now - DAY).count() >= rule.posts_a_day:
        raise _too_many(rule.posts_a_day)


def check_may_edit(author: User, space: Space, prose: Written, now: datetime, *, beside: str = "") -> None:
    """The same for another wording of one's own post, which is no new post of the day.

    Raises:
        SandboxRefused: `paused`, or `sandbox`.
    """
    rule = _limits(author, space, now)
    if rule is not None:
        _check_content(rule, prose, 0, beside)


def check_may_offer(author: User, prose: Written, now: datetime, *, beside: str) -> None:
    """The same for an offer; how many are open at once is its own limit.

    Raises:
        SandboxRefused: `paused`, or `sandbox`.
    """
    rule = _limits(author, None, now)
    if rule is not None:
        _check_content(rule, prose, 0, beside)


def check_may_write_to(author: User, person: User, prose: Written, now: datetime) -> None:
    """Refuse a private message of somebody who is paused, or that goes over what her trust allows.

    Two limits a day: people she had never written with before, and messages to people who have not answered her.
    Called inside the transaction that writes the message, before its conversation is made.

    Raises:
        SandboxRefused: `paused`, or `sandbox`.
    """
    rule = _limits(author, None, now)
    if rule is None:
        return
    _check_content(rule, prose, 0)
    first, second = sorted((author.pk, person.pk))
    theirs = PrivateMessage.objects.filter(conversation=OuterRef("conversation")).exclude(author=author)
    sent = PrivateMessage.objects.filter(author=author, sent_at__gt=now - DAY)
    limit = None if _has_written(person, author) else rule.posts_a_day
    if limit is not None and sent.exclude(Exists(theirs)).count() >= limit:
        raise _too_many(limit)
    if rule.conversations_a_day is None or Conversation.objects.filter(first=first, second=second).exists():
        return
    mine = Conversation.objects.filter(Q(first=author) | Q(second=author))
    begun = mine.filter(messages__number=1, messages__author=author, messages__sent_at__gt=now - DAY)
    if begun.count() >= rule.conversations_a_day:
        raise SandboxRefused(
            "sandbox",
            ngettext(
                "For now, you may write to %(count)d new person in 24 hours. Try again tomorrow.",
                "For now, you may write to %(count)d new people in 24 hours. Try again tomorrow.",
                rule.conversations_a_day,
            )
            % {"count": rule.conversations_a_day},
        )


def check_not_paused(standing: Standing, now: datetime) -> None:
    """Raises:
    SandboxRefused: `paused`.
    """
    if standing.paused_until is not None and standing.paused_until > now:
        raise SandboxRefused(
            "paused",
            _(
                "Your messages are paused until %(day)s, %(time)s. You can still read everything; the message you "
                "received says why, and how to appeal."
            )
            % {"day": day(standing.paused_until), "time": clock(standing.paused_until)},
        )


def spam_points(
    author: User, prose: Written, now: datetime, *, beside: str = "", but: Post | Offer | None = None
) -> int:
    """How much what a newcomer writes looks like spam, by the rows of the rules; 0 for anybody who is known here.

    `beside`: the plain words that come with it. `but`: what it is another wording of.
    """
    standing = Standing.objects.filter(person=author).first()
    if (standing is not None and standing.trust != Trust.NEW) or sight_of(author).is_team:
        return 0
    signals = list(_signals(author, prose, now, beside, but))
    text = f"{beside}\n{to_text(prose.html)}".casefold()
    points = 0
    for rule in SpamRule.objects.filter(is_active=True):
        if rule.signal == SpamSignal.WORD:
            points += rule.points if rule.word and rule.word.casefold() in text else 0
        else:
            points += rule.points * signals.count(SpamSignal(rule.signal))
    return points


def note_reading(person: User, posts: int, now: datetime) -> None:
    """`posts` messages more were read by `person`; the first of a day counts the day too. Trust may grow."""
    with transaction.atomic():
        standing = standing_of(person, now)
        standing.posts_read += posts
        today = timezone.localdate(now)
        if standing.last_day != today:
            standing.last_day = today
            standing.days_visited += 1
        _grow(standing, now)
        standing.save(update_fields=["posts_read", "last_day", "days_visited", "trust"])


def note_thanks(person: User, now: datetime, count: int = 1) -> None:
    """Somebody thanked `person` for a message, or accepted her answer; -1 takes it back. Trust may grow."""
    with transaction.atomic():
        standing = standing_of(person, now)
        standing.thanks_received = max(0, standing.thanks_received + count)
        _grow(standing, now)
        standing.save(update_fields=["thanks_received", "trust"])


def note_posted(person: User, now: datetime) -> None:
    """`person` wrote one message more."""
    with transaction.atomic():
        standing = standing_of(person, now)
        standing.posts_written += 1
        standing.save(update_fields=["posts_written"])


def standing_of(person: User, now: datetime) -> Standing:
    """Her standing, locked until the end of the transaction; a newcomer's is made."""
    Standing.objects.get_or_create(person=person, defaults={"since": now})
    return Standing.objects.select_for_update().get(person=person)


def _grow(standing: Standing, now: datetime) -> None:
    """Raise her trust to the highest level whose thresholds she meets; never lower it. A strike holds it still."""
    reached = TrustRule.objects.filter(
        trust__gt=standing.trust,
        posts_read__lte=standing.posts_read,
        days_visited__lte=standing.days_visited,
        thanks_received__lte=standing.thanks_received,
    ).order_by("-trust")
    rule = reached.first()
    if rule is not None and not strikes_counting(standing.person, now).exists():
        standing.trust = rule.trust


def _limits(author: User, space: Space | None, now: datetime) -> TrustRule | None:
    """What her trust allows, in `space` where it is written in one; None: no limit. Refuses who is paused."""
    standing = standing_of(author, now)
    check_not_paused(standing, now)
    sight = sight_of(author)
    if sight.is_team or (space is not None and sight.moderates(space.pk)):
        return None
    return _rule_of(standing)


def _rule_of(standing: Standing) -> TrustRule | None:
    return TrustRule.objects.filter(trust=standing.trust).first()


def _too_many(limit: int) -> SandboxRefused:
    return SandboxRefused(
        "sandbox",
        ngettext(
            "For now, you may send %(count)d message in 24 hours. Try again tomorrow: your text is kept.",
            "For now, you may send %(count)d messages in 24 hours. Try again tomorrow: your text is kept.",
            limit,
        )
        % {"count": limit},
    )


def _has_written(person: User, to: User) -> bool:
    first, second = sorted((person.pk, to.pk))
    talk = PrivateMessage.objects.filter(conversation__first=first, conversation__second=second)
    return talk.filter(author=person).exists()


def _check_content(rule: TrustRule, prose: Written, files: int, beside: str = "") -> None:
    links = len(prose.links) + len(_ADDRESS.findall(beside))
    if rule.links is not None and links > rule.links:
        raise SandboxRefused(
            "sandbox",
            ngettext(
                "For now, a message may hold %(count)d link. Remove some, then send it.",
                "For now, a message may hold %(count)d links. Remove some, then send it.",
                rule.links,
            )
            % {"count": rule.links},
        )
    if rule.files is not None and max(prose.html.count("<img"), files) > rule.files:
        raise SandboxRefused(
            "sandbox",
            ngettext(
                "For now, a message may hold %(count)d image or file. Remove some, then send it.",
                "For now, a message may hold %(count)d images or files. Remove some, then send it.",
                rule.files,
            )
            % {"count": rule.files},
        )
    if rule.mentions is not None and len(set(prose.mentions)) > rule.mentions:
        raise SandboxRefused(
            "sandbox",
            ngettext(
                "For now, a message may name %(count)d person. Remove some names, then send it.",
                "For now, a message may name %(count)d people. Remove some names, then send it.",
                rule.mentions,
            )
            % {"count": rule.mentions},
        )


def _signals(
    author: User, prose: Written, now: datetime, beside: str, but: Post | Offer | None
) -> Iterator[SpamSignal]:
    """Each signal as often as it is there."""
    text = to_text(prose.html)
    for _link in chain(prose.links, _ADDRESS.findall(beside)):
        yield SpamSignal.LINKS
    written = list(_written_lately(author, now - SAME_TEXT_FOR, but))
    if text and any(html == prose.html for _at, html in written):
        yield SpamSignal.SAME_TEXT
    last = max((at for at, _html in written), default=None)
    if last is not None and len(text) >= FAST_FROM:
        seconds = max((now - last).total_seconds(), 1)
        if len(text) / seconds > FAST_CHARACTERS_A_SECOND:
            yield SpamSignal.FAST
    letters = [letter for letter in beside + text if letter.isalpha()]
    if len(letters) >= CAPITALS_FROM and sum(letter.isupper() for letter in letters) > 0.7 * len(letters):
        yield SpamSignal.CAPITALS


def _written_lately(author: User, since: datetime, but: Post | Offer | None) -> Iterator[tuple[datetime, str]]:
    """When and what she wrote, wherever; what she took back was not written."""
    rows: list[tuple[QuerySet[Any], str]] = [
        (Post.objects.filter(author=author, deleted_at=None), "created_at"),
        (PrivateMessage.objects.filter(author=author), "sent_at"),
        (Offer.objects.filter(author=author, withdrawn_at=None), "written_at"),
    ]
    for found, at in rows:
        if but is not None and found.model is type(but):
            found = found.exclude(pk=but.pk)
        yield from found.filter(**{f"{at}__gt": since}).order_by(f"-{at}").values_list(at, "html")[:_LOOKED_AT]
