"""The digest: what did not fit and is still unread, once a day, or not at all."""

from datetime import timedelta
from typing import Any

import pytest

from lms.accounts.models import User
from lms.notifications.enums import DeliveryState
from lms.notifications.models import Delivery
from lms.notifications.services import mark_all_read, outbox
from lms.notifications.services.digests import write_digests
from tests.lms.notifications.conftest import NOON, Tell, choose

MORNING = NOON.replace(day=11, hour=7)  # 8:00 in Paris


@pytest.fixture
def waiting(tell: Tell, lina: User) -> None:
    """Two pieces of news wait for Lina's digest of tomorrow."""
    choose(lina, mails_a_day=0)
    tell("one")
    tell("two")
    outbox.send_due(now=NOON)


def test_at_its_hour_it_says_what_is_unread(waiting: None, lina: User, mailoutbox: list[Any]) -> None:
    assert write_digests(now=MORNING - timedelta(seconds=1)) == 0
    assert write_digests(now=MORNING) == 1
    assert write_digests(now=MORNING) == 0
    outbox.send_due(now=MORNING)

    [mail] = mailoutbox
    assert mail.subject == "2 nouvelles pour vous" or mail.subject == "2 pieces of news for you"
    assert mail.body.index("News one") < mail.body.index("News two")
    digest = Delivery.objects.get(digest_on__isnull=False)
    assert digest.state == DeliveryState.SENT
    assert set(digest.folded.values_list("state", flat=True)) == {DeliveryState.FOLDED}


def test_nothing_unread_no_digest(waiting: None, lina: User, mailoutbox: list[Any]) -> None:
    mark_all_read(actor=lina, now=NOON)

    assert write_digests(now=MORNING) == 0
    outbox.send_due(now=MORNING)

    assert mailoutbox == []
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SKIPPED}


def test_read_between_the_digest_and_its_mail(waiting: None, lina: User, mailoutbox: list[Any]) -> None:
    write_digests(now=MORNING)
    mark_all_read(actor=lina, now=MORNING)
    outbox.send_due(now=MORNING)

    assert mailoutbox == []
    assert Delivery.objects.get(digest_on__isnull=False).state == DeliveryState.SKIPPED


def test_one_digest_a_day(waiting: None, tell: Tell, lina: User, mailoutbox: list[Any]) -> None:
    write_digests(now=MORNING)
    lina.telling_choices.digest_hour = 18
    lina.telling_choices.save()
    tell("three", now=MORNING)
    outbox.send_due(now=MORNING)
    evening = MORNING + timedelta(hours=10)

    assert write_digests(now=evening) == 0
    assert Delivery.objects.get(state=DeliveryState.DIGEST).due_at == evening + timedelta(days=1)
    assert len(mailoutbox) == 1


def test_a_digest_does_not_use_the_budget_and_goes_out_in_quiet_hours_she_chose_it_for(
    waiting: None, lina: User, mailoutbox: list[Any]
) -> None:
    type(lina.telling_choices).objects.update(digest_hour=23)
    Delivery.objects.update(due_at=NOON.replace(hour=22))
    write_digests(now=NOON.replace(hour=22))
    outbox.send_due(now=NOON.replace(hour=22))

    assert len(mailoutbox) == 1
