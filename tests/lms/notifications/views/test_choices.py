"""The page of choices: what it shows, what it keeps, what it refuses."""

from datetime import time, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from lms.accounts.models import User
from lms.notifications.models import PushSubscription
from lms.notifications.queries import choices_of, telling_choices
from lms.notifications.registry import Kind
from tests.factories import PushSubscriptionFactory, UserFactory
from tests.world import client_for

CHOICES = reverse("notifications:choices")
FORM = {"digest": "weekly", "digest_hour": "18", "quiet_from": "22:00", "quiet_until": "06:00", "mails_a_day": "1"}
KEY = "ccq_jiS72VSXvTZ-ahl5xPVEACSda40mEEjKAg-0tRY"


@pytest.fixture
def client(lina: User) -> Client:
    return client_for(lina)


def test_each_kind_has_its_boxes(client: Client, calm: Kind, urgent: Kind) -> None:
    page = client.get(CHOICES).content.decode()

    assert 'name="email-tests.calm"' in page
    assert "push-tests.calm" not in page  # no key: not offered, and said so
    assert "data-push-key" not in page
    kept = page[page.index('name="email-tests.urgent"') :].partition(">")[0]
    assert "disabled" in kept
    assert "checked" in kept


def test_what_is_ticked_is_kept(client: Client, lina: User, calm: Kind, urgent: Kind) -> None:
    response = client.post(CHOICES, FORM)

    assert response.status_code == 302
    choices = telling_choices(lina)
    assert (choices.digest, choices.digest_hour, choices.mails_a_day) == ("weekly", 18, 1)
    assert (choices.quiet_from, choices.quiet_until) == (time(22), time(6))
    chosen = choices_of(lina)
    assert chosen["tests.calm", "email"] is False
    assert ("tests.urgent", "email") not in chosen


def test_no_quiet_hours(client: Client, lina: User) -> None:
    client.post(CHOICES, FORM | {"quiet_from": "", "quiet_until": ""})

    assert telling_choices(lina).quiet_from is None


@pytest.mark.parametrize(
    "wrong",
    [{"quiet_from": ""}, {"quiet_until": "25:00"}, {"mails_a_day": "21"}, {"digest_hour": "24"}, {"digest": "hourly"}],
)
def test_nonsense_changes_nothing_and_is_explained(client: Client, lina: User, wrong: dict[str, str]) -> None:
    response = client.post(CHOICES, FORM | wrong)

    assert response.status_code == 422
    assert b'role="alert"' in response.content
    assert telling_choices(lina).pk is None


def test_with_a_key_this_device_is_offered(client: Client, settings: Settings, calm: Kind) -> None:
    settings.VAPID_PRIVATE_KEY = KEY

    page = client.get(CHOICES).content.decode()

    assert "data-push-key" in page
    assert 'name="push-tests.calm"' in page


# --- Devices ----------------------------------------------------------------------------------------------------------

BROWSER = {
    "endpoint": "https://push.example.org/abc",
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}
ADD = reverse("notifications:device-add")


def test_a_browser_is_remembered_once(client: Client, lina: User, settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = KEY
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

    for _ in range(2):
        assert client.post(ADD, BROWSER, headers={"User-Agent": agent}).status_code == 204

    device = PushSubscription.objects.get(person=lina)
    assert device.endpoint == BROWSER["endpoint"]
    assert "Firefox" in device.device


def test_a_browser_belongs_to_who_asked_last(client: Client, lina: User, settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = KEY
    PushSubscriptionFactory(endpoint=BROWSER["endpoint"])

    client.post(ADD, BROWSER)

    assert PushSubscription.objects.get().person == lina


def test_a_browser_is_told_as_long_as_its_person_is_signed_in(client: Client, lina: User, settings: Settings) -> None:
    """Not after the session ran out; again once she has signed in there, which nobody else can say for her."""
    settings.VAPID_PRIVATE_KEY = KEY
    signed_in = PushSubscription.objects.signed_in
    now = timezone.now()
    for way_in, end in (("device-add", now + timedelta(days=60)), ("device-renew", None)):
        key = client.session.session_key
        UserSession.objects.get_or_create(user=lina, session_key=key, defaults={"ip": "192.0.2.1"})
        assert client.post(reverse(f"notifications:{way_in}"), BROWSER).status_code == 204
        assert signed_in(now).filter(person=lina).exists()
        if end:
            assert not signed_in(end).exists()
            client.logout()
            assert not signed_in(now).exists()
            other = client_for(UserFactory())
            other.post(reverse("notifications:device-renew"), BROWSER)
            assert not signed_in(now).exists()
            client.force_login(lina)
    UserSession.objects.get(session_key=client.session.session_key).end()
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"endpoint": "http://push.example.org/"}, {"endpoint": "ftp://x"}, {"p256dh": "short"}, {"auth": "é" * 22}],
)
def test_what_is_no_subscription_is_refused(client: Client, settings: Settings, wrong: dict[str, str]) -> None:
    settings.VAPID_PRIVATE_KEY = KEY

    assert client.post(ADD, BROWSER | wrong).status_code == 422
    assert not PushSubscription.objects.exists()


def test_without_a_key_nothing_is_remembered(client: Client) -> None:
    assert client.post(ADD, BROWSER).status_code == 422


def test_one_forgets_one_s_own_device_only(client: Client, lina: User) -> None:
    mine, hers = PushSubscriptionFactory(person=lina), PushSubscriptionFactory()

    assert client.post(reverse("notifications:device-forget", args=[mine.public_id])).status_code == 302
    assert client.post(reverse("notifications:device-forget", args=[hers.public_id])).status_code == 404

    assert list(PushSubscription.objects.all()) == [hers]


def test_the_page_takes_the_same_queries_whatever_was_chosen(
    client: Client, lina: User, django_assert_num_queries: Any
) -> None:
    PushSubscriptionFactory.create_batch(3, person=lina)
    # Session, person, her choices, her boxes, her devices, provider, her two kinds of role; no device's own.
    with django_assert_num_queries(8):
        client.get(CHOICES)
