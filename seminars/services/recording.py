"""Begins and ends the recording of a room; what was recorded is deleted at the date that people were told."""

import logging
import shutil
import threading
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.kit.defer import defer
from lms.kit.errors import DomainError
from seminars.enums import RecordingState, Trouble
from seminars.models import LiveSession, SessionRecording, SlideTurn

from .held import hold_open, note_change
from .room import tell_room

log = logging.getLogger(__name__)

RAW_DAYS = 14
"""Days that raw files stay once their replay is made."""


class RecordingRefused(DomainError):
    """Nothing is recorded: `not-announced`, `running`, `not-running`."""


def start(*, session: LiveSession, actor: User, now: datetime) -> SessionRecording:
    """Record the room from now on: everybody in it is told, and whoever comes in; also what it lacks without the
    media server.

    Raises:
        RecordingRefused: people were not told before that it is recorded; or it is recorded already.
        seminars.services.held.RoomRefusal: the room is not open.
    """
    with transaction.atomic():
        held = hold_open(session)
        if not held.is_recorded:
            raise RecordingRefused(
                "not-announced",
                _("People registered without being told of a recording. Announce it in the session, then record."),
            )
        if held.recordings.filter(state=RecordingState.RUNNING).exists():
            raise RecordingRefused("running", _("This room is recorded already."))
        recording = SessionRecording(
            session=held,
            started_at=now,
            started_by=actor,
            kept_until=timezone.localdate(now) + timedelta(days=held.retention_days),
            trouble="" if records_media() else Trouble.NOT_RECORDED,
        )
        recording.folder = f"recordings/{recording.public_id}"
        recording.save(force_insert=True)
        if held.shown_deck_id:
            # What is on stage already is the first chapter.
            SlideTurn.objects.create(session=held, deck_id=held.shown_deck_id, page=held.shown_page, at=now)
        note_change(held, "recording-started", actor=actor, now=now)
        tell_room(held)
        transaction.on_commit(lambda: tell_media_server(recording, on=True))
    return recording


def records_media() -> bool:
    """Whether there is a media server at all: without one, what is shown and typed is kept, and nothing else."""
    return bool(settings.MEDIA_BACKEND == "janus")


def stop(*, session: LiveSession, now: datetime, actor: User | None = None) -> SessionRecording | None:
    """End the recording and have its replay made; None where nothing was being recorded."""
    from seminars.tasks import make_replay

    with transaction.atomic():
        running = session.recordings.select_for_update().filter(state=RecordingState.RUNNING).first()
        if running is None:
            return None
        running.state, running.stopped_at = RecordingState.WAITING, now
        running.save(update_fields=["state", "stopped_at"])
        note_change(session, "recording-stopped", actor=actor, now=now)
        tell_room(session)
        transaction.on_commit(lambda: tell_media_server(running, on=False))
        defer(make_replay, running.pk)
    return running


def folder_of(recording: SessionRecording) -> Path:
    """Where the raw files of a recording are."""
    return Path(settings.VAR_DIR) / recording.folder


def tell_media_server(recording: SessionRecording, *, on: bool) -> None:
    """Have Janus write what is sent into the room, or stop; in a thread of its own, because it may take its time.

    Without Janus nothing is written: the replay is then what was shown and typed.
    """
    if records_media():
        threading.Thread(target=_tell_media_server, args=(recording, on), daemon=True).start()


def sweep_recordings(*, now: datetime) -> None:
    """Every minute: Janus records what is to be recorded, even if it was started again; what was left waiting is taken
    up again; what has reached its date is deleted."""
    from seminars.tasks import make_replay

    from .replays import is_being_made

    for running in SessionRecording.objects.filter(state=RecordingState.RUNNING).select_related("session"):
        tell_media_server(running, on=True)
    late = SessionRecording.objects.filter(state=RecordingState.WAITING, stopped_at__lt=now - timedelta(minutes=1))
    for waiting in late:
        if not is_being_made(waiting):
            defer(make_replay, waiting.pk)
    today = timezone.localdate(now)
    for old in SessionRecording.objects.filter(kept_until__lt=today).exclude(
        state__in=(RecordingState.DELETED, RecordingState.RUNNING)
    ):
        delete_files(recording=old, now=now)
    made = SessionRecording.objects.filter(
        state=RecordingState.READY, ready_at__lt=now - timedelta(days=RAW_DAYS)
    ).exclude(folder="")
    for recording in made:
        _remove_raw(recording)
        SessionRecording.objects.filter(pk=recording.pk).update(folder="")


def delete_files(*, recording: SessionRecording, now: datetime) -> None:
    """Delete what was recorded, and its copy in the library; the row stays and says that it was, the text of the
    library too."""
    from .replays import remove_films

    with transaction.atomic():
        rows = SessionRecording.objects.select_for_update(of=("self",)).select_related("session", "published")
        held = rows.get(pk=recording.pk)
        if held.state == RecordingState.DELETED:
            return
        published = held.published
        held.state = RecordingState.DELETED
        held.captions, held.given_cues, held.chapters, held.trouble = "", [], [], ""
        names = [published.file.name] if published and published.file else []
        if published:
            published.file, published.captions = "", ""
            published.save(update_fields=["file", "captions"])
        for name in names:
            transaction.on_commit(partial(default_storage.delete, name))
        remove_films(held)
        if held.folder:
            _remove_raw(held)
        held.folder = ""
        held.save()
        note_change(held.session, "recording-deleted", actor=None, now=now, kept_until=held.kept_until.isoformat())


def _remove_raw(recording: SessionRecording) -> None:
    folder = folder_of(recording)
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))


def _say(recording: SessionRecording, trouble: str, *, on: bool) -> None:
    """Keep what the media server answered, and tell those who run the room when it is news; an end that it did not hear
    of changes nothing of what it has written."""
    rows = SessionRecording.objects.filter(pk=recording.pk, state=RecordingState.RUNNING).exclude(trouble=trouble)
    if on and rows.update(trouble=trouble):
        tell_room(LiveSession.objects.get(pk=recording.session_id))  # Janus took its time: as it is now


def _tell_media_server(recording: SessionRecording, on: bool) -> None:
    from lms.kit.live import janus

    if on and not SessionRecording.objects.filter(pk=recording.pk, state=RecordingState.RUNNING).exists():
        return  # it has ended meanwhile
    folder = folder_of(recording)
    folder.mkdir(parents=True, exist_ok=True)
    folder.parent.chmod(0o711)  # nobody lists it,
    folder.chmod(0o777)  # and Janus writes by an account of its own

    async def tell() -> None:
        async with janus.held() as server:
            await server.set_recording(
                janus.Room(str(recording.session.public_id), recording.session.media_pin), on, str(folder)
            )

    trouble = ""
    try:
        async_to_sync(tell)()
    except janus.JanusError:
        log.exception("Janus could not be told about the recording of session %s.", recording.session.public_id)
        trouble = Trouble.NO_SERVER
    try:
        _say(recording, trouble, on=on)
    finally:
        connection.close()
