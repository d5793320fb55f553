"""Human contacts outside appointments, and the notes a coach keeps to herself."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coaching.desk_notices import tell_message
from coaching.enums import ContactChannel
from coaching.models import ContactLog, PrivateNote
from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.programmes.models import Enrolment


class ContactRefused(DomainError):
    """Nothing is written: `another-page`, `note-changed`."""


def send_message(*, enrolment: Enrolment, text: str, key: UUID, actor: User, now: datetime) -> ContactLog:
    """Write to a learner by the ways she chose, and keep it in the assistance trail (D6313-3-1).

    `key` is made with the page: the same page sent twice is one message.

    Raises:
        ContactRefused: the key was made for another message.
    """
    with transaction.atomic():
        row = {"enrolment": enrolment, "author": actor, "channel": ContactChannel.MESSAGE}
        contact, is_new = ContactLog.objects.get_or_create(public_id=key, defaults=row | {"text": text, "at": now})
        if not is_new and (contact.enrolment_id, contact.author_id) != (enrolment.pk, actor.pk):
            raise ContactRefused("another-page", _("This page is too old. Open it again."))
        if is_new:
            tell_message(contact, now=now)
    return contact


def log_contact(*, enrolment: Enrolment, channel: ContactChannel, text: str, actor: User, now: datetime) -> ContactLog:
    """Note a call or a meeting that took place elsewhere."""
    return ContactLog.objects.create(enrolment=enrolment, author=actor, channel=channel, text=text, at=now)


def write_note(
    *, enrolment: Enrolment, text: str, author: User, now: datetime, replaces: PrivateNote | None = None
) -> PrivateNote:
    """Keep a note that its author alone reads; one that replaces another leaves it behind.

    Raises:
        ContactRefused: the note to replace was replaced meanwhile, in another window.
    """
    with transaction.atomic():
        note = PrivateNote.objects.create(enrolment=enrolment, author=author, text=text, written_at=now)
        if replaces is not None:
            own = PrivateNote.objects.filter(pk=replaces.pk, author=author, enrolment=enrolment, replaced_by=None)
            if not own.update(replaced_by=note):
                raise ContactRefused("note-changed", _("This note was changed in another window. Read it again."))
    return note
