"""Puts files into the library; their bytes reach the disk only once the transaction has committed."""

import hashlib
import io
import warnings
from functools import partial
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO

import willow
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from PIL import Image

from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.ids import readable_code
from lms.kit.pictures import without_metadata
from lms.kit.sanitize import clean_svg

from .models import LibraryDocument, LibraryImage, Recording

_FORMATS = {"gif": "GIF", "jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "avif": "AVIF"}
_IN_MEMORY = 256 * 1024  # bytes


class UnusableFile(DomainError):
    """The file does not go into the library: `kind-refused`, `not-an-image`, `too-many-pixels`, `too-big`."""


def is_image_name(name: str) -> bool:
    return _extension(name) in settings.WAGTAILIMAGES_EXTENSIONS


def add_image(
    *, data: bytes, name: str, title: str, alt: str, source: str, actor: User | None
) -> tuple[LibraryImage, bool]:
    """Add a picture; the one already there with the same bytes from the same `source` is used again (False).

    An SVG is cleaned first; another format must be what its name says, hold no more pixels than the settings allow,
    and loses its metadata. A picture whose file is missing from the disk gets it back.

    Raises:
        UnusableFile, lms.kit.sanitize.UnsafeSvg, lms.kit.pictures.UnreadablePicture
    """
    extension = _extension(name)
    if len(data) > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
        raise UnusableFile("too-big", _("This picture is too big. Make it smaller and import again."))
    if extension == "svg":
        data = clean_svg(data)
    elif extension in _FORMATS:
        _check(data, _FORMATS[extension])
        data = without_metadata(data)
    else:
        raise UnusableFile("kind-refused", _("Files of this kind do not go into the library."))
    width, height = willow.Image.open(io.BytesIO(data)).get_size()
    sha1 = _sha1(data)
    image = LibraryImage.objects.filter(source=source, file_hash=sha1).first()
    if created := image is None:
        image = LibraryImage(
            title=title[:255],
            file=_free_name("original_images", name),
            description=alt[:255],
            width=max(1, round(width)),
            height=max(1, round(height)),
            file_size=len(data),
            file_hash=sha1,
            source=source,
            uploaded_by_user=actor,
        )
        image.save()
    _write_after_commit(image.file.name, data)
    return image, created


def add_document(
    *, data: bytes, name: str, title: str, source: str, actor: User | None
) -> tuple[LibraryDocument, bool]:
    """Add a file to download; the one already there with the same bytes from the same `source` is used again (False).

    Raises:
        UnusableFile: its kind is not in `WAGTAILDOCS_EXTENSIONS`.
    """
    if _extension(name) not in settings.WAGTAILDOCS_EXTENSIONS:
        raise UnusableFile("kind-refused", _("Files of this kind do not go into the library."))
    sha1 = _sha1(data)
    document = LibraryDocument.objects.filter(source=source, file_hash=sha1).first()
    if created := document is None:
        document = LibraryDocument(
            title=title[:255],
            file=_free_name("documents", name),
            file_size=len(data),
            file_hash=sha1,
            source=source,
            uploaded_by_user=actor,
        )
        document.save()
    _write_after_commit(document.file.name, data)
    return document, created


def add_recording(
    *, data: bytes, name: str, title: str, transcript: str, seconds: float, actor: User | None
) -> Recording:
    """Add a sound with its transcript.

    Raises:
        UnusableFile: its kind is not in `WAGTAILMEDIA["AUDIO_EXTENSIONS"]`.
    """
    if _extension(name) not in settings.WAGTAILMEDIA["AUDIO_EXTENSIONS"]:
        raise UnusableFile("kind-refused", _("Files of this kind do not go into the library."))
    recording = Recording(
        title=title[:255],
        file=_free_name("media", name),
        type="audio",
        duration=seconds,
        transcript=transcript,
        uploaded_by_user=actor,
    )
    recording.save()
    _write_after_commit(recording.file.name, data)
    return recording


def add_video(
    *, stored: str, title: str, captions: str, transcript: str, seconds: float, actor: User | None
) -> Recording:
    """Add a copy of a video that our storage holds already under the name `stored`, with its captions (WebVTT).

    Raises:
        UnusableFile: its kind is not a video that phones play (`mp4`).
    """
    if _extension(stored) != "mp4":
        raise UnusableFile("kind-refused", _("Files of this kind do not go into the library."))
    recording = Recording(
        title=title[:255],
        file=_free_name("media", f"{title}.mp4"),
        type="video",
        duration=seconds,
        captions=captions,
        transcript=transcript,
        uploaded_by_user=actor,
    )
    recording.save()
    transaction.on_commit(partial(_copy, stored, recording.file.name))
    return recording


def _check(data: bytes, expected: str) -> None:
    try:
        with (
            warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning),
            Image.open(io.BytesIO(data), formats=[expected]) as picture,
        ):
            width, height = picture.size
            if width * height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
                raise UnusableFile("too-many-pixels", _("This picture has too many pixels. Make it smaller."))
            picture.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnusableFile("not-an-image", _("This file is not the picture that its name says.")) from error


def _extension(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").lower()


def _sha1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()  # what Wagtail keeps in `file_hash`


def _free_name(folder: str, name: str) -> str:
    """A name nobody has: the row is saved before the file, so the disk cannot be asked."""
    stem = slugify(PurePosixPath(name).stem)[:60] or "file"
    return f"{folder}/{stem}-{readable_code(8).lower()}.{_extension(name)}"


def _write_after_commit(name: str, data: bytes) -> None:
    """Keep the bytes aside, on a nameless file when they are many, until the row that names them is there for good."""
    if default_storage.exists(name):
        return
    aside = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - it closes, and vanishes, with the last reference
    aside.write(data)
    transaction.on_commit(partial(_write, name, aside))


def _write(name: str, aside: IO[bytes]) -> None:
    aside.seek(0)
    default_storage.save(name, File(aside))
    aside.close()


def _copy(stored: str, name: str) -> None:
    with default_storage.open(stored) as file:
        default_storage.save(name, file)
