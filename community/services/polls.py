"""Polls: one question to everybody who reads a post."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from community.live import thread_group
from community.models import Poll, PollOption, PollVote, Post
from community.queries.sight import sight_of
from community.services.trust import check_not_paused
from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.live import push
from lms.kit.throttle import within_limit

FEWEST, MOST = 2, 10
"""Answers to choose from."""
A_MINUTE = 20
"""Votes of one person."""


class PollRefused(DomainError):
    """Nothing changed: `few-options`, `many-options`, `same-options`, `past`, `closed`, `unknown-option`, `one-only`,
    `too-often`."""


@dataclass(frozen=True, slots=True)
class NewPoll:
    """A poll as it was typed: what `posting` hands to `add_poll`."""

    question: str
    options: tuple[str, ...]
    several: bool = False
    closes_at: datetime | None = None

    def check(self, now: datetime) -> None:
        """Raises:
        PollRefused: `few-options`, `many-options`, `same-options`, `past`.
        """
        if len(self.options) < FEWEST:
            raise PollRefused("few-options", _("A poll needs two answers at least, one on each line."))
        if len(self.options) > MOST:
            raise PollRefused("many-options", _("A poll has ten answers at most."))
        if len({option.casefold() for option in self.options}) < len(self.options):
            raise PollRefused("same-options", _("Two answers of the poll are the same."))
        if self.closes_at is not None and self.closes_at <= now:
            raise PollRefused("past", _("The poll would close in the past. Choose a later moment."))


def add_poll(*, post: Post, poll: NewPoll, now: datetime) -> Poll:
    """Put a poll under a new post.

    Raises:
        PollRefused
    """
    poll.check(now)
    with transaction.atomic():
        created = Poll.objects.create(post=post, question=poll.question, several=poll.several, closes_at=poll.closes_at)
        PollOption.objects.bulk_create(
            PollOption(poll=created, text=text, order=order) for order, text in enumerate(poll.options, start=1)
        )
    return created


def vote(*, poll: Poll, person: User, options: Collection[UUID], now: datetime) -> None:
    """Choose, or choose again, while the poll is open; no option at all takes the vote back.

    `poll.post.thread` is read.

    Raises:
        PollRefused
        community.services.trust.SandboxRefused: the person is paused.
    """
    if not within_limit("vote", str(person.pk), limit=A_MINUTE):
        raise PollRefused("too-often", _("That was many votes in one minute. Wait a moment, then go on."))
    check_not_paused(sight_of(person).standing, now)
    if not poll.several and len(set(options)) > 1:
        raise PollRefused("one-only", _("Choose one answer."))
    with transaction.atomic():
        poll = Poll.objects.select_for_update(of=("self",)).select_related("post__thread").get(pk=poll.pk)
        post = poll.post
        if (poll.closes_at is not None and poll.closes_at <= now) or post.thread.locked_at or not post.is_standing:
            raise PollRefused("closed", _("This poll is closed."))
        chosen = set(poll.options.filter(public_id__in=options).values_list("pk", flat=True))
        if len(chosen) != len(set(options)):
            raise PollRefused("unknown-option", _("This answer is not one of the poll’s."))
        mine = PollVote.objects.filter(option__poll=poll, person=person)
        before = set(mine.values_list("option", flat=True))
        if chosen == before:
            return
        mine.exclude(option__in=chosen).delete()
        PollVote.objects.bulk_create(PollVote(option_id=pk, person=person, at=now) for pk in chosen - before)
        _tell(poll, now)


def close_poll(*, poll: Poll, now: datetime) -> None:
    """Nobody votes any more, and everybody sees the results. `poll.post.thread` is read."""
    with transaction.atomic():
        still_open = Poll.objects.filter(pk=poll.pk).exclude(closes_at__lte=now)
        if still_open.update(closes_at=now):
            poll.closes_at = now
            _tell(poll, now)


def _tell(poll: Poll, now: datetime) -> None:
    """Only that something changed: who has not voted yet must not learn how others did."""
    is_open = poll.closes_at is None or poll.closes_at > now
    push(thread_group(poll.post.thread), {"type": "poll", "id": str(poll.public_id), "open": is_open})
