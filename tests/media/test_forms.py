"""A picture sent by hand through Wagtail's own form."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.images.forms import get_image_form, get_image_multi_form

from media.models import LibraryImage

pytestmark = pytest.mark.django_db


def send(name: str, data: bytes, mime: str):
    form = get_image_form(LibraryImage)
    return form({"title": "Dessin", "tags": ""}, {"file": SimpleUploadedFile(name, data, mime)})


def test_a_drawing_loses_what_does_not_draw():
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" onload="alert(1)">'
        b'<script>alert(2)</script><path d="M0 0h10"/></svg>'
    )
    form = send("dessin.svg", svg, "image/svg+xml")
    assert form.is_valid(), form.errors
    image = form.save()
    with image.file.open("rb") as stored:
        kept = stored.read()
    assert b"alert" not in kept
    assert b"M0 0h10" in kept
    assert (image.width, image.height) == (10, 10)


def test_something_else_under_the_name_of_a_drawing_is_refused():
    form = send("dessin.svg", b"<html><body>bonjour</body></html>", "image/svg+xml")
    assert not form.is_valid()
    assert "file" in form.errors


def test_a_photo_forgets_where_it_was_taken():
    exif = Image.Exif()
    exif[0x0112] = 6  # taken sideways
    exif.get_ifd(0x8825)[1] = "N"
    photo = io.BytesIO()
    Image.new("RGB", (60, 40)).save(photo, "JPEG", exif=exif)
    form = send("photo.jpg", photo.getvalue(), "image/jpeg")
    assert form.is_valid(), form.errors
    image = form.save()
    with image.file.open("rb") as stored, Image.open(stored) as kept:
        assert not kept.getexif()
        assert (image.width, image.height) == kept.size == (40, 60)


def test_a_photo_cut_short_is_refused():
    photo = io.BytesIO()
    Image.effect_noise((200, 200), 90).save(photo, "JPEG", comment=b"Valbrume")
    form = send("photo.jpg", photo.getvalue()[:4000], "image/jpeg")
    assert not form.is_valid()
    assert "file" in form.errors


def test_the_form_that_names_pictures_sent_together_asks_for_no_file():
    form = get_image_multi_form(LibraryImage)
    assert "title" in form.base_fields
    assert "file" not in form().fields


def test_what_wagtail_keeps_aside_is_clean_already():
    """Sent with others, under a title too long: Wagtail stores the file as it came, to ask for the title again."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(2)</script></svg>'
    sent = SimpleUploadedFile("dessin.svg", svg, "image/svg+xml")
    form = get_image_form(LibraryImage)({"title": "x" * 300, "tags": ""}, {"file": sent})
    assert list(form.errors) == ["title"]
    assert b"alert" not in sent.read()
