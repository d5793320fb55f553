"""A stored picture says nothing but what it shows (T15)."""

import io

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from lms.kit.pictures import without_metadata

pytestmark = pytest.mark.slow  # no database has a part in it

SECRET = "Valbrume 48.8566"
ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><!-- {SECRET} --></x:xmpmeta>'.encode()
COLOURS = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def told(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[DESCRIPTION] = SECRET
    exif.get_ifd(GPS).update({1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 7.0)})
    return exif


def drawn() -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (64, 32), "blue")
    picture.paste("red", (0, 0, 32, 32))
    return picture


def saved(form: str, **options) -> bytes:
    out = io.BytesIO()
    drawn().save(out, form, **options)
    return out.getvalue()


def tells(data: bytes) -> bool:
    with Image.open(io.BytesIO(data)) as picture:
        return bool(picture.getexif()) or SECRET.encode() in data


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_neither_place_nor_words_remain(form):
    before = saved(form, exif=told(), xmp=XMP, icc_profile=COLOURS)
    assert tells(before)
    after = without_metadata(before)
    assert not tells(after)
    with Image.open(io.BytesIO(after)) as picture:
        assert (picture.format, picture.size) == (form, (64, 32))
        assert picture.info["icc_profile"] == COLOURS


def test_words_beside_the_pixels_go_too():
    text = PngInfo()
    text.add_text("Author", SECRET)
    text.add_itxt("Comment", SECRET)
    for before in (saved("PNG", pnginfo=text), saved("JPEG", comment=SECRET.encode())):
        assert tells(before)
        assert not tells(without_metadata(before))


def test_metadata_after_the_pixels_of_a_png_go_too():
    whole = saved("PNG", exif=told())
    start = whole.index(b"eXIf") - 4
    end = start + 12 + int.from_bytes(whole[start : start + 4])
    pixels_first = whole[:start] + whole[end:-12] + whole[start:end] + whole[-12:]
    assert not tells(without_metadata(pixels_first))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_taken_sideways_stands_upright(form):
    with Image.open(io.BytesIO(without_metadata(saved(form, exif=told(orientation=6))))) as picture:
        assert picture.size == (32, 64)
        above, below = picture.convert("RGB").getpixel((16, 8)), picture.convert("RGB").getpixel((16, 56))
    assert above[0] > above[2]
    assert below[2] > below[0]


def test_the_second_picture_of_a_phone_goes():
    second = drawn()
    second.info["comment"] = SECRET.encode()
    before = saved("MPO", save_all=True, append_images=[second], exif=told())
    after = without_metadata(before)
    assert not tells(after)
    with Image.open(io.BytesIO(after)) as picture:
        assert picture.format == "JPEG"


def test_an_animation_still_moves():
    before = saved("WEBP", save_all=True, append_images=[Image.new("RGB", (64, 32), "green")], exif=told())
    after = without_metadata(before)
    assert not tells(after)
    with Image.open(io.BytesIO(after)) as picture:
        assert picture.n_frames == 2


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_picture_that_tells_nothing_is_left_as_it_is(form):
    plain = saved(form)
    assert without_metadata(plain) is plain
