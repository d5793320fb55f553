"""The pages of what comes after: the replay and its files, results, the survey."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.models import LessonPage
from lms.notifications.models import Notification
from seminars.enums import Audience, RecordingState, Trouble
from seminars.models import ReplayWatching, SessionRecording, SurveyAnswer
from seminars.services.survey import sweep_surveys
from tests.factories import CoursePageFactory, EnrolmentFactory, ModulePageFactory, UserFactory
from tests.seminars.factories import (
    BreakoutRoomFactory,
    CaptionFactory,
    ChatMessageFactory,
    DeckFactory,
    LiveSessionFactory,
    QuestionFactory,
    RegistrationFactory,
    SessionPollFactory,
    SessionRecordingFactory,
    SlideFactory,
    SlideTurnFactory,
    StayFactory,
    SurveyAnswerFactory,
)
from tests.world import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return UserFactory(display_name="Clara Nguyen")


@pytest.fixture
def session(host):
    return LiveSessionFactory(ended=True, host=host, is_recorded=True, title="Animer un groupe")


@pytest.fixture
def registration(session):
    registration = RegistrationFactory(session=session)
    StayFactory(session=session, person=registration.person, joined_at=session.starts_at, seen_at=session.ends_at)
    return registration


@pytest.fixture
def learner(registration):
    return client_for(registration.person)


@pytest.fixture
def recording(session):
    deck = DeckFactory(session=session)
    SlideFactory(deck=deck, number=1, text="Accueillir")
    SlideTurnFactory(deck=deck, page=1, at=session.starts_at)
    made = SessionRecordingFactory(
        session=session,
        state=RecordingState.READY,
        seconds=3600,
        chapters=[{"at": 0, "title": "Accueillir", "page": 1, "deck": str(deck.public_id)}],
        captions="WEBVTT\n",
    )
    for name, data in (("480p.mp4", b"0123456789"), ("240p.mp4", b"small"), ("sound.m4a", b"son")):
        default_storage.save(f"seminars/replays/{made.public_id}/{name}", ContentFile(data))
    default_storage.save(f"seminars/replays/{made.public_id}/master.m3u8", ContentFile(b"#EXTM3U"))
    home = f"seminars/replays/{made.public_id}"
    made.video, made.audio, made.playlist = f"{home}/480p.mp4", f"{home}/sound.m4a", f"{home}/master.m3u8"
    made.save()
    return made


def at(session, seconds):
    return session.starts_at + timedelta(seconds=seconds)


def address(session, rest=""):
    return f"/seminars/{session.public_id}/{rest}"


# --- The replay -------------------------------------------------------------------------------------------------------


def test_beside_the_film_stands_what_happened_and_what_groups_said_does_not(learner, session, recording):
    shy = RegistrationFactory(session=session, consents_to_recording=False).person
    ChatMessageFactory(session=session, author=shy, text="Je préfère rester discrète", at=at(session, 65))
    QuestionFactory(session=session, author=shy, text="Et la discrétion ?", answer="Bien sûr.", at=at(session, 140))
    ChatMessageFactory(session=session, text="Effacé", at=at(session, 66), deleted_at=at(session, 70))
    group = BreakoutRoomFactory(round__session=session)
    ChatMessageFactory(session=session, text="Entre nous", breakout=group, at=at(session, 67))
    ChatMessageFactory(session=session, text="Avant la séance", at=at(session, -60))
    QuestionFactory(session=session, text="Et les <écrans> ?", answer="Plus tard.", at=at(session, 130))
    CaptionFactory(session=session, text="Bonjour.", at=at(session, 5))
    page = learner.get(address(session, "replay/")).content.decode()
    assert shy.get_full_name() not in page
    assert "Et les &lt;écrans&gt;" in page
    assert 'data-seek="130"' in page
    assert "#t=130" in page
    for unseen in ("Effacé", "Entre nous", "Avant la séance", "Je préfère rester discrète", "Et la discrétion ?"):
        assert unseen not in page
    assert 'preload="none"' in page
    assert page.index("master.m3u8") < page.index("480p.mp4")
    assert "captions.vtt" in page
    for size in ("as=light", "as=sound"):
        assert size in page


def test_sound_alone_is_a_choice_without_javascript(learner, session, recording):
    page = learner.get(address(session, "replay/?as=sound")).content.decode()
    assert "<audio controls" in page
    assert "<video" not in page


def test_a_replay_without_film_is_read(learner, host, session, recording):
    SessionRecording.objects.update(video="", audio="", playlist="", trouble=Trouble.NO_TOOLS)
    CaptionFactory(session=session, text="Bonjour à tous.", at=at(session, 5))
    page = learner.get(address(session, "replay/")).content.decode()
    assert "Bonjour à tous." in page
    assert "<video" not in page
    assert "janus-pp-rec" not in page
    assert "janus-pp-rec" in client_for(host).get(address(session, "replay/")).content.decode()


def test_nobody_else_sees_anything_of_it(session, recording):
    session.audience, session.partner = Audience.PARTNER, EnrolmentFactory().cohort.partner
    session.save()
    stranger = client_for(EnrolmentFactory().learner)
    home = f"replay/{recording.public_id}"
    for rest in ("replay/", f"{home}/480p.mp4", f"{home}/captions.vtt", "results/", "results/chat.csv", "survey/"):
        assert stranger.get(address(session, rest)).status_code == 404, rest
    assert stranger.post(address(session, f"{home}/watched/"), {"pieces": "0"}).status_code == 404
    assert stranger.post(address(session, f"{home}/lesson/")).status_code == 404


def test_a_session_without_replay_says_so(learner, session):
    assert learner.get(address(session, "replay/")).status_code == 200
    assert client_for(None).get(address(session, "replay/")).status_code == 302


@pytest.mark.parametrize("part", ["2", "0", "-1", "a", "99999999999999"])
def test_a_part_that_is_not_there_is_the_first(learner, session, recording, part):
    assert learner.get(address(session, f"replay/?part={part}&as=x")).status_code == 200


def test_films_come_by_pieces_and_nothing_else_does(learner, session, recording):
    home = f"replay/{recording.public_id}"
    whole = learner.get(address(session, f"{home}/480p.mp4"), headers={"Range": "bytes=2-4"})
    assert (whole.status_code, b"".join(whole.streaming_content)) == (206, b"234")
    assert whole["Cache-Control"].startswith("private")
    assert learner.get(address(session, f"{home}/master.m3u8"))["Content-Type"] == "application/vnd.apple.mpegurl"
    for name in ("hls-480p.ts", "scene-0001.ts", "..%2f..%2fdb.sqlite3", "replay.lock"):
        assert learner.get(address(session, f"{home}/{name}")).status_code == 404
    SessionRecording.objects.update(state=RecordingState.DELETED)
    assert learner.get(address(session, f"{home}/480p.mp4")).status_code == 404


def test_a_replay_costs_as_many_queries_with_one_message_as_with_many(learner, session, recording):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert learner.get(address(session, "replay/")).status_code == 200
        return len(caught)

    ChatMessageFactory(session=session, at=at(session, 5))
    QuestionFactory(session=session, at=at(session, 6))
    SessionPollFactory(session=session, opened_at=at(session, 7), shown_at=at(session, 8))
    learner.get(address(session, "replay/"))
    few = count()
    for second in range(10, 20):
        ChatMessageFactory(session=session, at=at(session, second))
        QuestionFactory(session=session, at=at(session, second))
        CaptionFactory(session=session, at=at(session, second))
        SessionPollFactory(session=session, opened_at=at(session, second), shown_at=at(session, second))
    assert count() == few


def test_what_is_watched_is_noted_for_who_has_a_contract(learner, host, registration, session, recording):
    told = {"pieces": "0,1,x,999999999", "position": "25"}
    watched = address(session, f"replay/{recording.public_id}/watched/")
    assert learner.post(watched, told).status_code == 204
    watching = ReplayWatching.objects.get()
    assert (watching.enrolment, watching.seconds, watching.position) == (registration.enrolment, 20, 25)
    assert client_for(host).post(watched, told).status_code == 204
    assert ReplayWatching.objects.count() == 1
    assert 'data-seek="25"' in learner.get(address(session, "replay/")).content.decode()


def test_one_tap_makes_a_lesson_of_it(learner, host, session, recording):
    course = CoursePageFactory()
    module = ModulePageFactory(parent=course)
    session.series.course = course
    session.series.save()
    lesson = address(session, f"replay/{recording.public_id}/lesson/")
    assert learner.post(lesson, {"module": module.public_id}).status_code == 404
    client = client_for(host)
    assert str(module.public_id) in client.get(address(session, "replay/")).content.decode()
    answer = client.post(lesson, {"module": module.public_id})
    assert answer["Location"] == address(session, "results/")
    assert not LessonPage.objects.get().live
    assert client.post(lesson, {"module": ModulePageFactory().public_id}).status_code == 302
    assert LessonPage.objects.count() == 1


# --- Results ----------------------------------------------------------------------------------------------------------


def test_results_are_for_those_who_run_the_session(learner, host, registration, session):
    ChatMessageFactory(session=session, text="=1+1")
    QuestionFactory(session=session, text="Pourquoi ?", votes=3)
    SessionPollFactory(session=session, question="Un café ?", opened_at=session.starts_at)
    SurveyAnswerFactory(session=session, useful=5, clear=4, comfortable=3, words="Très bien")
    assert learner.get(address(session, "results/")).status_code == 404
    client = client_for(host)
    page = client.get(address(session, "results/")).content.decode()
    for word in ("=1+1", "Pourquoi ?", "Un café ?", "Très bien"):
        assert word.replace(" ?", "") in page
    for table in ("questions", "polls", "chat", "survey"):
        assert client.get(address(session, f"results/{table}.csv")).status_code == 200
        assert client.get(address(session, f"results/{table}.xlsx")).content[:2] == b"PK"
        assert learner.get(address(session, f"results/{table}.csv")).status_code == 404
    assert ";'=1+1" in client.get(address(session, "results/chat.csv")).content.decode()
    for nothing in ("results/people.csv", "results/chat.pdf"):
        assert client.get(address(session, nothing)).status_code == 404


def test_the_film_can_be_asked_for_again(learner, host, session):
    SessionRecordingFactory(
        session=session, state=RecordingState.READY, trouble=Trouble.NO_TOOLS, folder="recordings/x"
    )
    assert learner.post(address(session, "replay/again/")).status_code == 404
    client = client_for(host)
    assert "replay/again/" in client.get(address(session, "results/")).content.decode()
    assert client.post(address(session, "replay/again/")).status_code == 302
    assert SessionRecording.objects.get().state == RecordingState.WAITING
    assert client.post(address(session, "replay/again/")).status_code == 302


def test_a_host_gives_captions_made_elsewhere_and_removes_them(learner, host, session, recording):
    client, home = client_for(host), f"replay/{recording.public_id}/captions/"
    ending = session.minutes * 60 - 1

    def give(text):
        file = SimpleUploadedFile("x.srt", text.encode("cp1252"))
        return client.post(address(session, home), {"file": file})

    assert learner.post(address(session, home)).status_code == 404
    assert client.post(address(session, home)).status_code == 422
    bad = give("1\n00:00:01,000 --> jamais\nBonjour\n").content.decode()
    assert "00:00:01,000 --&gt; 00:00:04,000" in bad
    hours = f"{ending // 3600:02d}:{ending // 60 % 60:02d}:{ending % 60:02d}"
    assert give(f"1\n{hours},000 --> 20:00:00,000\nÀ bientôt\n").status_code == 302
    assert "À bientôt" in learner.get(address(session, f"replay/{recording.public_id}/captions.vtt")).content.decode()
    assert "captions/remove/" in client.get(address(session, "results/")).content.decode()
    assert client.post(address(session, f"{home}remove/")).status_code == 302
    recording.refresh_from_db()
    assert recording.given_cues == []
    assert "À bientôt" not in recording.captions


# --- The survey -------------------------------------------------------------------------------------------------------


def test_those_who_came_are_asked_once_and_answer_once(learner, registration, session, host):
    RegistrationFactory(session=session)  # did not come
    now = session.ended_at + timedelta(minutes=2)
    sweep_surveys(now=now)
    sweep_surveys(now=now)
    asked = Notification.objects.filter(kind="seminars.survey")
    assert [one.recipient for one in asked] == [registration.person]
    survey = address(session, "survey/")
    assert asked[0].url == survey
    assert client_for(host).get(survey).status_code == 404
    bad = learner.post(survey, {"useful": "9", "clear": "5", "words": "Je garde mes mots"})
    assert bad.status_code == 422
    assert "Je garde mes mots" in bad.content.decode()
    good = {"useful": "5", "clear": "4", "comfortable": "3", "words": "Merci"}
    assert learner.post(survey, good).status_code == 302
    learner.post(survey, good)
    answer = SurveyAnswer.objects.get()
    assert (answer.useful, answer.comfortable, answer.words) == (5, 3, "Merci")
    assert "Merci" in learner.get(survey).content.decode()


def test_nothing_is_asked_before_the_end():
    session = LiveSessionFactory(live=True)
    registration = RegistrationFactory(session=session)
    StayFactory(session=session, person=registration.person)
    assert client_for(registration.person).get(address(session, "survey/")).status_code == 404
    sweep_surveys(now=timezone.now())
    assert not Notification.objects.filter(kind="seminars.survey").exists()


def test_the_page_of_a_session_that_is_over_leads_to_what_comes_after(learner, host, session):
    page = learner.get(address(session)).content.decode()
    assert address(session, "survey/") in page
    assert address(session, "replay/") in page
    shown = client_for(host).get(address(session)).content.decode()
    assert address(session, "results/") in shown
    assert address(session, "survey/") not in shown
