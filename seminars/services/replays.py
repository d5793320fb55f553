"""Makes a replay of what was recorded: a film where there is sound or picture, chapters and captions always."""

import fcntl
import logging
import posixpath
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit.defer import defer
from lms.kit.errors import DomainError
from seminars.enums import RecordingState, Trouble
from seminars.formats import films
from seminars.formats.captions import webvtt
from seminars.models import LiveSession, SessionRecording, Slide
from seminars.queries.replays import chapters_of, cues_of, pages_shown, seconds_of
from seminars.replay_notices import tell_ready

from .recording import folder_of

log = logging.getLogger(__name__)

FOLDER = "seminars/replays"
CLOSES_WITHIN = timedelta(seconds=10)
"""What Janus takes at most to close its files once a recording is over."""
WAITED_FOR = timedelta(minutes=10)
"""How long a file that is still being written is waited for."""
GENTLY = ["nice", "-n", "10"]


class NotUsable(Exception):
    """A tool failed on what was recorded; the words are for the log."""


class ReplayRefused(DomainError):
    """Nothing is made: `not-failed`, `not-over`."""


def make_replay(*, recording: SessionRecording, now: datetime) -> None:
    """Make the replay of a recording that waits for it; nothing where another worker does, or files are still open.

    Without ffmpeg, Janus's own tool or any media, the replay is the slides, the chat and the captions, and
    `trouble` tells the host why.
    """
    with _alone(recording) as is_mine:
        recording.refresh_from_db()
        if not is_mine or recording.state != RecordingState.WAITING or _is_open(recording, now):
            return
        total = seconds_of(recording)
        recording.seconds = round(total)
        recording.chapters = chapters_of(recording)
        recording.trouble = _make_film(recording, total)
        recording.state = RecordingState.READY
        recording.ready_at = now
        with transaction.atomic():
            # A file of captions may have come while the film was being made.
            held = SessionRecording.objects.select_for_update().get(pk=recording.pk)
            recording.given_cues = held.given_cues
            recording.captions = webvtt(cues_of(recording), until=total)
            recording.save()
            tell_ready(recording, now=now)


def make_again(*, session: LiveSession, now: datetime) -> None:
    """Have the replays of a session made once more, from the raw files.

    Raises:
        ReplayRefused: they are not there any more, or one is being made.
    """
    from seminars.tasks import make_replay as task

    with transaction.atomic():
        kept = session.recordings.select_for_update().filter(state__in=(RecordingState.READY, RecordingState.FAILED))
        again = [recording for recording in kept if recording.folder]
        if not again:
            raise ReplayRefused("no-files", _("There is nothing left to make a replay from."))
        for recording in again:
            SessionRecording.objects.filter(pk=recording.pk).update(state=RecordingState.WAITING, trouble="")
            defer(task, recording.pk)


def is_being_made(recording: SessionRecording) -> bool:
    """Whether a worker of this machine is at it."""
    with _alone(recording) as is_mine:
        return not is_mine


def remove_films(recording: SessionRecording) -> None:
    """Forget the films of a recording, and delete them after commit; the row is left to be saved."""
    home, names = _home(recording), _stored(recording)
    recording.video, recording.audio, recording.playlist = "", "", ""
    for name in names:
        transaction.on_commit(partial(default_storage.delete, f"{home}/{name}"))


# --- The film ---------------------------------------------------------------------------------------------------------


def _make_film(recording: SessionRecording, total: float) -> str:
    """Make the films and name them in `recording`; what kept it from it, "" where nothing did."""
    raw = sorted(folder_of(recording).glob("*.mjr")) if recording.folder else []
    if not raw:
        return Trouble.NO_MEDIA
    missing = [tool for tool in ("janus-pp-rec", "ffmpeg", "ffprobe") if shutil.which(tool) is None]
    if missing:
        return Trouble.NO_TOOLS
    try:
        with TemporaryDirectory(prefix="replay-") as folder:
            made = _film_of(recording, raw, total, Path(folder))
            if not made:
                return Trouble.NO_MEDIA
            _store(recording, made)
    except (NotUsable, OSError, subprocess.SubprocessError):
        log.exception("The film of recording %s could not be made.", recording.public_id)
        return Trouble.UNUSABLE
    return ""


def _film_of(recording: SessionRecording, raw: list[Path], total: float, folder: Path) -> list[Path]:
    sounds, pictures = _tracks(recording, raw, folder)
    if not sounds and not pictures:
        return []
    heard, film, small = folder / "sound.m4a", folder / "480p.mp4", folder / "240p.mp4"
    patience = 600 + 20 * total
    _ffmpeg(films.sound(sounds, total, heard), patience)
    pages = _pages(recording, folder)
    if not pictures and not any(page.picture for page in pages):
        return [heard]
    listed = []
    for number, scene in enumerate(films.scenes(pictures, pages, total)):
        piece = folder / f"scene-{number:04d}.mkv"
        _ffmpeg(films.scene_film(scene, piece), patience)
        listed.append(f"file '{piece.name}'")
    (folder / "scenes.txt").write_text("\n".join(listed), encoding="utf-8")
    _ffmpeg(films.together(folder / "scenes.txt", heard, film), patience)
    _ffmpeg(films.light(film, small), patience)
    _ffmpeg(films.playlists(film, small, folder), patience)
    return [film, small, heard, *sorted(folder.glob("*.m3u8")), *sorted(folder.glob("hls-*.ts"))]


def _tracks(recording: SessionRecording, raw: list[Path], folder: Path) -> tuple[list[films.Track], list[films.Track]]:
    """The sounds and the pictures, readable, each where it belongs in time; one that cannot be read is left out."""
    sounds, pictures = [], []
    zero = recording.started_at.timestamp()
    for number, source in enumerate(raw):
        told = films.raw_track(_output(["janus-pp-rec", "-j", str(source)]))
        if told is None:
            continue
        plain = folder / f"track-{number}.{'opus' if told.kind == 'a' else 'webm'}"
        try:
            _run(["janus-pp-rec", "-d", "2", str(source), str(plain)], 3600)
            if told.kind == "a":
                sounds.append(films.Track(plain, told.first_frame - zero, _length(plain)))
            else:
                fixed = folder / f"track-{number}.mkv"
                _ffmpeg(films.fixed_size(plain, fixed), 4 * 3600)
                start, length = told.first_frame - zero, _length(fixed)
                pictures.append(films.Track(fixed, start, length, films.is_screen(source.name)))
        except (NotUsable, ValueError):
            log.exception("The track %s could not be read; the film is made without it.", source.name)
    return sounds, pictures


def _pages(recording: SessionRecording, folder: Path) -> list[films.Page]:
    pages = []
    copied: dict[int, Path] = {}
    for at, slide in pages_shown(recording):
        pages.append(films.Page(at, _copied(slide, folder, copied) if slide else None))
    return pages


def _copied(slide: Slide, folder: Path, copied: dict[int, Path]) -> Path | None:
    if slide.pk not in copied:
        suffix = posixpath.splitext(str(slide.image.name))[1]
        target = folder / f"slide-{slide.pk}{suffix}"
        try:
            with slide.image.open("rb") as image, target.open("wb") as file:
                shutil.copyfileobj(image, file)
        except (OSError, ValueError):
            return None
        copied[slide.pk] = target
    return copied[slide.pk]


def _store(recording: SessionRecording, made: list[Path]) -> None:
    home = _home(recording)
    for name in _stored(recording):
        default_storage.delete(f"{home}/{name}")
    for path in made:
        with path.open("rb") as file:
            default_storage.save(f"{home}/{path.name}", File(file))
    names = {path.name for path in made}
    recording.video = f"{home}/480p.mp4" if "480p.mp4" in names else ""
    recording.audio = f"{home}/sound.m4a" if "sound.m4a" in names else ""
    recording.playlist = f"{home}/master.m3u8" if "master.m3u8" in names else ""


def _home(recording: SessionRecording) -> str:
    return f"{FOLDER}/{recording.public_id}"


def _stored(recording: SessionRecording) -> list[str]:
    try:
        return default_storage.listdir(_home(recording))[1]
    except FileNotFoundError:
        return []


# --- Tools ------------------------------------------------------------------------------------------------------------


def _ffmpeg(arguments: list[str], patience: float) -> None:
    _run(["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments], patience)


def _length(path: Path) -> float:
    asked = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(path)]
    return float(_output(asked))


def _run(command: list[str], patience: float) -> None:
    done = subprocess.run([*GENTLY, *command], capture_output=True, text=True, timeout=patience, check=False)
    if done.returncode:
        raise NotUsable(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False).stdout


# --- One at a time ----------------------------------------------------------------------------------------------------


@contextmanager
def _alone(recording: SessionRecording) -> Iterator[bool]:
    """Whether this worker has the recording for itself: a lock that goes with the process, however it ends."""
    folder = folder_of(recording) if recording.folder else None
    if folder is None:
        yield True
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "replay.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _is_open(recording: SessionRecording, now: datetime) -> bool:
    """Whether Janus still writes: a file has its name once it is closed, which is waited for.

    A Janus that died has closed nothing: a file that stands still gets its name here, with all that came until then.
    """
    stopped = recording.stopped_at
    if not recording.folder or stopped is None:
        return False
    closed_by = time.monotonic() + (CLOSES_WITHIN - (now - stopped)).total_seconds()
    while (unnamed := list(folder_of(recording).glob("*.mjr.tmp"))) and time.monotonic() < closed_by:
        time.sleep(0.5)
    if now - stopped <= WAITED_FOR and any(_is_written(path) for path in unnamed):
        return True
    for path in unnamed:
        with suppress(FileNotFoundError):  # Janus has just closed it
            path.rename(path.with_suffix(""))
    return False


def _is_written(path: Path) -> bool:
    """Whether something came into a file lately."""
    with suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime < CLOSES_WITHIN.total_seconds()
    return False
