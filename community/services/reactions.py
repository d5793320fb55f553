"""Words under a post."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from community.enums import ReactionKind
from community.live import thread_group
from community.models import Post, Reaction
from community.queries.extras import reaction_counts
from community.queries.sight import sight_of
from community.services.trust import check_not_paused, note_thanks
from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.live import push
from lms.kit.throttle import within_limit

A_MINUTE = 30
"""Reactions of one person: nobody reads faster."""


class ReactionRefused(DomainError):
    """Nothing changed: `own`, `gone`, `locked`, `too-often`."""


def react(*, post: Post, person: User, kind: str, on: bool, now: datetime) -> None:
    """Say a word under somebody else's post, or take it back; the second time changes nothing.

    `post.thread` is read. A thanks counts for its author, as long as it stands.

    Raises:
        ReactionRefused
        community.services.trust.SandboxRefused: the person is paused.
    """
    _check(post, person)
    check_not_paused(sight_of(person).standing, now)
    with transaction.atomic():
        if on:
            _row, changed = Reaction.objects.get_or_create(post=post, person=person, kind=kind, defaults={"at": now})
        else:
            deleted, _rows = Reaction.objects.filter(post=post, person=person, kind=kind).delete()
            changed = bool(deleted)
        if not changed:
            return
        if kind == ReactionKind.THANKS:
            note_thanks(post.author, now, 1 if on else -1)
        tell_counts(post)


def tell_counts(post: Post) -> None:
    """The open pages of its thread show the new numbers: all of them, so that hearing it twice changes nothing."""
    counts = reaction_counts([post.pk])[post.pk]
    push(thread_group(post.thread), {"type": "counts", "id": str(post.public_id), "counts": counts})


def _check(post: Post, person: User) -> None:
    if post.author_id == person.pk:
        raise ReactionRefused("own", _("This message is yours: reactions are for others’ messages."))
    if not post.is_standing:
        raise ReactionRefused("gone", _("This message is not there any more."))
    if post.thread.locked_at is not None:
        raise ReactionRefused("locked", _("This thread is locked: it can be read, nothing changes any more."))
    if not within_limit("reaction", str(person.pk), limit=A_MINUTE):
        raise ReactionRefused("too-often", _("That was many reactions in one minute. Wait a moment, then go on."))
