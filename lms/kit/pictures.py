"""Takes out of a picture what it tells besides what it shows: where and when it was taken, with what, by whom."""

import io
from typing import Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from lms.kit.errors import DomainError

# Where Pillow keeps them: EXIF (the place among them), XMP, IPTC, and words beside the pixels.
_TELLING = ("exif", "Raw profile type exif", "xmp", "XML:com.adobe.xmp", "photoshop", "flashpix", "comment")
# JPEG keeps its own tables, so that nothing more is lost; PNG loses nothing ever.
_KEPT: dict[str | None, dict[str, Any]] = {
    "JPEG": {"quality": "keep"},
    "WEBP": {"quality": 90},
    "AVIF": {"quality": 90},
    "PNG": {},
}


_PHOTOGRAPHS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000


class UnreadablePicture(DomainError):
    """The picture cannot be opened to its end: `not-an-image`."""


def square(data: bytes, *, side: int) -> bytes:
    """A photograph as a WebP square of `side` pixels, made anew: nothing that came beside its pixels is in it.

    The square is cut where faces are: in the middle, a little above.

    Raises:
        UnreadablePicture: it is none of JPEG, PNG and WebP, is broken, or has more than `MOST_PIXELS`.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_PHOTOGRAPHS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            picture.draft("RGB", (2 * side, 2 * side))  # a JPEG is read at the size that is needed
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            made = io.BytesIO()
            ImageOps.fit(upright, (side, side), centering=(0.5, 0.35)).save(made, "WEBP", quality=80)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnreadablePicture("not-an-image", _("This file is not a photograph that can be used.")) from error
    return made.getvalue()


def without_metadata(data: bytes) -> bytes:
    """A JPEG, PNG, WebP or AVIF picture without EXIF, XMP, IPTC and comments; one that has none comes back as it is.

    A picture taken sideways is turned upright, since it is EXIF that said so. Colour profiles stay. GIF has no EXIF:
    it is left alone.

    Raises:
        UnreadablePicture
    """
    try:
        return _without_metadata(data)
    except (OSError, SyntaxError, ValueError) as error:
        raise UnreadablePicture("not-an-image", _("This file is not the picture that its name says.")) from error


def _without_metadata(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as picture:
        # A phone's JPEG may hold a second picture (MPO) with metadata of its own: the first is the one we see.
        form = "JPEG" if picture.format == "MPO" else picture.format
        if form not in _KEPT or not (_tells(picture) or picture.format == "MPO"):
            return data
        animated = picture.format != "MPO" and getattr(picture, "is_animated", False)
        if not animated:
            ImageOps.exif_transpose(picture, in_place=True)
        for name in _TELLING:
            picture.info.pop(name, None)
        picture.format = form
        cleaned = io.BytesIO()
        picture.save(cleaned, form, icc_profile=picture.info.get("icc_profile"), save_all=animated, **_KEPT[form])
    return cleaned.getvalue()


def _tells(picture: Image.Image) -> bool:
    # Asked for first: a PNG may say it after its pixels, and is then read to its end.
    exif = picture.getexif()
    return bool(exif or getattr(picture, "text", None) or any(name in picture.info for name in _TELLING))
