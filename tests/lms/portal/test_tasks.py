"""The mail to the help contact: one line in its subject, an answer to the person, the academy's language."""

import pytest
from django.core import mail
from django.utils import translation

from lms.portal.tasks import send_callback
from tests.factories import TrainingProviderFactory

pytestmark = pytest.mark.django_db


def send(**changes: str) -> None:
    words = {"name": "Amina", "phone": "0612345678", "moment": "noon", "question": "", "page": "", "email": ""}
    send_callback.call(**(words | changes))


def test_a_stranger_has_no_reply_address() -> None:
    contact = TrainingProviderFactory()

    send()

    [message] = mail.outbox
    assert message.to == [contact.help_email]
    assert message.reply_to == []


def test_what_she_wrote_is_not_escaped() -> None:
    TrainingProviderFactory()

    send(question="L’heure d’été & <le reste>", email="amina@example.org", page="/learn/")

    [message] = mail.outbox
    assert "L’heure d’été & <le reste>" in message.body
    assert "/learn/" in message.body
    assert message.reply_to == ["amina@example.org"]


def test_it_speaks_the_academy_s_language() -> None:
    TrainingProviderFactory()

    with translation.override("en"):
        send()
    with translation.override("fr"):
        send()

    assert mail.outbox[0].body == mail.outbox[1].body


def test_without_an_address_there_is_nobody_to_write_to() -> None:
    TrainingProviderFactory(help_email="")

    send()

    assert not mail.outbox
