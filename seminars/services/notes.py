"""The notes of a session that everybody reads: whoever runs it writes them, anybody adds a line."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.live import push
from seminars.live import room_group
from seminars.models import LiveSession
from seminars.queries.room import notes_event

from .held import RoomRefusal, hold_open

LONGEST = 20_000


class NotesConflict(DomainError):
    """Somebody else has written since: `notes-conflict`. `session` has the notes to look at."""

    def __init__(self, session: LiveSession) -> None:
        super().__init__("notes-conflict", _("Somebody else has written at the same time. Both texts are kept."))
        self.session = session


def write_notes(*, session: LiveSession, text: str, version: int, actor: User, now: datetime) -> LiveSession:
    """Replace the notes, if they are still at the version the writer had in front of her.

    Raises:
        NotesConflict: they are not.
        RoomRefusal: the room is not open.
    """
    with transaction.atomic():
        held = hold_open(session)
        if held.notes_version != version:
            raise NotesConflict(held)
        return _write(held, text)


def add_note(*, session: LiveSession, text: str, actor: User, now: datetime) -> LiveSession:
    """A line at the end, with its author's name: it never meets another one.

    Raises:
        RoomRefusal: not open; the notes are full (`too-long`).
    """
    with transaction.atomic():
        held = hold_open(session)
        line = f"{actor.get_full_name()}\u00a0: {' '.join(text.split())}"
        notes = f"{held.shared_notes.rstrip()}\n{line}".lstrip()
        if len(notes) > LONGEST:
            raise RoomRefusal("too-long", _("The notes are full."))
        return _write(held, notes)


def _write(held: LiveSession, text: str) -> LiveSession:
    held.shared_notes, held.notes_version = text, held.notes_version + 1
    held.save(update_fields=["shared_notes", "notes_version"])
    push(room_group(held), notes_event(held))
    return held
