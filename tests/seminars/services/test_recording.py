"""A recording: announced, told to all, kept until its date."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from media.models import Recording
from seminars.enums import RecordingState, Trouble
from seminars.models import RoomChange, SessionRecording
from seminars.room_words import room_words
from seminars.services import recording
from seminars.services.held import RoomRefusal
from seminars.services.recording import RecordingRefused
from tests.factories import UserFactory
from tests.seminars.factories import LiveSessionFactory, SessionRecordingFactory, SlideFactory
from tests.world import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return UserFactory()


@pytest.fixture
def session(host):
    return LiveSessionFactory(live=True, host=host, is_recorded=True, retention_days=30)


@pytest.fixture
def told(monkeypatch):
    events = []
    monkeypatch.setattr("seminars.services.room.push", lambda group, event: events.append(event))
    return events


def test_everybody_is_told_and_the_date_of_its_end_is_set(session, host, told):
    now = timezone.now()
    begun = recording.start(session=session, actor=host, now=now)
    assert begun.kept_until == timezone.localdate(now) + timedelta(days=30)
    assert told[-1]["recording"] is True
    stopped = recording.stop(session=session, now=now + timedelta(minutes=5))
    assert (stopped.pk, stopped.state) == (begun.pk, RecordingState.WAITING)
    assert told[-1]["recording"] is False
    journal = list(RoomChange.objects.filter(session=session).values_list("what", flat=True))
    assert journal == ["recording-started", "recording-stopped"]
    assert recording.stop(session=session, now=now) is None


def test_without_a_media_server_what_is_missing_is_said_at_once(session, host, told, settings, monkeypatch):
    begun = recording.start(session=session, actor=host, now=timezone.now())
    assert (begun.trouble, told[-1]["trouble"]) == (Trouble.NOT_RECORDED, Trouble.NOT_RECORDED)
    assert room_words()["troubles"][told[-1]["trouble"]] == begun.trouble_words
    recording.stop(session=session, now=timezone.now())
    assert told[-1]["trouble"] == ""

    # One that is there, then does not answer, then does: each is told once.
    settings.MEDIA_BACKEND = "janus"
    monkeypatch.setattr(recording, "tell_media_server", lambda *args, **kwargs: None)
    begun = recording.start(session=session, actor=host, now=timezone.now())
    assert told[-1]["trouble"] == ""
    for trouble in (Trouble.NO_SERVER, Trouble.NO_SERVER, "", ""):
        recording._say(begun, trouble, on=True)
    assert [event["trouble"] for event in told[-3:]] == ["", Trouble.NO_SERVER, ""]
    recording._say(begun, Trouble.NO_SERVER, on=False)
    assert SessionRecording.objects.get(pk=begun.pk).trouble == ""


def test_the_desk_says_beforehand_that_a_recording_needs_the_media_server(session, host, settings):
    page, needs = client_for(host).get, "data-needs-server"
    address = f"/seminars/{session.public_id}/room/"
    assert f"{needs}>" in page(address).content.decode()
    settings.MEDIA_BACKEND = "janus"
    assert f"{needs} hidden>" in page(address).content.decode()


def test_what_was_not_announced_is_not_recorded(host):
    session = LiveSessionFactory(live=True, host=host)
    with pytest.raises(RecordingRefused) as refused:
        recording.start(session=session, actor=host, now=timezone.now())
    assert refused.value.code == "not-announced"


def test_the_page_on_stage_is_its_first_chapter(session, host):
    slide = SlideFactory(deck__session=session)
    session.shown_deck = slide.deck
    session.save()
    now = timezone.now()
    recording.start(session=session, actor=host, now=now)
    assert [(turn.page, turn.at) for turn in session.slide_turns.all()] == [(1, now)]


def test_one_recording_at_a_time_and_only_of_an_open_room(session, host):
    recording.start(session=session, actor=host, now=timezone.now())
    with pytest.raises(RecordingRefused) as refused:
        recording.start(session=session, actor=host, now=timezone.now())
    assert refused.value.code == "running"
    with pytest.raises(RoomRefusal):
        recording.start(session=LiveSessionFactory(is_recorded=True), actor=host, now=timezone.now())


def test_at_its_date_everything_is_deleted_but_the_row(settings, django_capture_on_commit_callbacks):
    now = timezone.now()
    folder = settings.VAR_DIR / "recordings" / "x"
    folder.mkdir(parents=True)
    (folder / "a.mjr").write_bytes(b"raw")
    copy = Recording.objects.create(
        title="R",
        type="video",
        duration=5,
        file=ContentFile(b"film", name="r.mp4"),
        captions="WEBVTT",
        transcript="Oui",
    )
    old = SessionRecordingFactory(
        state=RecordingState.READY,
        folder="recordings/x",
        kept_until=timezone.localdate(now) - timedelta(days=1),
        captions="WEBVTT",
        published=copy,
    )
    film = default_storage.save(f"seminars/replays/{old.public_id}/480p.mp4", ContentFile(b"film"))
    SessionRecording.objects.filter(pk=old.pk).update(video=film)
    library_name = copy.file.name
    kept = SessionRecordingFactory(state=RecordingState.READY, kept_until=timezone.localdate(now))
    with django_capture_on_commit_callbacks(execute=True):
        recording.sweep_recordings(now=now)
    old.refresh_from_db()
    copy.refresh_from_db()
    assert (old.state, old.video.name, old.captions) == (RecordingState.DELETED, "", "")
    assert not default_storage.exists(film)
    assert not default_storage.exists(library_name)
    assert not folder.exists()
    assert (copy.file.name, copy.transcript) == ("", "Oui")
    kept.refresh_from_db()
    assert kept.state == RecordingState.READY
