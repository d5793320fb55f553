"""What people send with a message: pictures made anew from their pixels, files that are what their name says.

Pure: bytes in, bytes out. Whatever a picture carried beside its pixels (where it was taken, with what, a script after
its end) is not in what comes out.
"""

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from pathlib import PurePosixPath

import filetype
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from lms.kit.errors import DomainError

LARGEST_IMAGE = 15 * 1024 * 1024
LARGEST_FILE = 10 * 1024 * 1024
"""Bytes, as they were sent."""
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1_600
"""Pixels kept: wider than any column, light enough for a phone."""
LONGEST_NAME = 150

_IMAGES = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP", "avif": "AVIF"}
_DRAWN = {"PNG", "GIF"}
"""Screenshots and drawings: every pixel is kept. A photograph loses what nobody sees."""
# What a file's first bytes must say, by the ending of its name. "" is text, which has no such bytes.
_FILES = {
    "pdf": {"pdf"},
    "docx": {"docx", "zip"},
    "xlsx": {"xlsx", "zip"},
    "pptx": {"pptx", "zip"},
    "odt": {"odt", "zip"},
    "ods": {"ods", "zip"},
    "odp": {"odp", "zip"},
    "rtf": {"rtf"},
    "txt": {""},
    "md": {""},
    "csv": {""},
}
ACCEPTED = ",".join(f".{ending}" for ending in (*_IMAGES, *_FILES))
"""For the `accept` of a file field."""
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]+')


class UploadRefused(DomainError):
    """The file does not come in: `kind`, `too-big`, `not-an-image`, `too-many-pixels`, `not-what-it-says`, `empty`."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What is kept of a file. `width` and `height` are 0 where it is no image; `ending` has no dot."""

    data: bytes
    name: str
    ending: str
    width: int = 0
    height: int = 0

    @property
    def is_image(self) -> bool:
        return self.width > 0


def read_upload(data: bytes, name: str) -> Upload:
    """Raises:
    UploadRefused
    """
    name = clean_name(name)
    ending = PurePosixPath(name).suffix.removeprefix(".").lower()
    if not data:
        raise UploadRefused("empty", _("“%(name)s” is empty.") % {"name": name})
    if ending in _IMAGES:
        _check_size(data, name, LARGEST_IMAGE)
        return _picture(data, name)
    if ending not in _FILES:
        raise UploadRefused(
            "kind",
            _("“%(name)s”: files of this kind are not taken. Send a picture, a PDF, a text, a table or slides.")
            % {"name": name},
        )
    _check_size(data, name, LARGEST_FILE)
    if not _is_what_it_says(data, ending):
        raise UploadRefused("not-what-it-says", _("“%(name)s” is not what its name says.") % {"name": name})
    return Upload(data, name, ending)


def clean_name(name: str) -> str:
    """A name that any disk takes: without folders, controls or marks that turn its reading around."""
    plain = "".join(letter for letter in unicodedata.normalize("NFC", name) if unicodedata.category(letter)[0] != "C")
    last = re.split(r"[\\/]", plain)[-1]
    stem, dot, ending = _NOT_IN_NAMES.sub("-", last).strip(" .").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    stem = stem.strip(" .") or "file"
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending[:20]}"


def _check_size(data: bytes, name: str, most: int) -> None:
    if len(data) > most:
        raise UploadRefused(
            "too-big",
            _("“%(name)s” is too big: %(most)s at most. Make it smaller, then send it again.")
            % {"name": name, "most": filesizeformat(most)},
        )


def _picture(data: bytes, name: str) -> Upload:
    """The first image of the file, upright, drawn anew as WebP."""
    refused = UploadRefused("not-an-image", _("“%(name)s” is not a picture that can be opened.") % {"name": name})
    try:
        with (
            warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning),
            Image.open(io.BytesIO(data), formats=sorted(set(_IMAGES.values()))) as opened,
        ):
            if opened.width * opened.height > MOST_PIXELS:
                raise UploadRefused(
                    "too-many-pixels", _("“%(name)s” has too many pixels. Make it smaller.") % {"name": name}
                )
            drawn = opened.format in _DRAWN
            upright = ImageOps.exif_transpose(opened)
            picture = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            made = io.BytesIO()
            Image.frombytes(picture.mode, picture.size, picture.tobytes()).save(
                made, "WEBP", lossless=drawn, quality=80, method=3
            )
    except UploadRefused:
        raise
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise refused from error
    return Upload(made.getvalue(), f"{PurePosixPath(name).stem}.webp", "webp", *picture.size)


def _is_what_it_says(data: bytes, ending: str) -> bool:
    found = filetype.guess_extension(data[:8192]) or ""
    if found not in _FILES[ending]:
        return False
    return bool(found) or _is_text(data)


def _is_text(data: bytes) -> bool:
    """Words in UTF-8, or in the older encoding of a table saved in French: no byte that no text has."""
    if any(byte in data for byte in (b"\0", b"\x01", b"\x02", b"\x03")):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        data.decode("latin-1")
    return True
