"""No more of these mails: by a page with a button, or by a mail program's one click (RFC 8058)."""

import pytest
from django.test import Client
from django.urls import reverse

from lms.accounts.models import User
from lms.notifications.models import ChannelChoice
from lms.notifications.queries import telling_choices
from lms.notifications.registry import Kind
from lms.notifications.stops import stop_behind, stop_token

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def client() -> Client:
    """A stranger's, as strict about tokens as a browser's."""
    return Client(enforce_csrf_checks=True)


def test_looking_stops_nothing(client: Client, lina: User, calm: Kind) -> None:
    token = stop_token(lina, calm)

    page = client.get(reverse("notifications:stop", args=[token]))
    led = client.get(reverse("notifications:stop-now", args=[token]))

    assert page.status_code == 200
    assert calm.label in page.content.decode()
    assert led["Location"] == reverse("notifications:stop", args=[token])
    assert not ChannelChoice.objects.exists()


def test_the_button_stops_it(client: Client, lina: User, calm: Kind) -> None:
    address = reverse("notifications:stop", args=[stop_token(lina, calm)])
    client.get(address)
    token = client.cookies["csrftoken"].value

    response = client.post(address, {"csrfmiddlewaretoken": token})

    assert response.status_code == 200
    assert ChannelChoice.objects.get().is_on is False
    assert "<form" not in response.content.decode().partition("<main")[2].partition("</main>")[0]


def test_a_mail_program_posts_without_a_page_of_ours(client: Client, lina: User, calm: Kind) -> None:
    response = client.post(reverse("notifications:stop-now", args=[stop_token(lina, calm)]), ONE_CLICK)

    assert response.status_code == 204
    assert ChannelChoice.objects.get().is_on is False


def test_any_other_post_without_a_token_is_refused(client: Client, lina: User, calm: Kind) -> None:
    token = stop_token(lina, calm)

    assert client.post(reverse("notifications:stop-now", args=[token])).status_code == 403
    assert client.post(reverse("notifications:stop", args=[token]), ONE_CLICK).status_code == 403
    assert not ChannelChoice.objects.exists()


def test_the_digest_is_stopped_too(client: Client, lina: User) -> None:
    client.post(reverse("notifications:stop-now", args=[stop_token(lina, None)]), ONE_CLICK)

    assert telling_choices(lina).digest == "off"


def test_what_may_not_be_refused_is_explained(client: Client, lina: User, urgent: Kind) -> None:
    token = stop_token(lina, urgent)

    page = client.get(reverse("notifications:stop", args=[token])).content.decode()
    client.post(reverse("notifications:stop-now", args=[token]), ONE_CLICK)

    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    assert not ChannelChoice.objects.exists()


def test_a_link_that_was_tampered_with_opens_nothing(client: Client, lina: User, calm: Kind) -> None:
    token = stop_token(lina, calm)
    lina.is_active = False
    lina.save()

    for wrong in (token, token[:-1] + ("a" if token[-1] != "a" else "b"), "x", "a:b"):
        assert stop_behind(wrong) is None
        assert client.get(reverse("notifications:stop", args=[wrong])).status_code == 404
        assert client.post(reverse("notifications:stop-now", args=[wrong]), ONE_CLICK).status_code == 404


def test_the_page_speaks_the_language_of_the_mail(client: Client, lina: User, calm: Kind) -> None:
    lina.language = "en"
    lina.save()

    response = client.get(reverse("notifications:stop", args=[stop_token(lina, calm)]))

    assert response["Content-Language"] == "en"
    assert b'<html lang="en"' in response.content
