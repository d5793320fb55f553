"""Private messages: two people, and nobody else but the moderator to whom one of them reports a message."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.enums import FlagReason
from community.formats.prose import Prose, read
from community.live import person_group
from community.models import Block, Conversation, Flag, PrivateMessage, Profile
from community.moderation_notices import tell_flagged
from community.people_notices import tell_private
from community.queries.messages import other_of, read_by
from community.queries.offers import open_offers
from community.services import trust
from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.live import push
from lms.kit.sanitize import to_text

LONGEST_MESSAGE = 4_000
"""Characters of Markdown."""


class MessageRefused(DomainError):
    """Nothing was sent: `empty`, `too-long`, `oneself`, `you-blocked`, `not-taken`, `sent-already`."""


def send_private(*, author: User, person: User, source: str, key: UUID, now: datetime) -> PrivateMessage:
    """Write to `person`. `key` is the message's public id, made by the page: the same key again returns the same one.

    Whoever is blocked reads the same words as for somebody who takes no messages: only who blocked knows. A message
    that looks like spam waits, hidden, for a moderator.

    Raises:
        MessageRefused
        community.services.trust.SandboxRefused: `paused`, `sandbox`.
    """
    prose = _prose(source)
    if author.pk == person.pk:
        raise MessageRefused("oneself", _("You cannot write to yourself."))
    with transaction.atomic():
        trust.standing_of(author, now)  # locked: the same page sent twice at once counts once
        if sent := PrivateMessage.objects.filter(public_id=key, author=author).first():
            return sent
        _check_taken(author, person, now)
        trust.check_may_write_to(author, person, prose, now)
        conversation = _locked_between(author, person, now)
        return _write(conversation, author, source, prose, key, now)


def mark_read(*, conversation: Conversation, person: User, until: int) -> None:
    """She has read up to this number; never back, and never past the last."""
    with transaction.atomic():
        kept = Conversation.objects.select_for_update().get(pk=conversation.pk)
        side = _side(kept, person)
        until = min(until, kept.last_number)
        if until > getattr(kept, side):
            setattr(kept, side, until)
            kept.save(update_fields=[side])
            push(person_group(person), {"type": "private-read", "conversation": str(kept.public_id)})


def _write(
    conversation: Conversation, author: User, source: str, prose: Prose, key: UUID, now: datetime
) -> PrivateMessage:
    is_held = trust.spam_points(author, prose, now) >= trust.HELD_AT
    person = other_of(conversation, author)
    read_until = read_by(conversation, person)
    conversation.last_number += 1
    if not is_held:
        conversation.last_at = now
    setattr(conversation, _side(conversation, author), conversation.last_number)
    try:
        with transaction.atomic():
            message = PrivateMessage.objects.create(
                public_id=key,
                conversation=conversation,
                number=conversation.last_number,
                author=author,
                source=source,
                html=prose.html,
                sent_at=now,
                hidden_at=now if is_held else None,
            )
    except IntegrityError as error:
        raise MessageRefused("sent-already", _("This message was sent already. Reload the page.")) from error
    if is_held and read_until == conversation.last_number - 1:
        setattr(conversation, _side(conversation, person), conversation.last_number)  # nothing new for her yet
    conversation.save(update_fields=["last_number", "last_at", "first_read", "second_read"])
    if is_held:
        tell_flagged(Flag.objects.create(message=message, flagger=None, reason=FlagReason.SPAM, at=now), now=now)
        return message
    _tell(message, person, read_until, now)
    return message


def deliver_held(message: PrivateMessage, now: datetime) -> None:
    """A moderator has kept what looked like spam: it is new to whom it was written, who is told only now."""
    with transaction.atomic():
        rows = Conversation.objects.select_for_update(of=("self",)).select_related("first", "second")
        conversation = message.conversation = rows.get(pk=message.conversation_id)
        person = other_of(conversation, message.author)
        read_until = min(read_by(conversation, person), message.number - 1)
        setattr(conversation, _side(conversation, person), read_until)
        conversation.last_at = now
        conversation.save(update_fields=[_side(conversation, person), "last_at"])
        _tell(message, person, read_until, now)


def _tell(message: PrivateMessage, person: User, read_until: int, now: datetime) -> None:
    tell_private(message, to=person, read_until=read_until, now=now)
    for one in (message.author, person):
        push(person_group(one), {"type": "private", "conversation": str(message.conversation.public_id)})


def _prose(source: str) -> Prose:
    if (over := len(source) - LONGEST_MESSAGE) > 0:
        raise MessageRefused(
            "too-long",
            ngettext(
                "Your message is %(count)d character too long. Shorten it, or send it as two messages.",
                "Your message is %(count)d characters too long. Shorten it, or send it as two messages.",
                over,
            )
            % {"count": over},
        )
    prose = read(source)
    if not to_text(prose.html):
        raise MessageRefused("empty", _("Your message is empty. Write a few words, then send it."))
    return prose


def _check_taken(author: User, person: User, now: datetime) -> None:
    """Whoever wrote to somebody, or offers something, takes the answer, even if she takes no other message."""
    name = person.get_short_name()
    blocks = set(
        Block.objects.filter(Q(person=author, blocked=person) | Q(person=person, blocked=author)).values_list(
            "person_id", flat=True
        )
    )
    if author.pk in blocks:
        raise MessageRefused("you-blocked", _("You have blocked %(name)s. Unblock first, then write.") % {"name": name})
    profile = Profile.objects.filter(person=person).first()
    has_written = PrivateMessage.objects.filter(
        Q(conversation__first=author) | Q(conversation__second=author), author=person
    ).exists()
    is_asked = open_offers(timezone.localdate(now)).filter(author=person).exists()  # an offer is answered here
    takes = profile is None or profile.takes_messages or has_written or is_asked
    if person.pk in blocks or not takes:
        raise MessageRefused("not-taken", _("%(name)s takes no messages at the moment.") % {"name": name})


def _locked_between(one: User, other: User, now: datetime) -> Conversation:
    first, second = sorted((one, other), key=lambda person: person.pk)
    Conversation.objects.get_or_create(first=first, second=second, defaults={"last_at": now})
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("first", "second")
    return rows.get(first=first, second=second)


def _side(conversation: Conversation, person: User) -> str:
    return "first_read" if conversation.first_id == person.pk else "second_read"
