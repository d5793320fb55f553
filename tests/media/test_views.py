"""What leaves the library: to whom, under which headers, by pieces."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from media.models import LibraryDocument, Recording
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return LibraryDocument.objects.create(title="Fiche", file=ContentFile(b"contenu", name="fiche.txt"))


@pytest.fixture
def recording():
    file = ContentFile(bytes(range(100)), name="mot.ogg")
    return Recording.objects.create(title="Mot", file=file, duration=1, type="audio")


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_document_is_a_download_for_people_who_are_signed_in(client, document):
    assert client.get(document.url).status_code == 302
    client.force_login(UserFactory())
    response = client.get(document.url)
    assert body(response) == b"contenu"
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    assert client.get("/documents/0198c0de-0000-7000-8000-000000000001/").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "expected", "content_range"),
    [
        (None, 200, bytes(range(100)), None),
        ("bytes=10-19", 206, bytes(range(10, 20)), "bytes 10-19/100"),
        ("bytes=90-", 206, bytes(range(90, 100)), "bytes 90-99/100"),
        ("bytes=-5", 206, bytes(range(95, 100)), "bytes 95-99/100"),
        ("bytes=0-999", 206, bytes(range(100)), "bytes 0-99/100"),
        ("bytes=1-2,5-6", 200, bytes(range(100)), None),
        ("bytes=-", 200, bytes(range(100)), None),
    ],
)
def test_a_sound_comes_by_pieces(client, recording, asked, status, expected, content_range):
    client.force_login(UserFactory())
    response = client.get(recording.url, headers={"Range": asked} if asked else {})
    assert (response.status_code, body(response)) == (status, expected)
    assert response.get("Content-Range") == content_range


def test_a_piece_beyond_the_end_is_refused(client, recording):
    client.force_login(UserFactory())
    response = client.get(recording.url, headers={"Range": "bytes=100-"})
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */100")


def test_only_renditions_have_a_public_address(client):
    stored = ("images/a.png", "original_images/a.png", "documents/a.txt", "imports/a.zip")
    for path in stored:
        default_storage.save(path, ContentFile(b"x"))
    asked = (*stored, "images/../imports/a.zip", "images/./a.png", "images//a.png", "images/nothing.png")
    answers = {path: client.get(f"/files/{path}").status_code for path in asked}
    assert answers.pop("images/a.png") == 200
    assert set(answers.values()) == {404}


def test_captions_of_a_video_are_webvtt_for_people_who_are_signed_in(client):
    words = "WEBVTT\n\n00:00.000 --> 00:02.000\nBonjour\n"
    video = Recording.objects.create(
        title="Replay", file=ContentFile(b"x", name="r.mp4"), type="video", captions=words, duration=61
    )
    address = f"/recordings/{video.public_id}/captions.vtt"
    assert client.get(address).status_code == 302
    client.force_login(UserFactory())
    response = client.get(address)
    assert (response["Content-Type"], response.content.decode()) == ("text/vtt; charset=utf-8", words)
    assert video.minutes == 2


def test_a_recording_without_captions_or_without_its_file_answers_as_one_that_does_not_exist(client, recording):
    client.force_login(UserFactory())
    assert client.get(f"/recordings/{recording.public_id}/captions.vtt").status_code == 404
    Recording.objects.update(file="")
    assert client.get(recording.url).status_code == 404
