"""Trust: newcomers write within limits that protect them and everybody else; reading and helping lifts the limits.

Limits, thresholds and signals of spam are rows that moderators change. Members of the team have no limits; a pause
holds for everybody.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.enums import SpamSignal, Trust
from community.models import Conversation, Post, Space, SpamRule, Standing, TrustRule
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


def check_may_post(author: User, space: Space, prose: Written, now: datetime, files: int = 0) -> None:
    """Refuse a post of somebody who is paused, or that goes over what her trust allows.

    `files`: how many files come with it; those shown in the text are among them. Called inside the transaction that
    writes the post: her standing is locked, so that two posts at once cannot both be the last one allowed.

    Raises:
        SandboxRefused: `paused`, or `sandbox`.
    """
    rule = _limits(author, space, now)
    if rule is None:
        return
    _check_content(rule, prose, files)
    if rule.posts_a_day is None:
        return
    if Post.objects.filter(author=author, created_at__gt=now - DAY).count() >= rule.posts_a_day:
        raise SandboxRefused(
            "sandbox",
            ngettext(
                "For now, you may send %(count)d message in 24 hours. Try again tomorrow: your text is kept.",
                "For now, you may send %(count)d messages in 24 hours. Try again tomorrow: your text is kept.",
                rule.posts_a_day,
            )
            % {"count": rule.posts_a_day},
        )


def check_may_edit(author: User, space: Space, prose: Written, now: datetime, files: int = 0) -> None:
    """The same for another wording of one's own post, which is no new post of the day.

    Raises:
        SandboxRefused: `paused`, or `sandbox`.
    """
    rule = _limits(author, space, now)
    if rule is not None:
        _check_content(rule, prose, files)


def check_may_write_to(author: User, person: User, prose: Written, now: datetime) -> None:
    """Refuse a private message of somebody who is paused, or that goes over what her trust allows.

    The day's limit counts people she had never written with before. Called inside the transaction that writes the
    message, before its conversation is made.

    Raises:
        SandboxRefused: `paused`, or `sandbox`.
    """
    standing = standing_of(author, now)
    check_not_paused(standing, now)
    rule = _rule_of(standing)
    if sight_of(author).is_team or rule is None:
        return
    _check_content(rule, prose, 0)
    first, second = sorted((author.pk, person.pk))
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


def spam_points(author: User, prose: Written, now: datetime) -> int:
    """How much a newcomer's post looks like spam, by the rows of the rules; 0 for anybody who is known here."""
    standing = Standing.objects.filter(person=author).first()
    if (standing is not None and standing.trust != Trust.NEW) or sight_of(author).is_team:
        return 0
    signals = list(_signals(author, prose, now))
    text = to_text(prose.html).casefold()
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


def _limits(author: User, space: Space, now: datetime) -> TrustRule | None:
    """What her trust allows in `space`; None: no limit. Refuses who is paused."""
    standing = standing_of(author, now)
    check_not_paused(standing, now)
    sight = sight_of(author)
    if sight.is_team or sight.moderates(space.pk):
        return None
    return _rule_of(standing)


def _rule_of(standing: Standing) -> TrustRule | None:
    return TrustRule.objects.filter(trust=standing.trust).first()


def _check_content(rule: TrustRule, prose: Written, files: int) -> None:
    links = len(prose.links)
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


def _signals(author: User, prose: Written, now: datetime) -> Iterator[SpamSignal]:
    """Each signal as often as it is there."""
    text = to_text(prose.html)
    for _link in prose.links:
        yield SpamSignal.LINKS
    mine = Post.objects.filter(author=author, deleted_at=None)
    if text and mine.filter(created_at__gt=now - SAME_TEXT_FOR, html=prose.html).exists():
        yield SpamSignal.SAME_TEXT
    last = mine.order_by("-created_at").values_list("created_at", flat=True).first()
    if last is not None and len(text) >= FAST_FROM:
        seconds = max((now - last).total_seconds(), 1)
        if len(text) / seconds > FAST_CHARACTERS_A_SECOND:
            yield SpamSignal.FAST
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) >= CAPITALS_FROM and sum(letter.isupper() for letter in letters) > 0.7 * len(letters):
        yield SpamSignal.CAPITALS
