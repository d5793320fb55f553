"""Files that people send: pictures drawn anew, names that any disk takes, nothing that is not what it says."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from community.formats.uploads import LONGEST_NAME, LONGEST_SIDE, Upload, UploadRefused, clean_name, read_upload

SECRET = b"48.8584 N 2.2945 E, <script>alert(1)</script>"


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), colour: object = "teal", **options: object) -> bytes:
    made = io.BytesIO()
    mode = "RGBA" if isinstance(colour, tuple) and len(colour) == 4 else "RGB"
    Image.new(mode, size, colour).save(made, form, **options)  # type: ignore[arg-type]
    return made.getvalue()


def opened(upload: Upload) -> Image.Image:
    return Image.open(io.BytesIO(upload.data), formats=["WEBP"])


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_every_picture_comes_out_as_pixels_alone(form: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    options = {} if form == "GIF" else {"exif": exif}
    upload = read_upload(picture(form, **options) + SECRET, f"photo.{form.lower()}")

    assert (upload.name, upload.ending, upload.is_image) == ("photo.webp", "webp", True)
    assert (upload.width, upload.height) == (60, 40)
    assert b"script" not in upload.data
    assert not opened(upload).getexif()
    assert not {"exif", "xmp", "icc_profile"} & opened(upload).info.keys()


def test_a_photo_taken_sideways_stands_upright_and_a_large_one_shrinks() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    upload = read_upload(picture(size=(3_200, 1_000), exif=exif), "photo.jpg")

    assert (upload.width, upload.height) == (500, LONGEST_SIDE)
    assert opened(upload).size == (500, LONGEST_SIDE)


def test_a_screenshot_keeps_every_pixel_and_what_is_see_through() -> None:
    upload = read_upload(picture("PNG", colour=(12, 200, 7, 90)), "écran.png")

    assert opened(upload).convert("RGBA").getpixel((3, 3)) == (12, 200, 7, 90)


def zipped(name: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n...", "fiche.pdf"),
        (zipped("word/document.xml"), "Compte rendu.docx"),
        ("nom;prénom\nBenali;Lina".encode(), "liste.csv"),
        ("prénom".encode("latin-1"), "vieux.txt"),
        (b"{\\rtf1 Bonjour}", "lettre.RTF"),
    ],
)
def test_files_that_are_what_they_say(data: bytes, name: str) -> None:
    upload = read_upload(data, name)

    assert (upload.data, upload.name, upload.is_image) == (data, name, False)


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"<svg onload=alert(1)>", "dessin.svg", "kind"),
        (b"<script>alert(1)</script>", "page.html", "kind"),
        (b"MZ\x90\x00", "jeu.exe", "kind"),
        (b"MZ\x90\x00\x03", "fiche.pdf", "not-what-it-says"),
        (b"<script>alert(1)</script>", "photo.png", "not-an-image"),
        (b"<svg onload=alert(1)>", "photo.jpg", "not-an-image"),
        (picture("PNG")[:60], "coupée.png", "not-an-image"),
        (picture("PNG"), "fiche.pdf", "not-what-it-says"),
        (b"%PDF-1.7", "liste.txt", "not-what-it-says"),
        (b"a\0b", "liste.txt", "not-what-it-says"),
        (b"", "vide.txt", "empty"),
        (b"x" * (10 * 1024 * 1024 + 1), "long.txt", "too-big"),
        (b"x", "sans-fin", "kind"),
        (b"x", "", "kind"),
    ],
)
def test_what_does_not_come_in(data: bytes, name: str, code: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        read_upload(data, name)
    assert refused.value.code == code
    assert str(refused.value)


def test_a_bomb_of_pixels_is_not_opened() -> None:
    with pytest.raises(UploadRefused) as refused:
        read_upload(picture("PNG", size=(10_000, 6_000), colour=0), "ciel.png")
    assert refused.value.code in {"too-many-pixels", "not-an-image"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\Lina\\photo.jpg", "photo.jpg"),
        ("évil\u202egnp.exe", "évilgnp.exe"),
        ('a"b<c>|d?.pdf', "a-b-c-d-.pdf"),
        ("\0\n .txt", "txt"),
        ("", "file"),
    ],
)
def test_a_name_is_a_name(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@given(st.text(max_size=400))
def test_cleaning_a_name_twice_changes_nothing(typed: str) -> None:
    name = clean_name(typed)
    assert clean_name(name) == name
    assert 0 < len(name) <= LONGEST_NAME
    assert Path(name).name == name


@hypothesis_settings(max_examples=80, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(["a.png", "a.jpg", "a.gif", "a.webp", "a.avif", "a.pdf", "a.txt", "a.docx"]),
)
def test_no_bytes_are_an_error(data: bytes, name: str) -> None:
    for sent in (data, picture("PNG")[:50] + data, picture("GIF")[:40] + data, b"%PDF" + data):
        with suppress(UploadRefused):
            assert read_upload(sent, name).data
