"""Captions typed while somebody speaks."""

from datetime import datetime, timedelta

from django.db import transaction

from lms.accounts.models import User
from lms.kit.live import push
from seminars.live import room_group
from seminars.models import Caption, LiveSession
from seminars.queries.room import caption_event

from .held import hold_open

SHORTEST, LONGEST = timedelta(seconds=4), timedelta(seconds=15)
A_CHARACTER = timedelta(milliseconds=80)
"""What somebody who reads slowly needs for one character."""


def type_caption(*, session: LiveSession, text: str, speaker: str, actor: User, now: datetime) -> Caption:
    """Show a caption to everybody; the one before it leaves the screen.

    Raises:
        RoomRefusal: the room is not open.
    """
    text = " ".join(text.split())
    with transaction.atomic():
        held = hold_open(session)
        Caption.objects.filter(session=held, at__lte=now, until__gt=now).update(until=now)
        until = now + min(LONGEST, max(SHORTEST, len(text) * A_CHARACTER))
        caption = Caption.objects.create(
            session=held, speaker=speaker.strip(), text=text, at=now, until=until, author=actor
        )
        push(room_group(held), caption_event(caption))
    return caption
