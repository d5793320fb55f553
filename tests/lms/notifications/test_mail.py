"""What a mail says, in both languages, as text and as HTML; what programs read in its headers."""

from email import policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail as django_mail
from pytest_django import Settings

from lms.accounts.models import User
from lms.notifications.enums import Channel
from lms.notifications.models import Delivery
from lms.notifications.registry import Kind
from lms.notifications.services import Attachment, outbox
from lms.notifications.stops import stop_behind
from tests.factories import TrainingProviderFactory
from tests.lms.notifications.conftest import NOON, Tell, choose

FIELDS = {
    "lines": ["Mardi à 9 h : <b>salle 2</b> & café.", "Deuxième ligne."],
    "url": "/home/",
    "action": "Voir le rendez-vous",
}


@pytest.fixture(autouse=True)
def _house(settings: Settings, db: None) -> None:
    settings.SITE_URL = "https://academie.example.org"
    TrainingProviderFactory(help_name="Aïcha", help_phone="01 02 03 04 05", help_email="aide@example.org")


def sent(now: Any = NOON) -> Any:
    outbox.send_due(now=now)
    return django_mail.outbox[-1]


def html_of(mail: Any) -> str:
    [alternative] = mail.alternatives
    assert alternative.mimetype == "text/html"
    return str(alternative.content)


@pytest.mark.parametrize(
    ("language", "why"), [("fr", "An answer is there"), ("en", "You chose to be told by e-mail: “An answer is there”")]
)
def test_both_halves_say_the_same(tell: Tell, lina: User, language: str, why: str) -> None:
    lina.language = language
    lina.save()
    tell("one", title="Rendez-vous déplacé", fields=FIELDS)

    mail = sent()

    html = html_of(mail)
    assert mail.subject == "Rendez-vous déplacé"
    assert mail.to == ["lina@example.org"]
    assert mail.reply_to == ["aide@example.org"]
    assert f'<html lang="{language}">' in html
    for part in (mail.body, html):
        assert "Deuxième ligne." in part
        assert "https://academie.example.org/home/" in part
        assert "Voir le rendez-vous" in part
        assert why in part
        assert "https://academie.example.org/notifications/choices/" in part
        assert "Aïcha" in part
        assert "01 02 03 04 05" in part
    assert "<b>salle 2</b>" in mail.body
    assert "&lt;b&gt;salle 2&lt;/b&gt;" in html


def test_the_html_carries_its_own_looks(tell: Tell) -> None:
    tell("one", fields=FIELDS)

    html = html_of(sent())

    assert "<link" not in html
    assert "<img" not in html  # nothing tells us that it was opened
    assert 'class="button"' in html
    assert html.count('class="button"') == 1
    assert "background: #0B5D57" in html.replace("background:#0B5D57", "background: #0B5D57")
    assert "prefers-color-scheme: dark" in html
    assert html.index('class="preheader"') < html.index("<h1")


def test_programs_find_the_way_out(tell: Tell, lina: User, calm: Kind) -> None:
    tell("one", fields=FIELDS)

    mail = sent()

    letter = Delivery.objects.get()
    headers = mail.extra_headers
    assert headers["Message-ID"] == f"<{letter.public_id}@academie.example.org>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>")
    assert address.startswith("https://academie.example.org/notifications/stop/")
    assert address.endswith("/now/")
    stop = stop_behind(address.split("/")[-3])
    assert stop is not None
    assert (stop.person, stop.kind) == (lina, calm)
    assert address.removesuffix("now/") in mail.body
    # As it travels: in one piece, not encoded, however long the link.
    assert f"\r\nList-Unsubscribe: <{address}>\r\n".encode() in mail.message(policy=policy.SMTP).as_bytes()


def test_a_mail_that_is_part_of_the_training_says_so(tell: Tell, urgent: Kind) -> None:
    tell("one", kind=urgent, fields=FIELDS)

    mail = sent()

    assert "List-Unsubscribe" not in mail.extra_headers
    assert "/notifications/stop/" not in mail.body


def test_an_invitation_keeps_its_method_and_its_lines(tell: Tell, urgent: Kind) -> None:
    ics = "BEGIN:VCALENDAR\r\nSUMMARY:Été\r\nEND:VCALENDAR\r\n"
    file = Attachment("invitation.ics", "text/calendar; method=REQUEST; charset=utf-8", ics)
    tell("one", kind=urgent, fields={**FIELDS, "attachments": [file]})

    message: EmailMessage = sent().message()

    [part] = message.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part["Content-Type"].params["method"] == "REQUEST"
    assert part["Content-Type"].params["charset"] == "utf-8"
    assert part.get_filename() == "invitation.ics"
    assert part.get_content().splitlines() == ics.splitlines()


def test_the_digest_lists_each_piece_with_its_way(tell: Tell, lina: User) -> None:
    from lms.notifications.services.digests import write_digests

    choose(lina, mails_a_day=0)
    tell("one", fields=FIELDS)
    tell("two", fields={"lines": ["a", "b", "not in a digest"]})
    outbox.send_due(now=NOON)
    morning = NOON.replace(day=11, hour=7)
    write_digests(now=morning)

    mail = sent(morning)

    html = html_of(mail)
    for part in (mail.body, html):
        assert "News one" in part
        assert "News two" in part
        assert "https://academie.example.org/home/" in part
        assert "not in a digest" not in part
    stop = stop_behind(mail.extra_headers["List-Unsubscribe"].split("/")[-3])
    assert stop is not None
    assert stop.kind is None


def test_without_a_word_of_its_own_the_button_leads_to_the_list(tell: Tell) -> None:
    tell("one")

    mail = sent()

    assert "https://academie.example.org/notifications/\n" in mail.body
    assert Delivery.objects.get().channel == Channel.EMAIL
