"""Choices hold at once, for what already waits too; nobody else's are touched."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from lms.accounts.models import User
from lms.notifications.enums import Channel, DeliveryState
from lms.notifications.models import ChannelChoice, Delivery, TellingChoices
from lms.notifications.queries import choices_of, telling_choices
from lms.notifications.registry import Kind
from lms.notifications.services import one_click_stop, outbox, save_choices
from tests.factories import UserFactory
from tests.lms.notifications.conftest import NOON, Tell, choose

CHOICES: dict[str, Any] = {
    "digest": "weekly",
    "digest_hour": 18,
    "quiet_from": time(22),
    "quiet_until": time(6),
    "mails_a_day": 1,
}


def test_what_is_chosen_is_kept(lina: User, calm: Kind) -> None:
    channels = {(calm, Channel.EMAIL): False, (calm, Channel.PUSH): True}

    save_choices(actor=lina, choices=CHOICES, channels=channels, now=NOON)

    assert {name: getattr(telling_choices(lina), name) for name in CHOICES} == CHOICES
    assert choices_of(lina) == {(calm.code, "email"): False, (calm.code, "push"): True}


def test_what_waits_follows_the_new_choice(tell: Tell, lina: User, calm: Kind) -> None:
    other = UserFactory()
    tell("mine")
    tell("hers", recipient=other)

    save_choices(actor=lina, choices=CHOICES, channels={(calm, Channel.EMAIL): False}, now=NOON)

    assert Delivery.objects.get(recipient=lina).state == DeliveryState.SKIPPED
    assert Delivery.objects.get(recipient=other).state == DeliveryState.PENDING


def test_a_digest_that_waits_moves_with_its_hour(tell: Tell, lina: User, calm: Kind) -> None:
    choose(lina, mails_a_day=0)
    tell("one")
    outbox.send_due(now=NOON)

    save_choices(actor=lina, choices=CHOICES | {"digest": "daily"}, channels={}, now=NOON)
    assert Delivery.objects.get().due_at == NOON.replace(hour=17)

    save_choices(actor=lina, choices=CHOICES | {"digest": "off"}, channels={}, now=NOON)
    assert Delivery.objects.get().state == DeliveryState.SKIPPED


def test_one_click_stops_one_kind(tell: Tell, lina: User, calm: Kind, urgent: Kind) -> None:
    tell("calm")
    tell("urgent", kind=urgent)

    one_click_stop(person=lina, kind=calm, now=NOON)
    one_click_stop(person=lina, kind=urgent, now=NOON)  # may not be refused

    assert list(ChannelChoice.objects.values_list("kind", "channel", "is_on")) == [(calm.code, "email", False)]
    assert Delivery.objects.get(notification__kind=urgent.code).state == DeliveryState.PENDING
    assert Delivery.objects.get(notification__kind=calm.code).state == DeliveryState.SKIPPED


def test_one_click_stops_the_digest(lina: User) -> None:
    one_click_stop(person=lina, kind=None, now=NOON)

    assert telling_choices(lina).digest == "off"


@pytest.mark.parametrize("wrong", [{"digest_hour": 24}, {"mails_a_day": 21}, {"quiet_from": None}])
def test_the_database_refuses_nonsense(lina: User, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TellingChoices.objects.create(person=lina, **(CHOICES | wrong))


def test_a_finished_row_says_when(tell: Tell) -> None:
    tell("one")
    for wrong in ({"state": DeliveryState.SENT}, {"finished_at": NOON + timedelta(days=1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delivery.objects.update(**wrong)
