"""Telling somebody: once, in her words, in the transaction of what happened, by the ways she has it."""

from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from pytest_django import Settings

from lms.accounts.models import User
from lms.notifications.enums import Channel, DeliveryState
from lms.notifications.models import ChannelChoice, Delivery, Notification
from lms.notifications.registry import Kind
from lms.notifications.services import Attachment, Message, notify
from tests.factories import PushSubscriptionFactory
from tests.lms.notifications.conftest import NOON, Tell


def channels(notification: Notification | None) -> set[str]:
    assert notification is not None
    return set(notification.deliveries.values_list("channel", flat=True))


def test_a_row_in_the_list_and_one_for_each_way(tell: Tell, lina: User) -> None:
    PushSubscriptionFactory(person=lina)

    notification = tell("one", fields={"lines": ["A line."], "url": "/home/", "action": "See"})

    assert notification == Notification.objects.get(recipient=lina)
    assert (notification.title, notification.lines, notification.url) == ("News one", ["A line."], "/home/")
    assert channels(notification) == {Channel.EMAIL, Channel.PUSH}
    assert set(Delivery.objects.values_list("state", "due_at")) == {(DeliveryState.PENDING, NOON)}


def test_the_same_thing_is_told_once(tell: Tell, lina: User) -> None:
    assert tell("one") is not None
    assert tell("one", title="Said otherwise") is None
    assert Notification.objects.get().title == "News one"
    assert Delivery.objects.count() == 1


def test_two_people_are_told_the_same_thing(tell: Tell, lina: User, django_user_model: Any) -> None:
    other = django_user_model.objects.create_user("otto@example.org")

    assert tell("one") is not None
    assert tell("one", recipient=other) is not None


def test_in_the_language_and_zone_of_who_is_told(calm: Kind, lina: User) -> None:
    lina.language, lina.time_zone = "en", "Indian/Reunion"

    def message() -> Message:
        return Message(title=f"{translation.get_language()}\n{timezone.localtime(NOON):%H:%M}")

    with translation.override("fr"):
        notification = notify(kind=calm, recipient=lina, key="one", message=message, now=NOON)

    assert notification is not None
    assert notification.title == "en 14:00"  # one line: it is a mail's subject too


def test_a_rollback_takes_it_all_back(tell: Tell) -> None:
    with transaction.atomic():
        tell("one")
        transaction.set_rollback(True)

    assert not Notification.objects.exists()
    assert not Delivery.objects.exists()


def test_no_push_without_a_browser_that_asked(tell: Tell) -> None:
    assert channels(tell("one")) == {Channel.EMAIL}


def test_a_way_turned_off_or_on(tell: Tell, lina: User, calm: Kind) -> None:
    PushSubscriptionFactory(person=lina)
    ChannelChoice.objects.create(person=lina, kind=calm.code, channel=Channel.EMAIL, is_on=False)
    assert channels(tell("one")) == {Channel.PUSH}

    quiet = Kind(code="tests.quiet", label="", group="", channels=frozenset())
    assert channels(tell("two", kind=quiet)) == set()
    ChannelChoice.objects.create(person=lina, kind=quiet.code, channel=Channel.EMAIL, is_on=True)
    assert channels(tell("three", kind=quiet)) == {Channel.EMAIL}


def test_a_mail_that_may_not_be_refused(tell: Tell, lina: User, urgent: Kind) -> None:
    PushSubscriptionFactory(person=lina)
    for channel in Channel:
        ChannelChoice.objects.create(person=lina, kind=urgent.code, channel=channel, is_on=False)

    assert channels(tell("one", kind=urgent)) == {Channel.EMAIL}


def test_files_travel_with_the_mail_only(tell: Tell, lina: User) -> None:
    PushSubscriptionFactory(person=lina)

    tell("one", fields={"attachments": [Attachment("a.ics", "text/calendar; method=REQUEST", "BEGIN")]})

    assert Delivery.objects.get(channel=Channel.EMAIL).attachments[0]["content"] == "BEGIN"
    assert Delivery.objects.get(channel=Channel.PUSH).attachments == []


def test_the_outbox_is_woken_once_a_transaction_after_it(
    tell: Tell, django_capture_on_commit_callbacks: Any, mailoutbox: list[Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        for key in ("one", "two", "three"):
            tell(key, now=timezone.now())
        assert mailoutbox == []

    # One enqueue, and one push of the count for each piece of news.
    assert len([call for call in callbacks if getattr(call, "__name__", "") == "enqueue"]) == 1


def test_the_urgent_mail_leaves_with_the_commit(
    tell: Tell, urgent: Kind, django_capture_on_commit_callbacks: Any, mailoutbox: list[Any], settings: Settings
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tell("one", kind=urgent, now=timezone.now())

    assert [mail.subject for mail in mailoutbox] == ["News one"]


def test_telling_costs_the_same_however_much_was_told(tell: Tell, django_assert_num_queries: Any) -> None:
    tell("zero")
    # Told before? her choices, her browsers, the news, the outbox; a savepoint.
    with django_assert_num_queries(7):
        tell("one")
