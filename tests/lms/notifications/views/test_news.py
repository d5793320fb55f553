"""The list of news, and the number in the frame of every page."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import User
from lms.notifications.views.news import PER_PAGE
from tests.factories import NotificationFactory, UserFactory
from tests.world import client_for

LIST = reverse("notifications:list")


@pytest.fixture
def client(lina: User) -> Client:
    return client_for(lina)


def texts(response: Any) -> str:
    return str(response.content.decode())


def test_unread_first_then_the_newest(client: Client, lina: User) -> None:
    now = timezone.now()
    NotificationFactory(recipient=lina, title="old unread", created_at=now - timedelta(days=3))
    NotificationFactory(recipient=lina, title="new read", created_at=now, read_at=now)
    NotificationFactory(recipient=lina, title="new unread", created_at=now)
    NotificationFactory(title="somebody else’s")

    page = texts(client.get(LIST))

    assert page.index("new unread") < page.index("old unread") < page.index("new read")
    assert "somebody else’s" not in page


def test_looking_marks_nothing_opening_does(client: Client, lina: User) -> None:
    news = NotificationFactory(recipient=lina, url="/accounts/")
    client.get(LIST)
    assert lina.notifications.unread().count() == 1

    response = client.post(reverse("notifications:read", args=[news.public_id]), {"open": "1"})

    assert response["Location"] == "/accounts/"
    assert lina.notifications.unread().count() == 0


def test_marked_as_read_without_opening(client: Client, lina: User) -> None:
    news = NotificationFactory(recipient=lina)

    assert client.post(reverse("notifications:read", args=[news.public_id]))["Location"] == LIST
    first = lina.notifications.get().read_at
    client.post(reverse("notifications:read", args=[news.public_id]))

    assert lina.notifications.get().read_at == first


def test_somebody_else_s_news_answers_like_nobody_s(client: Client) -> None:
    hers = NotificationFactory()

    response = client.post(reverse("notifications:read", args=[hers.public_id]), {"open": "1"})

    assert response.status_code == 404
    hers.refresh_from_db()
    assert hers.read_at is None


def test_everything_at_once_but_not_what_comes_later(client: Client, lina: User) -> None:
    NotificationFactory.create_batch(3, recipient=lina)
    NotificationFactory(recipient=lina, created_at=timezone.now() + timedelta(minutes=1))
    other = NotificationFactory()

    client.post(reverse("notifications:read-all"))

    assert lina.notifications.unread().count() == 1
    other.refresh_from_db()
    assert other.read_at is None


def test_the_number_is_on_every_page_and_costs_no_query(client: Client, lina: User) -> None:
    account = reverse("accounts:preferences")
    assert 'class="bell-count" hidden' in texts(client.get(account))
    NotificationFactory.create_batch(2, recipient=lina)
    NotificationFactory(recipient=lina, read_at=timezone.now())
    NotificationFactory(recipient=UserFactory())

    with CaptureQueriesContext(connection) as queries:
        page = texts(client.get(account))

    # It comes with the person herself, in the query that loads her.
    [counting] = [query["sql"] for query in queries if "notifications_" in query["sql"]]
    assert 'FROM "accounts_user"' in counting
    assert "<b>2</b>" in page


@pytest.mark.parametrize("count", [1, PER_PAGE + 1])
def test_the_list_takes_the_same_queries_however_long(
    client: Client, lina: User, count: int, django_assert_num_queries: Any
) -> None:
    NotificationFactory.create_batch(count, recipient=lina)

    # Session, person with her number, provider, her two kinds of role, count, page.
    with django_assert_num_queries(8):
        page = texts(client.get(LIST))

    assert ("?page=2" in page) == (count > PER_PAGE)


def test_an_empty_list_says_what_will_be_there(client: Client) -> None:
    assert 'class="empty"' in texts(client.get(LIST))


def test_an_address_that_is_not_ours_is_never_followed(client: Client, lina: User) -> None:
    news = NotificationFactory(recipient=lina, url="")

    assert client.post(reverse("notifications:read", args=[news.public_id]), {"open": "1"})["Location"] == LIST
