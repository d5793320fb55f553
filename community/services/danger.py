"""Somebody may be in danger: an alert that one moderator takes, and closes with what was done."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.enums import Action, FlagReason
from community.models import DangerAlert, Decision, Flag, Post, PrivateMessage
from community.moderation_notices import tell_alert, tell_helped
from lms.accounts.models import User
from lms.kit.errors import DomainError


class DangerRefused(DomainError):
    """The alert stays as it is: `taken` by somebody else, `closed`, `no-words`."""


def raise_alert(*, thing: Post | PrivateMessage, raised_by: User, now: datetime) -> DangerAlert:
    """Wake the moderators about the author of a message; while her alert is open, another one adds nothing."""
    with transaction.atomic():
        known = DangerAlert.objects.filter(person=thing.author_id, closed_at=None).first()
        if known is not None:
            return known
        alert = DangerAlert.objects.create(
            post=thing if isinstance(thing, Post) else None,
            message=thing if isinstance(thing, PrivateMessage) else None,
            person=thing.author,
            raised_by=raised_by,
            raised_at=now,
        )
        tell_alert(alert, now=now)
    return alert


def take_alert(*, alert: DangerAlert, actor: User, now: datetime) -> DangerAlert:
    """“I am on it”: the others see who.

    Raises:
        DangerRefused: `taken`, `closed`.
    """
    with transaction.atomic():
        fresh = DangerAlert.objects.select_for_update().get(pk=alert.pk)
        if fresh.closed_at is not None:
            raise DangerRefused("closed", _("This alert is closed."))
        if fresh.taken_by_id not in (None, actor.pk):
            raise DangerRefused("taken", _("Another moderator is on it already."))
        if fresh.taken_by_id is None:
            fresh.taken_by, fresh.taken_at = actor, now
            fresh.save(update_fields=["taken_by", "taken_at"])
    return fresh


def close_alert(*, alert: DangerAlert, done: str, actor: User, now: datetime) -> DangerAlert:
    """Write down what was done, and close. Whoever closes has taken it.

    Raises:
        DangerRefused: `closed` already, `no-words`.
    """
    if not done.strip():
        raise DangerRefused("no-words", _("Say what was done: who was called, when, what was agreed."))
    with transaction.atomic():
        fresh = DangerAlert.objects.select_for_update().get(pk=alert.pk)
        if fresh.closed_at is not None:
            raise DangerRefused("closed", _("This alert is closed."))
        if fresh.taken_by_id is None:
            fresh.taken_by, fresh.taken_at = actor, now
        fresh.closed_at, fresh.done = now, done
        fresh.save(update_fields=["taken_by", "taken_at", "closed_at", "done"])
        _close_flags(fresh, actor, now)
    return fresh


def _close_flags(alert: DangerAlert, actor: User, now: datetime) -> None:
    """Nothing about danger is left in the queue: her words stay, which the journal says without a word to her."""
    about = Q(post__author=alert.person_id) | Q(message__author=alert.person_id)
    flags = Flag.objects.filter(about, reason=FlagReason.DANGER, decision=None).select_related("flagger")
    waiting = list(flags)
    for post, message in dict.fromkeys((flag.post_id, flag.message_id) for flag in waiting):
        decision = Decision.objects.create(
            post_id=post,
            message_about_id=message,
            person_id=alert.person_id,
            moderator=actor,
            action=Action.KEEP,
            at=now,
        )
        mine = [flag.pk for flag in waiting if (flag.post_id, flag.message_id) == (post, message)]
        Flag.objects.filter(pk__in=mine).update(decision=decision)
    tell_helped(waiting, now=now)
