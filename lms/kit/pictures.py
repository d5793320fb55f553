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


class UnreadablePicture(DomainError):
    """The picture cannot be opened to its end: `not-an-image`."""


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
