"""The invitation message: in the person's language, for an open invitation only, whatever the key it was made with."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from lms.accounts import services
from lms.accounts.models import Invitation, User
from lms.accounts.tasks import send_invitation_mail


@pytest.fixture
def invitation(newcomer: User) -> tuple[Invitation, str]:
    return services.invite(user=newcomer, actor=None, now=timezone.now())


@pytest.mark.parametrize(("language", "subject"), [("fr", "L’Académie"), ("en", "Your invitation to L’Académie")])
def test_it_speaks_the_language_of_the_person(
    newcomer: User, invitation: tuple[Invitation, str], language: str, subject: str
) -> None:
    User.objects.filter(pk=newcomer.pk).update(language=language)

    send_invitation_mail.call(str(invitation[0].public_id))

    [message] = mail.outbox
    assert subject in message.subject
    assert invitation[1] in message.body
    assert "&" not in message.body


@pytest.mark.parametrize("field", ["accepted_at", "revoked_at", "expires_at"])
def test_it_says_nothing_once_the_link_is_useless(invitation: tuple[Invitation, str], field: str) -> None:
    Invitation.objects.update(**{field: timezone.now() - timedelta(minutes=1)})

    send_invitation_mail.call(str(invitation[0].public_id))

    assert mail.outbox == []


@pytest.mark.parametrize(("kept", "sent"), [(True, 1), (False, 0)])
def test_a_new_key_finds_the_token_of_an_old_one_if_it_is_kept(
    invitation: tuple[Invitation, str], settings: Settings, kept: bool, sent: int
) -> None:
    row, token = invitation
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if kept else []
    settings.SECRET_KEY = "another key, since this morning"

    send_invitation_mail.call(str(row.public_id))

    assert len(mail.outbox) == sent
    assert all(token in message.body for message in mail.outbox)
