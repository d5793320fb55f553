"""Queues and mailings in Wagtail's admin: what could not leave, and what is done about it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.notifications.enums import DeliveryState
from lms.notifications.models import Delivery
from tests.factories import DeliveryFactory, UserFactory
from tests.world import client_for

INDEX = reverse("outbox:index")


@pytest.fixture
def client(db: None) -> Client:
    return client_for(UserFactory(is_superuser=True))


def dead(**fields: Any) -> Delivery:
    row: Delivery = DeliveryFactory(
        state=DeliveryState.DEAD, finished_at=timezone.now(), attempts=12, last_error="550 no such person", **fields
    )
    return row


def test_a_dead_letter_says_whose_it_is_and_why(client: Client) -> None:
    letter = dead()
    sent = DeliveryFactory(state=DeliveryState.SENT, finished_at=timezone.now())

    page = client.get(INDEX).content.decode()

    assert letter.recipient.email in page
    assert letter.notification is not None
    assert letter.notification.title in page
    assert "550 no such person" in page
    assert sent.recipient.email not in page


def test_nothing_dead(client: Client) -> None:
    page = client.get(INDEX).content.decode()

    assert reverse("outbox:retry-all") not in page


def test_one_is_sent_again_another_given_up(client: Client, mailoutbox: list[Any]) -> None:
    first, second = dead(), dead()

    client.post(reverse("outbox:retry", args=[first.public_id]))
    client.post(reverse("outbox:forget", args=[second.public_id]))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.attempts) == (DeliveryState.PENDING, 0)
    assert second.state == DeliveryState.SKIPPED


def test_all_of_them_are_sent_again(client: Client) -> None:
    letters = [dead(), dead()]

    client.post(reverse("outbox:retry-all"))

    assert Delivery.objects.pending().count() == len(letters)


def test_a_letter_that_is_not_dead_is_not_there(client: Client) -> None:
    pending = DeliveryFactory()

    assert client.post(reverse("outbox:forget", args=[pending.public_id])).status_code == 404


def test_nobody_else_learns_that_it_exists(db: None) -> None:
    letter = dead()
    editor = client_for(UserFactory())

    for address in (reverse("outbox:retry", args=[letter.public_id]), reverse("outbox:retry-all")):
        editor.post(address)

    letter.refresh_from_db()
    assert letter.state == DeliveryState.DEAD


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_however_many(client: Client, count: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(INDEX)  # Wagtail reads its own settings the first time
    for _ in range(count):
        dead()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(INDEX)

    own = [query for query in queries if "notifications_delivery" in query["sql"]]
    assert len(own) == 3  # counts, how many, the page
