"""The chat of a room and of its groups: said, corrected, taken back, pinned."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.kit.live import push
from seminars.enums import RoomRole
from seminars.live import group_group, room_group
from seminars.models import BreakoutRoom, ChatMessage, LiveSession
from seminars.queries.room import message_event
from seminars.rules import can_moderate

from .held import RoomRefusal, hold_open, note_change, unknown

EDITED_WITHIN = timedelta(minutes=15)
MOST_PINNED = 3


def say(
    *,
    session: LiveSession,
    actor: User,
    role: RoomRole,
    text: str,
    key: UUID,
    breakout: BreakoutRoom | None = None,
    reply_to: UUID | None = None,
    now: datetime,
) -> ChatMessage:
    """Add a line, to the room or to a group. `key` is made by the browser: the same one again is said once.

    Raises:
        RoomRefusal: the room is not open; its chat is paused (`paused`); the key is taken (`key-taken`); the line
            answered is not in the same place (`unknown`).
    """
    with transaction.atomic():
        held = hold_open(session)
        said = ChatMessage.objects.filter(public_id=key).first()
        if said is not None and (said.session_id, said.author_id) == (held.pk, actor.pk):
            return said
        if said is not None:
            raise RoomRefusal("key-taken", _("This message could not be sent. Write it again."))
        if held.chat_paused_at is not None and not can_moderate(role):
            raise RoomRefusal("paused", _("The chat is paused by those who run the session. Your words are kept."))
        answered = _line(held, reply_to, breakout) if reply_to else None
        last = ChatMessage.objects.filter(session=held).aggregate(last=Max("seq"))["last"] or 0
        message = ChatMessage.objects.create(
            public_id=key,
            session=held,
            breakout=breakout,
            seq=last + 1,
            author=actor,
            text=text.strip(),
            reply_to=answered,
            at=now,
        )
        _tell(message)
    return message


def edit(*, session: LiveSession, message: UUID, text: str, actor: User, now: datetime) -> ChatMessage:
    """Correct one's own line, within a quarter of an hour; everybody sees that it was corrected.

    Raises:
        RoomRefusal: no such line (`unknown`), somebody else's (`not-yours`), said too long ago (`too-late`).
    """
    with transaction.atomic():
        line = _line(hold_open(session), message)
        if line.author_id != actor.pk:
            raise RoomRefusal("not-yours", _("Only the person who wrote a message corrects it."))
        if now - line.at > EDITED_WITHIN:
            raise RoomRefusal("too-late", _("A message is corrected within 15 minutes. Write another one."))
        line.text, line.edited_at = text.strip(), now
        line.save(update_fields=["text", "edited_at"])
        _tell(line)
    return line


def delete(*, session: LiveSession, message: UUID, actor: User, role: RoomRole, now: datetime) -> ChatMessage:
    """Take a line back: one's own, or anybody's for those who run the session, which the journal says.

    Raises:
        RoomRefusal: no such line (`unknown`), somebody else's (`not-yours`).
    """
    with transaction.atomic():
        held = hold_open(session)
        line = _line(held, message)
        if line.author_id != actor.pk and not can_moderate(role):
            raise RoomRefusal("not-yours", _("Only the person who wrote a message takes it back."))
        line.deleted_at, line.deleted_by, line.pinned_at = now, actor, None
        line.save(update_fields=["deleted_at", "deleted_by", "pinned_at"])
        if line.author_id != actor.pk:
            note_change(held, "message-deleted", actor=actor, about=line.author, now=now, message=str(line.public_id))
        _tell(line)
    return line


def pin(*, session: LiveSession, message: UUID, pinned: bool, actor: User, now: datetime) -> ChatMessage:
    """Keep a line of the main chat in sight, or no longer.

    Raises:
        RoomRefusal: no such line (`unknown`); three are pinned already (`too-many`).
    """
    with transaction.atomic():
        held = hold_open(session)
        line = _line(held, message, None)
        others = ChatMessage.objects.filter(session=held, pinned_at__isnull=False).exclude(pk=line.pk)
        if pinned and others.count() >= MOST_PINNED:
            raise RoomRefusal("too-many", _("Three messages are pinned already. Unpin one first."))
        line.pinned_at = now if pinned else None
        line.save(update_fields=["pinned_at"])
        _tell(line)
    return line


_ANYWHERE: Any = object()


def _line(session: LiveSession, public_id: UUID, breakout: BreakoutRoom | None = _ANYWHERE) -> ChatMessage:
    lines = ChatMessage.objects.filter(session=session, public_id=public_id, deleted_at=None)
    if breakout is not _ANYWHERE:
        lines = lines.filter(breakout=breakout)
    line = lines.select_related("author", "breakout", "reply_to__author").first()
    if line is None:
        raise unknown()
    return line


def _tell(message: ChatMessage) -> None:
    group = group_group(message.breakout) if message.breakout else room_group(message.session)
    push(group, message_event(message))
