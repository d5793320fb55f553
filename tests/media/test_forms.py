"""A picture sent by hand through Wagtail's own form."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.images.forms import get_image_form

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
