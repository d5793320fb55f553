"""What a person wants to be told, by what way and when; every choice holds from the next minute on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lms.accounts.models import User
from lms.notifications.enums import Channel, DeliveryState, DigestFrequency
from lms.notifications.models import ChannelChoice, Delivery, TellingChoices
from lms.notifications.queries import telling_choices
from lms.notifications.registry import Kind
from lms.notifications.timing import next_digest

# What a person decides about herself; nothing else can be written by `save_choices`.
CHOICES = ("digest", "digest_hour", "quiet_from", "quiet_until", "mails_a_day")


@transaction.atomic
def save_choices(
    *, actor: User, choices: Mapping[str, Any], channels: Mapping[tuple[Kind, Channel], bool], now: datetime
) -> None:
    """Keep what `actor` chose for herself: the hours and numbers named in CHOICES, and each kind by channel.

    A kind whose mail may not be refused keeps it. What was turned off and has not left yet does not leave.
    """
    held = telling_choices(actor)
    for name in CHOICES:
        setattr(held, name, choices[name])
    held.save()
    for (kind, channel), is_on in channels.items():
        _choose(actor, kind, channel, is_on=is_on, now=now)
    _plan_digest_again(actor, held, now)


@transaction.atomic
def one_click_stop(*, person: User, kind: Kind | None, now: datetime) -> None:
    """No mail any more about `kind`, or no digest any more (None): the link at the foot of every mail."""
    if kind is None:
        held = telling_choices(person)
        held.digest = DigestFrequency.OFF
        held.save()
        _plan_digest_again(person, held, now)
    elif kind.may_be_refused:
        _choose(person, kind, Channel.EMAIL, is_on=False, now=now)


def _choose(person: User, kind: Kind, channel: Channel, *, is_on: bool, now: datetime) -> None:
    ChannelChoice.objects.update_or_create(person=person, kind=kind.code, channel=channel, defaults={"is_on": is_on})
    if not is_on and not (channel == Channel.EMAIL and not kind.may_be_refused):
        waiting = Delivery.objects.filter(
            recipient=person,
            notification__kind=kind.code,
            channel=channel,
            state__in=[DeliveryState.PENDING, DeliveryState.DIGEST],
        )
        waiting.update(state=DeliveryState.SKIPPED, finished_at=now)


def _plan_digest_again(person: User, choices: TellingChoices, now: datetime) -> None:
    waiting = Delivery.objects.filter(recipient=person, state=DeliveryState.DIGEST)
    due_at = next_digest(choices, person.time_zone, now)
    if due_at is None:
        waiting.update(state=DeliveryState.SKIPPED, finished_at=now)
    else:
        waiting.update(due_at=due_at)
