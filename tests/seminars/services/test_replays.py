"""From what Janus wrote to a film, its chapters and its captions; and what happens where that cannot be."""

import json
import os
import shutil
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from courses.models import LessonPage
from lms.evidence.enums import ActivityKind
from lms.evidence.models import HourEntry, MeasuredTime
from lms.kit.errors import DomainError
from lms.notifications.models import Notification
from media.models import Recording
from seminars.enums import RecordingState, Trouble
from seminars.models import SessionRecording
from seminars.queries.replays import moments_of
from seminars.services.captions import CaptionsRefused, give_captions, take_captions_away
from seminars.services.publishing import publish_lesson
from seminars.services.recording import folder_of
from seminars.services.replays import make_again, make_replay
from seminars.services.watching import watch
from tests.factories import EnrolmentFactory, ModulePageFactory, UserFactory
from tests.seminars.factories import (
    CaptionFactory,
    DeckFactory,
    LiveSessionFactory,
    RegistrationFactory,
    SessionRecordingFactory,
    SlideFactory,
    SlideTurnFactory,
)
from tests.seminars.mjr import write_audio, write_video

pytestmark = pytest.mark.django_db
BEGUN = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
LENGTH = 14


def after(seconds):
    return BEGUN + timedelta(seconds=seconds)


@pytest.fixture
def recording(tmp_path):
    """Fourteen seconds: a title page, another page from the seventh on, two captions."""
    host = UserFactory()
    session = LiveSessionFactory(ended=True, host=host)
    deck = DeckFactory(session=session, title="Animer")
    for number in (1, 2):
        page = tmp_path / f"{number}.webp"
        Image.new("RGB", (320, 180), "white" if number == 1 else "green").save(page)
        image = ContentFile(page.read_bytes(), name="page.webp")
        SlideFactory(deck=deck, number=number, image=image, text=f"\nPage {number}\nsuite")
    SlideTurnFactory(deck=deck, page=1, at=after(-60))
    SlideTurnFactory(deck=deck, page=2, at=after(7))
    CaptionFactory(session=session, at=after(2), text="Bonjour à tous.", speaker="Clara")
    CaptionFactory(session=session, at=after(-5), text="Avant.")
    made = SessionRecordingFactory(
        session=session,
        state=RecordingState.WAITING,
        started_at=BEGUN,
        stopped_at=after(LENGTH),
        folder="recordings/x",
        captions="",
        chapters=[],
    )
    folder_of(made).mkdir(parents=True)
    return made


def probed(name):
    path = default_storage.path(name)
    command = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", path]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def colour_at(name, second):
    """The middle of the picture at that second, as (red, green, blue)."""
    command = ["ffmpeg", "-v", "error", "-ss", str(second), "-i", default_storage.path(name), "-frames:v", "1"]
    command += ["-vf", "crop=20:20", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    return tuple(subprocess.run(command, check=True, capture_output=True).stdout[:3])


def loudness(name, begin, end):
    command = ["ffmpeg", "-v", "info", "-ss", str(begin), "-to", str(end), "-i", default_storage.path(name)]
    said = subprocess.run(
        [*command, "-af", "volumedetect", "-f", "null", "-"], check=True, capture_output=True, text=True
    )
    return float(said.stderr.partition("mean_volume: ")[2].split()[0])


@pytest.mark.slow
def test_sound_and_pictures_of_janus_become_a_film_on_the_clock_of_the_wall(recording):
    folder = folder_of(recording)
    room = f"videoroom-{recording.session.public_id}-user"
    write_audio(folder / f"{room}-clara-1-audio-0.mjr", first_frame=after(3), seconds=5)
    # Her camera changes its size in the middle.
    write_video(
        folder / f"{room}-clara-1-video-1.mjr",
        first_frame=after(3),
        parts=[(2, "320x180", "red"), (2, "640x360", "red")],
    )
    # Karim's screen hides the page for two seconds.
    write_video(folder / f"{room}-karim-1-video-2.mjr", first_frame=after(10), parts=[(2, "640x360", "blue")])
    (folder / f"{room}-broken-1-video-1.mjr").write_bytes(b"MJR00002\x00\x02{}")

    make_replay(recording=recording, now=after(60))

    recording.refresh_from_db()
    assert (recording.state, recording.trouble, recording.seconds) == (RecordingState.READY, "", LENGTH)
    film = probed(recording.video.name)
    picture, sound = film["streams"]
    assert (picture["codec_name"], picture["width"], picture["height"]) == ("h264", 854, 480)
    assert sound["codec_name"] == "aac"
    assert float(film["format"]["duration"]) == pytest.approx(LENGTH, abs=0.3)
    # On the clock: white page, then Clara red beside it, then the green page, then the blue screen, then green again.
    name = recording.video.name
    white, beside, green, blue, again = (colour_at(name, at) for at in (1, 4, 8.5, 11, 13))
    assert min(white) > 230
    assert min(beside) > 230
    assert green[1] > 90 > 60 > max(green[0], green[2])
    assert blue[2] > 200 > 60 > max(blue[:2])
    assert again == pytest.approx(green, abs=12)
    # She is heard from the third second to the eighth.
    assert loudness(recording.audio.name, 0, 2.8) < -60
    assert loudness(recording.audio.name, 3.3, 7.7) > -30
    assert loudness(recording.audio.name, 8.5, 13) < -60
    # Ladders for phones.
    home = recording.video.name.rpartition("/")[0]
    with default_storage.open(recording.playlist) as master:
        told = master.read().decode()
    assert told.count("#EXT-X-STREAM-INF") == 3
    assert probed(f"{home}/240p.mp4")["streams"][0]["height"] == 240
    with default_storage.open(f"{home}/hls-240p.m3u8") as small:
        assert "#EXT-X-BYTERANGE" in small.read().decode()


def test_chapters_and_captions_are_timed_from_its_start(recording):
    make_replay(recording=recording, now=after(60))
    recording.refresh_from_db()
    assert [(one["at"], one["title"], one["page"]) for one in recording.chapters] == [
        (0, "Page 1", 1),
        (7, "Page 2", 2),
    ]
    assert "00:00:02.000 --> 00:00:08.000\n<v Clara>Bonjour à tous." in recording.captions
    assert "Avant." not in recording.captions


def test_a_room_without_media_has_a_replay_to_read(recording):
    person = RegistrationFactory(session=recording.session).person
    make_replay(recording=recording, now=after(60))
    recording.refresh_from_db()
    assert (recording.state, recording.trouble, recording.video.name) == (RecordingState.READY, Trouble.NO_MEDIA, "")
    assert Notification.objects.get(recipient=person).kind == "seminars.replay"


@pytest.mark.slow
def test_a_missing_tool_is_said_and_the_film_made_later(recording, monkeypatch, django_capture_on_commit_callbacks):
    write_audio(folder_of(recording) / "videoroom-a-user-b-1-audio-0.mjr", first_frame=after(1), seconds=1)
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda tool: None if tool == "ffmpeg" else which(tool))
    make_replay(recording=recording, now=after(60))
    recording.refresh_from_db()
    assert (recording.state, recording.trouble) == (RecordingState.READY, Trouble.NO_TOOLS)
    assert len(recording.chapters) == 2
    monkeypatch.setattr(shutil, "which", which)
    with django_capture_on_commit_callbacks(execute=True):
        make_again(session=recording.session, now=after(90))
    recording.refresh_from_db()
    assert (recording.state, recording.trouble) == (RecordingState.READY, "")
    assert recording.audio


def test_a_tool_that_fails_leaves_a_replay_to_read(recording, monkeypatch):
    write_audio(folder_of(recording) / "videoroom-a-user-b-1-audio-0.mjr", first_frame=after(1), seconds=1)
    monkeypatch.setattr("seminars.formats.films.sound", lambda *told: ["-i", "/nowhere"])
    make_replay(recording=recording, now=after(60))
    recording.refresh_from_db()
    assert (recording.state, recording.trouble) == (RecordingState.READY, Trouble.UNUSABLE)


def test_files_that_are_still_open_are_waited_for(recording):
    (folder_of(recording) / "a.mjr.tmp").touch()
    make_replay(recording=recording, now=after(60))
    recording.refresh_from_db()
    assert recording.state == RecordingState.WAITING
    make_replay(recording=recording, now=after(1000))
    recording.refresh_from_db()
    assert recording.state == RecordingState.READY


@pytest.mark.slow
def test_what_a_janus_that_died_left_unfinished_is_in_the_film(recording):
    left = folder_of(recording) / "videoroom-a-user-b-1-audio-0.mjr.tmp"
    write_audio(left, first_frame=after(3), seconds=5)
    with left.open("ab") as file:
        file.write(b"MEET\x00\x00")  # it died in the middle of a packet
    an_hour_ago = time.time() - 3600
    os.utime(left, (an_hour_ago, an_hour_ago))

    make_replay(recording=recording, now=after(60))

    recording.refresh_from_db()
    assert (recording.state, recording.trouble) == (RecordingState.READY, "")
    assert loudness(recording.audio.name, 3.3, 7.7) > -30


def test_one_worker_at_a_time_makes_it(recording):
    from seminars.services.replays import _alone, is_being_made

    with _alone(recording):
        assert is_being_made(recording)
        make_replay(recording=recording, now=after(60))
    recording.refresh_from_db()
    assert recording.state == RecordingState.WAITING
    assert not is_being_made(recording)


# --- Captions of a file -----------------------------------------------------------------------------------------------

SRT = "1\n00:00:01,000 --> 00:00:02,500\nBonjour <b>à tous</b>.\n\n2\n00:00:50,000 --> 00:00:51,000\nTrop tard\n"


def test_a_file_stands_for_what_was_typed_until_it_is_removed(recording):
    actor = recording.session.staff.get().person
    assert give_captions(recording=recording, data=SRT.encode("cp1252"), actor=actor, now=after(60)) == 1
    make_replay(recording=recording, now=after(90))
    recording.refresh_from_db()
    assert "00:00:01.000 --> 00:00:02.500\nBonjour à tous.\n" in recording.captions
    assert "Clara" not in recording.captions
    assert "Trop tard" not in recording.captions
    assert [one.text for one in moments_of(recording) if one.kind == "caption"] == ["Bonjour à tous."]

    take_captions_away(recording=recording, actor=actor, now=after(99))
    recording.refresh_from_db()
    assert "<v Clara>Bonjour à tous." in recording.captions
    journal = recording.session.changes.values_list("what", flat=True)
    assert list(journal)[-2:] == ["captions-given", "captions-removed"]


def test_the_copy_in_the_library_follows(recording):
    published = Recording.objects.create(title="Replay", file="media/x.mp4", type="video", transcript="Avant")
    SessionRecording.objects.filter(pk=recording.pk).update(state=RecordingState.READY, published=published)
    give_captions(recording=recording, data=SRT.encode(), actor=UserFactory(), now=after(60))
    recording.refresh_from_db()
    assert recording.published.captions == recording.captions
    assert recording.published.transcript == "Bonjour à tous."


@pytest.mark.parametrize("state", [RecordingState.RUNNING, RecordingState.DELETED])
def test_a_file_is_given_once_it_is_over_and_before_it_is_deleted(recording, state):
    SessionRecording.objects.filter(pk=recording.pk).update(state=state)
    with pytest.raises(CaptionsRefused):
        give_captions(recording=recording, data=SRT.encode(), actor=UserFactory(), now=after(60))


def test_the_file_of_another_recording_is_refused_and_the_first_one_stays(recording):
    give_captions(recording=recording, data=SRT.encode(), actor=UserFactory(), now=after(60))
    for other in (SRT.replace("00:00:01,000", "00:00:40,000").replace("00:00:02,500", "00:00:41,000"), "rien"):
        with pytest.raises(DomainError):
            give_captions(recording=recording, data=other.encode(), actor=UserFactory(), now=after(61))
    recording.refresh_from_db()
    assert len(recording.given_cues) == 2


# --- Watching ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def watched(recording):
    SessionRecording.objects.filter(pk=recording.pk).update(state=RecordingState.READY, seconds=95)
    recording.refresh_from_db()
    return recording


def test_a_piece_counts_once_and_no_faster_than_the_clock(watched):
    enrolment = EnrolmentFactory()

    def tell(pieces, now):
        return watch(recording=watched, enrolment=enrolment, pieces=pieces, position=30, now=now)

    assert tell({0, 1}, after(100)).seconds == 20
    assert tell({0, 1, 2}, after(130)).seconds == 30
    # She cannot have seen seven pieces in four seconds; two are believed, and the clock says four seconds.
    assert tell({3, 4, 5, 6, 7, 8, 9}, after(134)).seconds == 50
    assert tell({99, 5}, after(200)).seconds == 60
    measured = MeasuredTime.objects.get(activity_kind=ActivityKind.REPLAY)
    assert measured.activity_id == watched.public_id
    assert measured.seconds <= 20 + 30 + 4 + 10
    assert not HourEntry.objects.exists()


# --- A lesson of it ---------------------------------------------------------------------------------------------------


def test_a_replay_becomes_a_draft_lesson_once(watched, django_capture_on_commit_callbacks):
    film = default_storage.save(f"seminars/replays/{watched.public_id}/480p.mp4", ContentFile(b"film"))
    SessionRecording.objects.filter(pk=watched.pk).update(
        video=film, captions="WEBVTT", chapters=[{"at": 7, "title": "<b>"}]
    )
    module, actor = ModulePageFactory(), UserFactory()
    with django_capture_on_commit_callbacks(execute=True):
        lesson = publish_lesson(recording=watched, module=module, actor=actor, now=after(100))
    assert not lesson.live
    assert lesson.get_parent().specific == module
    assert lesson.planned_minutes == 2
    video = next(block for block in lesson.get_latest_revision_as_object().body if block.block_type == "video")
    assert video.value["recording"].file.read() == b"film"
    assert "Clara : Bonjour à tous." in video.value["recording"].transcript
    assert "&lt;b&gt;" in str(lesson.body.raw_data[-1]["value"])
    assert publish_lesson(recording=watched, module=module, actor=actor, now=after(101)) == lesson
    assert LessonPage.objects.count() == 1
