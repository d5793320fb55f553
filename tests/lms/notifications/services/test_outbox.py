"""The outbox: who is sent what and when, what a refusal does, what the administrator can do about it."""

import smtplib
import threading
from collections import Counter
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core.mail.backends.locmem import EmailBackend
from pytest_django import Settings

from lms.accounts.models import User
from lms.kit import clock
from lms.notifications.enums import DeliveryState
from lms.notifications.models import Delivery
from lms.notifications.registry import Kind
from lms.notifications.senders import ServerAway
from lms.notifications.services import mark_read, outbox
from lms.notifications.timing import MOST_ATTEMPTS
from tests.factories import DeliveryFactory, UserFactory
from tests.lms.notifications.conftest import NOON, Tell, choose

NIGHT = NOON.replace(hour=22)  # 23:00 in Paris


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_what_is_due_is_sent_once(tell: Tell, mailoutbox: list[Any]) -> None:
    tell("one")

    assert outbox.send_due(now=NOON) == 1
    assert outbox.send_due(now=NOON + timedelta(minutes=1)) == 0

    assert [mail.subject for mail in mailoutbox] == ["News one"]
    assert states() == [DeliveryState.SENT]


def test_what_another_worker_has_in_hand_is_left_to_it_until_its_lease_ends(tell: Tell, mailoutbox: list[Any]) -> None:
    tell("one")
    assert outbox.claim(now=NOON)[0] == 1  # and the worker is killed

    assert outbox.send_due(now=NOON + outbox.LEASE / 2) == 0
    assert outbox.send_due(now=NOON + outbox.LEASE) == 1
    assert len(mailoutbox) == 1


def test_a_budget_is_spent_and_the_rest_waits_for_the_digest(tell: Tell, mailoutbox: list[Any]) -> None:
    for number in range(5):
        tell(f"{number}")

    outbox.send_due(now=NOON)

    assert len(mailoutbox) == 3
    assert states() == [DeliveryState.SENT] * 3 + [DeliveryState.DIGEST] * 2
    due = Delivery.objects.filter(state=DeliveryState.DIGEST).values_list("due_at", flat=True)
    assert set(due) == {datetime(2026, 3, 11, 7, tzinfo=NOON.tzinfo)}  # 8:00 in Paris


def test_a_new_day_has_a_new_budget(tell: Tell, lina: User, mailoutbox: list[Any]) -> None:
    choose(lina, mails_a_day=1, quiet_from=None, quiet_until=None)
    evening = NOON.replace(hour=22, minute=59)  # 23:59 in Paris
    tell("one", now=evening)
    tell("two", now=evening)
    outbox.send_due(now=evening)
    tell("three", now=evening + timedelta(minutes=1))
    outbox.send_due(now=evening + timedelta(minutes=1))

    assert [mail.subject for mail in mailoutbox] == ["News one", "News three"]


def test_urgent_mail_counts_and_is_never_held_back(tell: Tell, lina: User, urgent: Kind, mailoutbox: list[Any]) -> None:
    choose(lina, mails_a_day=1)
    for number in range(3):
        tell(f"{number}", kind=urgent)
    tell("calm")

    outbox.send_due(now=NOON)

    assert len(mailoutbox) == 3
    assert states()[-1] == DeliveryState.DIGEST


def test_without_a_digest_what_does_not_fit_stays_in_the_list(tell: Tell, lina: User, mailoutbox: list[Any]) -> None:
    choose(lina, mails_a_day=0, digest="off")
    tell("one")

    outbox.send_due(now=NOON)

    assert mailoutbox == []
    assert states() == [DeliveryState.SKIPPED]
    assert lina.notifications.unread().count() == 1


def test_quiet_hours_delay_and_do_not_lose(tell: Tell, urgent: Kind, mailoutbox: list[Any]) -> None:
    tell("calm", now=NIGHT)
    tell("urgent", kind=urgent, now=NIGHT)

    outbox.send_due(now=NIGHT)
    assert [mail.subject for mail in mailoutbox] == ["News urgent"]
    outbox.send_due(now=NIGHT + timedelta(hours=8, minutes=29))
    assert len(mailoutbox) == 1
    outbox.send_due(now=NIGHT + timedelta(hours=8, minutes=30))
    assert [mail.subject for mail in mailoutbox] == ["News urgent", "News calm"]


def test_what_was_read_meanwhile_is_not_mailed(tell: Tell, lina: User, mailoutbox: list[Any]) -> None:
    notification = tell("one", now=NIGHT)
    assert notification is not None
    mark_read(notification=notification, actor=lina, now=NIGHT)

    outbox.send_due(now=NIGHT)

    assert mailoutbox == []
    assert states() == [DeliveryState.SKIPPED]


def test_nobody_writes_to_somebody_suspended(tell: Tell, lina: User, urgent: Kind, mailoutbox: list[Any]) -> None:
    tell("one", kind=urgent)
    lina.is_active = False
    lina.save()

    outbox.send_due(now=NOON)

    assert mailoutbox == []
    assert states() == [DeliveryState.SKIPPED]


def test_each_person_has_her_own_zone(tell: Tell, mailoutbox: list[Any]) -> None:
    far = UserFactory(time_zone="Pacific/Noumea")  # 21:00 there at NOON
    tell("far", recipient=far)
    tell("near")

    outbox.send_due(now=NOON)

    assert [mail.subject for mail in mailoutbox] == ["News near"]


# --- Refusals ---------------------------------------------------------------------------------------------------------


class Moody(EmailBackend):
    """A mail server that answers the next messages as it is told."""

    moods: list[Exception | None] = []
    opened = 0

    def open(self) -> bool:
        Moody.opened += 1
        return True

    def send_messages(self, messages: Any) -> int:
        mood = Moody.moods.pop(0) if Moody.moods else None
        if mood is not None:
            raise mood
        return super().send_messages(messages)


@pytest.fixture
def moody(settings: Settings) -> type[Moody]:
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Moody"}}
    Moody.moods, Moody.opened = [], 0
    return Moody


def moody_answers(*moods: Exception | None) -> None:
    Moody.moods = list(moods)


def test_a_refusal_for_now_is_tried_again_later(tell: Tell, moody: type[Moody], mailoutbox: list[Any]) -> None:
    tell("one")
    moody_answers(smtplib.SMTPDataError(451, b"greylisted"))

    assert outbox.send_due(now=NOON) == 0

    letter = Delivery.objects.get()
    assert (letter.state, letter.attempts, letter.last_error) == (DeliveryState.PENDING, 1, "451 greylisted")
    assert timedelta(seconds=48) <= letter.due_at - NOON <= timedelta(seconds=80)
    assert outbox.send_due(now=letter.due_at) == 1
    assert len(mailoutbox) == 1


def test_another_try_does_not_use_the_budget_twice(tell: Tell, lina: User, moody: type[Moody]) -> None:
    choose(lina, mails_a_day=1)
    tell("one")
    moody_answers(smtplib.SMTPDataError(451, b"later"))

    outbox.send_due(now=NOON)

    assert outbox.send_due(now=NOON + timedelta(minutes=2)) == 1


@pytest.mark.parametrize(
    "refusal",
    [
        smtplib.SMTPRecipientsRefused({"lina@example.org": (550, b"no such person")}),
        smtplib.SMTPDataError(554, b"no such person"),
    ],
)
def test_a_refusal_for_good_is_a_dead_letter_at_once(tell: Tell, moody: type[Moody], refusal: Exception) -> None:
    tell("one")
    moody_answers(refusal)

    outbox.send_due(now=NOON)

    letter = Delivery.objects.get()
    assert letter.state == DeliveryState.DEAD
    assert letter.last_error.endswith("no such person")
    assert letter.budget_day is None


def test_it_is_given_up_after_many_tries(tell: Tell, moody: type[Moody]) -> None:
    tell("one")
    now = NOON
    for _ in range(MOST_ATTEMPTS):
        moody_answers(smtplib.SMTPDataError(451, b"later"))
        outbox.send_due(now=now)
        now += timedelta(hours=24)

    letter = Delivery.objects.get()
    assert (letter.state, letter.attempts) == (DeliveryState.DEAD, MOST_ATTEMPTS)


def test_one_that_is_refused_does_not_hold_the_others(tell: Tell, moody: type[Moody], mailoutbox: list[Any]) -> None:
    tell("one")
    tell("two")
    moody_answers(smtplib.SMTPDataError(554, b"no"))

    outbox.send_due(now=NOON)

    assert [mail.subject for mail in mailoutbox] == ["News two"]


def test_a_server_that_hangs_up_is_called_again(tell: Tell, moody: type[Moody], mailoutbox: list[Any]) -> None:
    tell("one")
    tell("two")
    moody_answers(None, smtplib.SMTPServerDisconnected("bye"))

    assert outbox.send_due(now=NOON) == 2

    assert moody.opened == 2
    assert len(mailoutbox) == 2


def test_a_server_that_is_away_is_asked_once(tell: Tell, moody: type[Moody], monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        tell(f"{number}")

    def away(self: Moody) -> bool:
        Moody.opened += 1
        raise ConnectionRefusedError

    monkeypatch.setattr(Moody, "open", away)

    assert outbox.send_due(now=NOON) == 0

    assert moody.opened == 1
    assert set(Delivery.objects.values_list("state", "attempts")) == {(DeliveryState.PENDING, 1)}


def test_a_letter_that_cannot_be_made_does_not_hold_the_others(tell: Tell, mailoutbox: list[Any]) -> None:
    tell("one")
    Delivery.objects.update(attachments=[{"nonsense": True}])
    tell("two")

    outbox.send_due(now=NOON)

    assert [mail.subject for mail in mailoutbox] == ["News two"]
    assert Delivery.objects.filter(state=DeliveryState.PENDING, attempts=1, last_error__contains="nonsense").exists()


def test_one_connection_for_many(tell: Tell, lina: User, urgent: Kind, moody: type[Moody]) -> None:
    for number in range(outbox.BATCH + 5):
        tell(f"{number}", kind=urgent)

    assert outbox.send_due(now=NOON) == outbox.BATCH + 5
    assert moody.opened == 1


def test_several_connections_at_once(
    tell: Tell,
    urgent: Kind,
    moody: type[Moody],
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    mailoutbox: list[Any],
) -> None:
    settings.MAIL_CONNECTIONS = 3
    together = threading.Barrier(3)
    send = Moody.send_messages

    def send_together(self: Moody, messages: Any) -> int:
        together.wait(timeout=10)
        if messages[0].subject == "News 4":
            raise smtplib.SMTPDataError(554, b"no such person")
        return send(self, messages)

    monkeypatch.setattr(Moody, "send_messages", send_together)
    for number in range(9):
        tell(f"{number}", kind=urgent)

    assert outbox.send_due(now=NOON) == 8

    assert moody.opened == 3
    assert {mail.subject for mail in mailoutbox} == {f"News {number}" for number in range(9)} - {"News 4"}
    assert Delivery.objects.get(state=DeliveryState.DEAD, notification__title="News 4")


def test_what_is_under_way_when_the_server_goes_is_tried_again(
    tell: Tell, urgent: Kind, moody: type[Moody], settings: Settings, mailoutbox: list[Any]
) -> None:
    settings.MAIL_CONNECTIONS = 3
    for number in range(9):
        tell(f"{number}", kind=urgent)
    moody_answers(None, *[ServerAway("gone")] * 8)

    assert outbox.send_due(now=NOON) == 1

    ended = Counter(Delivery.objects.values_list("state", "attempts", "claimed_until"))
    assert ended == {(DeliveryState.SENT, 1, None): 1, (DeliveryState.PENDING, 1, None): 8}
    assert len(mailoutbox) == 1


# --- Dead letters -----------------------------------------------------------------------------------------------------


def test_a_dead_letter_is_sent_again_or_given_up(db: None, mailoutbox: list[Any]) -> None:
    first, second = (DeliveryFactory(state=DeliveryState.DEAD, finished_at=NOON, attempts=12) for _ in range(2))
    sent = DeliveryFactory(state=DeliveryState.SENT, finished_at=NOON)

    assert outbox.retry(delivery=first, now=NOON) == 1
    assert outbox.forget(delivery=second, now=NOON) == 1
    assert outbox.retry(delivery=sent, now=NOON) == 0
    outbox.send_due(now=NOON)

    assert [mail.to for mail in mailoutbox] == [[first.recipient.email]]
    assert states() == [DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.SENT]


def test_what_is_long_done_is_forgotten_and_dead_letters_are_not(db: None) -> None:
    old, new = NOON - outbox.KEPT - timedelta(seconds=1), NOON - outbox.KEPT + timedelta(seconds=1)
    for state in (DeliveryState.SENT, DeliveryState.FOLDED, DeliveryState.SKIPPED, DeliveryState.DEAD):
        DeliveryFactory(state=state, finished_at=old)
        DeliveryFactory(state=state, finished_at=new)

    assert outbox.prune(now=NOON) == 3
    assert Delivery.objects.filter(finished_at=old).get().state == DeliveryState.DEAD


def test_quiet_hours_of_no_length_are_none(tell: Tell, lina: User, mailoutbox: list[Any]) -> None:
    choose(lina, quiet_from=time(8), quiet_until=time(8))
    tell("one", now=NIGHT)

    assert outbox.send_due(now=NIGHT) == 1


def test_sorting_out_costs_the_same_for_one_person_and_for_many(tell: Tell, django_assert_num_queries: Any) -> None:
    tell("one")
    tell("two", recipient=UserFactory())
    tell("three", recipient=UserFactory())
    # Anything due? savepoint, claim, people, choices, budgets, written back, savepoint.
    with django_assert_num_queries(8):
        assert outbox.claim(now=NOON)[0] == 3


def test_what_the_web_could_not_announce_leaves_with_the_next_minute(tell: Tell, mailoutbox: list[Any]) -> None:
    """The transaction was committed, and the process died before it woke the outbox."""
    tell("one")

    for sweep in clock._sweeps:
        if sweep.__module__.startswith("lms.notifications."):
            sweep(now=NOON)

    assert [mail.subject for mail in mailoutbox] == ["News one"]
