"""Captions typed while somebody speaks, and those of a file that is given for a replay."""

from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.live import push
from seminars.enums import RecordingState
from seminars.formats.caption_files import read
from seminars.formats.captions import stamp, transcript, webvtt
from seminars.live import room_group
from seminars.models import Caption, LiveSession, SessionRecording
from seminars.queries.replays import cues_of, seconds_of
from seminars.queries.room import caption_event

from .held import hold_open, note_change

SHORTEST, LONGEST = timedelta(seconds=4), timedelta(seconds=15)
A_CHARACTER = timedelta(milliseconds=80)
"""What somebody who reads slowly needs for one character."""
OVER = (RecordingState.WAITING, RecordingState.READY, RecordingState.FAILED)


class CaptionsRefused(DomainError):
    """Nothing changes: `not-over`, `too-late` (every caption comes after the end)."""


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


def give_captions(*, recording: SessionRecording, data: bytes, actor: User, now: datetime) -> int:
    """Have the captions of a VTT or SRT file stand for those typed in the room: in the replay, and in its copy in the
    library. A file given before is replaced. Returns how many begin after the end, and are not shown.

    Raises:
        seminars.formats.caption_files.CaptionFileRefused: the file cannot be read whole.
        CaptionsRefused: the recording still runs or is deleted, or no caption begins before its end.
    """
    cues = read(data)
    with transaction.atomic():
        held = _held(recording)
        total = seconds_of(held)
        late = sum(cue.start >= total for cue in cues)
        if late == len(cues):
            raise CaptionsRefused(
                "too-late",
                _("All these captions come after the end (%(end)s). Is it the file of another recording?")
                % {"end": stamp(total)[:8]},
            )
        held.given_cues = [asdict(cue) for cue in cues]
        _use(held)
        note_change(held.session, "captions-given", actor=actor, now=now, recording=str(held.public_id))
    return late


def take_captions_away(*, recording: SessionRecording, actor: User, now: datetime) -> None:
    """Forget the file: the captions are those typed in the room again.

    Raises:
        CaptionsRefused: the recording is deleted.
    """
    with transaction.atomic():
        held = _held(recording)
        if held.given_cues:
            held.given_cues = []
            _use(held)
            note_change(held.session, "captions-removed", actor=actor, now=now, recording=str(held.public_id))


def _held(recording: SessionRecording) -> SessionRecording:
    rows = SessionRecording.objects.select_for_update(of=("self",)).select_related("session", "published")
    held = rows.get(pk=recording.pk)
    if held.state not in OVER:
        raise CaptionsRefused("not-over", _("This recording still runs, or is deleted."))
    return held


def _use(held: SessionRecording) -> None:
    cues = cues_of(held)
    held.captions = webvtt(cues, until=seconds_of(held))
    held.save(update_fields=["given_cues", "captions"])
    if held.published is not None:
        held.published.captions, held.published.transcript = held.captions, transcript(cues)
        held.published.save(update_fields=["captions", "transcript"])
