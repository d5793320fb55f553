"""Files put into the library: judged by their bytes, written only on commit."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image

from lms.kit.sanitize import UnsafeSvg
from media.models import LibraryDocument, LibraryImage
from media.services import UnusableFile, add_document, add_image, add_recording, add_video

pytestmark = pytest.mark.django_db

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><script>alert(1)</script><path d="M0 0"/></svg>'


def png(width=3, height=2):
    data = io.BytesIO()
    Image.new("RGB", (width, height)).save(data, "PNG")
    return data.getvalue()


def image(data, name="a.png", **fields):
    return add_image(data=data, name=name, title="A", alt="Un A", source="ici", actor=None, **fields)


def test_a_picture_is_measured_and_reaches_the_disk_on_commit(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        added, created = image(png())
        assert not default_storage.exists(added.file.name)

    assert created
    assert (added.width, added.height, added.description) == (3, 2, "Un A")
    with default_storage.open(added.file.name) as file:
        assert file.read() == png()


def test_a_rollback_leaves_nothing(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        added, _created = image(png())
        transaction.set_rollback(True)

    assert not LibraryImage.objects.exists()
    assert not default_storage.exists(added.file.name)


def test_the_same_bytes_from_the_same_place_are_kept_once():
    first, _created = image(png())

    assert image(png()) == (first, False)
    assert image(png(4))[1]


def test_a_photo_is_stored_upright_and_without_its_place(django_capture_on_commit_callbacks):
    exif = Image.Exif()
    exif[0x0112] = 6  # taken sideways
    exif.get_ifd(0x8825)[1] = "N"
    data = io.BytesIO()
    Image.new("RGB", (6, 4)).save(data, "JPEG", exif=exif)
    with django_capture_on_commit_callbacks(execute=True):
        added, _created = image(data.getvalue(), name="a.jpg")
        again = image(data.getvalue(), name="a.jpg")

    assert (added.width, added.height) == (4, 6)
    assert again == (added, False)
    with default_storage.open(added.file.name) as file, Image.open(file) as stored:
        assert not stored.getexif()
        assert stored.size == (4, 6)


def test_a_drawing_is_cleaned(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        added, _created = image(SVG, name="a.svg")

    with default_storage.open(added.file.name) as file:
        assert b"script" not in file.read()
    assert (added.width, added.height) == (20, 10)


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"<html>", "a.png", "not-an-image"),
        (png(), "a.jpg", "not-an-image"),
        (png()[:40], "a.png", "not-an-image"),
        (png(), "a.bmp", "kind-refused"),
    ],
)
def test_what_is_not_the_picture_it_says_is_refused(data, name, code):
    with pytest.raises(UnusableFile) as refusal:
        image(data, name)

    assert refusal.value.code == code
    assert not LibraryImage.objects.exists()


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(settings):
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 5

    with pytest.raises(UnusableFile) as refusal:
        image(png())

    assert refusal.value.code == "too-many-pixels"


def test_a_drawing_that_cannot_be_read_is_refused():
    with pytest.raises(UnsafeSvg):
        image(b"<svg", name="a.svg")


def test_documents_and_recordings_are_of_known_kinds():
    document, created = add_document(data=b"x", name="Été 1.txt", title="T", source="ici", actor=None)

    assert created
    assert document.file.name.startswith("documents/ete-1-")
    assert LibraryDocument.objects.get().file_size == 1
    with pytest.raises(UnusableFile):
        add_document(data=b"x", name="a.html", title="T", source="ici", actor=None)
    with pytest.raises(UnusableFile):
        add_recording(data=b"x", name="a.exe", title="T", transcript="", seconds=0, actor=None)


def test_a_video_of_ours_is_copied_into_the_library(django_capture_on_commit_callbacks):
    stored = default_storage.save("seminars/replays/a.mp4", ContentFile(b"film"))
    with django_capture_on_commit_callbacks(execute=True):
        video = add_video(
            stored=stored, title="Replay", captions="WEBVTT", transcript="Bonjour", seconds=12, actor=None
        )
    default_storage.delete(stored)
    assert (video.type, video.file.read(), video.captions) == ("video", b"film", "WEBVTT")
    with pytest.raises(UnusableFile):
        add_video(stored="a.exe", title="T", captions="", transcript="", seconds=0, actor=None)
