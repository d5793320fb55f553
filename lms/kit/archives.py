"""Read an uploaded zip, or a folder, that nobody vouches for: nothing is ever extracted to a path.

The directory is judged before a byte is decompressed, and reading stops at the size that was declared. What can
go wrong otherwise: names that climb out of their folder, links, and bombs
(https://www.bamsoftware.com/hacks/zipbomb/).
"""

import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Self

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from lms.kit.errors import DomainError
from lms.kit.zip_directory import BadDirectory, Count, count_entries

_SKIPPED_FOLDERS = frozenset({"__macosx", ".git", ".hg", ".svn"})
_SKIPPED_FILES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_LOCAL_HEADER = 30  # bytes, before the name
_CHUNK = 256 * 1024
_BUSY_RATIO_FROM = 1024 * 1024  # below 1 MB a high ratio does no harm, and blank images reach one

# What zipfile raises over a damaged archive; NotImplementedError is a RuntimeError, UnicodeError a ValueError.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, OSError, ValueError)

_SENTENCES: dict[str, Any] = {
    "not-a-zip": _("This file is not a zip archive, or it was cut short on the way. Make the archive again."),
    "broken": _("The archive is damaged: {detail}. Make the archive again."),
    "encrypted": _("The archive is protected by a password. Make it again without one."),
    "method": _("The archive uses a compression we do not read: {detail}. Make an ordinary zip."),
    "unsafe-name": _("The archive holds a file whose name is not allowed: {detail}."),
    "same-name": _("Two files of the archive have the same name: {detail}."),
    "link": _("The archive holds a link instead of a file: {detail}."),
    "too-many-files": _("There are more than {detail} files. Split the archive."),
    "file-too-big": _("A file is too big: {detail}."),
    "too-big": _("Once open, the archive would be larger than {detail} MB. Split it."),
    "bomb": _("The archive is built to fill a disk: {detail}."),
    "missing": _("There is no file named {detail}."),
}


# Filled in as text, because a file name may hold braces of its own; and late, in the reader's language.
def _fill(sentence: Any, detail: str) -> str:
    return str(sentence).replace("{detail}", detail)


_fill_later: Callable[[Any, str], Any] = lazy(_fill, str)


class UnsafeArchive(DomainError):
    """The archive is refused as a whole, or one of its files; `code` is a key of the sentences above."""

    def __init__(self, code: str, detail: object = "") -> None:
        shown = "".join(sign if sign.isprintable() else "?" for sign in str(detail))[:120]
        super().__init__(code, _fill_later(_SENTENCES[code], shown))


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold; sizes in bytes, `ratio` is uncompressed to compressed."""

    files: int = 2_000
    total: int = 200 * 1024 * 1024
    file: int = 50 * 1024 * 1024
    ratio: int = 200


class Tree:
    """The files of an archive or folder, by their path with `/` in Unicode NFC. Use it in `with`, or close it."""

    def __init__(self, readers: dict[str, Callable[[], bytes]], close: Callable[[], None]) -> None:
        self._readers = readers
        self._close = close

    def names(self) -> list[str]:
        """Every file, sorted; no folders, and nothing that an operating system left there."""
        return sorted(self._readers)

    def read(self, name: str) -> bytes:
        """Return the whole of one file. Raises UnsafeArchive when it is missing, damaged or larger than declared."""
        reader = self._readers.get(unicodedata.normalize("NFC", name))
        if reader is None:
            raise UnsafeArchive("missing", name)
        return reader()

    def close(self) -> None:
        """Give back the file that was opened; one that was handed in stays open."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def open_tree(path: Path | BinaryIO, *, limits: Limits = Limits()) -> Tree:
    """Open a folder, a zip file or an uploaded zip (seekable). Raises UnsafeArchive before anything is decompressed."""
    if not isinstance(path, Path):
        return _zip_tree(path, limits, close=lambda: None)
    if path.is_dir():
        return _folder_tree(path.resolve(), limits)
    file = path.open("rb")
    try:
        return _zip_tree(file, limits, close=file.close)
    except BaseException:
        file.close()
        raise


# -- Names and sizes: the same rules for both ---


class _Census:
    """What has been let in so far; it refuses the file that is one too many."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.total = 0
        self.kinds: dict[str, bool] = {}  # case-folded path: is it a folder
        self.files = 0

    def admit(self, name: str, size: int) -> None:
        if size > self.limits.file:
            raise UnsafeArchive("file-too-big", f"{name} ({size // 1_048_576} MB)")
        self.files += 1
        self.total += size
        if self.files > self.limits.files:
            raise UnsafeArchive("too-many-files", self.limits.files)
        if self.total > self.limits.total:
            raise UnsafeArchive("too-big", self.limits.total // 1_048_576)
        folded = name.casefold()
        if folded in self.kinds:
            raise UnsafeArchive("same-name", name)
        self.kinds[folded] = False
        for parent in PurePosixPath(folded).parents:
            if not self.kinds.setdefault(str(parent), True):
                raise UnsafeArchive("same-name", name)


def _safe_name(raw: str) -> str:
    """Return the path in NFC without empty or `.` parts. Raises UnsafeArchive for one that leads elsewhere."""
    parts = [part for part in raw.split("/") if part not in ("", ".")]
    unsafe = (
        not parts
        or raw.startswith("/")
        or ".." in parts
        or "\\" in raw
        or re.match(r"[A-Za-z]:", raw)
        or any(unicodedata.category(sign) in ("Cc", "Cs") for sign in raw)
        or any(len(part.encode()) > 255 for part in parts)
        or len(raw) > 1_000
    )
    if unsafe:
        raise UnsafeArchive("unsafe-name", raw)
    return unicodedata.normalize("NFC", "/".join(parts))


def _is_litter(name: str) -> bool:
    """Did an operating system or a version control leave this there?"""
    *folders, last = name.casefold().split("/")
    return not _SKIPPED_FOLDERS.isdisjoint([*folders, last]) or last in _SKIPPED_FILES or last.startswith("._")


# -- Zip ---


def _zip_tree(file: BinaryIO, limits: Limits, *, close: Callable[[], None]) -> Tree:
    try:
        # Twice the files: folders have entries too. The check comes before a single entry is made into an object.
        count = count_entries(file, most=limits.files * 2 + 100)
        archive = zipfile.ZipFile(file)
    except BadDirectory as error:
        raise UnsafeArchive(error.code, error.detail or limits.files) from None
    except _UNREADABLE:
        raise UnsafeArchive("not-a-zip") from None
    entries = archive.infolist()
    if len(entries) != count.entries:
        raise UnsafeArchive("broken", f"{len(entries)} / {count.entries}")
    _check_overlap(entries, count)
    census = _Census(limits)
    readers: dict[str, Callable[[], bytes]] = {}
    for entry in entries:
        name = _entry_name(entry)
        if entry.is_dir() or _is_litter(name):
            continue
        _check_entry(entry, name, limits)
        census.admit(name, entry.file_size)
        readers[name] = _entry_reader(archive, entry, name)
    return Tree(readers, close)


def _entry_name(entry: zipfile.ZipInfo) -> str:
    raw = entry.orig_filename
    if not entry.flag_bits & 0x800:  # no UTF-8 flag: zipfile read it as cp437, but many tools write UTF-8 all the same
        with suppress(UnicodeError):
            raw = raw.encode("cp437").decode("utf-8")
    name = _safe_name(raw)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise UnsafeArchive("link", name)
    return name


def _check_entry(entry: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    if entry.flag_bits & 0x2041:  # encrypted, strongly encrypted, or with a masked directory
        raise UnsafeArchive("encrypted")
    if entry.compress_type not in (
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
    ):  # others may ask for much memory
        raise UnsafeArchive("method", entry.compress_type)
    if entry.file_size > _BUSY_RATIO_FROM and entry.file_size > limits.ratio * max(entry.compress_size, 1):
        raise UnsafeArchive("bomb", name)


def _check_overlap(entries: list[zipfile.ZipInfo], count: Count) -> None:
    """Each entry has its own stretch of the file, before the directory."""
    reached = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < reached:
            raise UnsafeArchive("bomb", entry.filename)
        reached = entry.header_offset + _LOCAL_HEADER + len(entry.orig_filename) + entry.compress_size
        if reached > count.directory_starts:
            raise UnsafeArchive("broken", entry.filename)


def _entry_reader(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Callable[[], bytes]:
    def read() -> bytes:
        chunks: list[bytes] = []
        size = 0
        try:
            with archive.open(entry) as stream:  # checks the local header, and the checksum at the end
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > entry.file_size:
                        break
                    chunks.append(chunk)
        except _UNREADABLE:
            raise UnsafeArchive("broken", name) from None
        if size != entry.file_size:
            raise UnsafeArchive("broken", name)
        return b"".join(chunks)

    return read


# -- Folder ---


def _folder_tree(root: Path, limits: Limits) -> Tree:
    census = _Census(limits)
    readers: dict[str, Callable[[], bytes]] = {}
    for path, raw, size in _files(root, "", limits):
        name = _safe_name(raw)
        census.admit(name, size)
        readers[name] = _file_reader(root, path, name, limits)
    return Tree(readers, close=lambda: None)


def _files(folder: Path, prefix: str, limits: Limits, depth: int = 0) -> Iterator[tuple[Path, str, int]]:
    if depth > 50:
        raise UnsafeArchive("unsafe-name", prefix)
    with os.scandir(folder) as entries:
        for entry in entries:
            name = prefix + entry.name
            if _is_litter(name):
                continue
            found = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(found.st_mode):
                yield from _files(Path(entry.path), f"{name}/", limits, depth + 1)
            elif stat.S_ISREG(found.st_mode):
                yield Path(entry.path), name, found.st_size
            else:
                raise UnsafeArchive("link", name)


def _file_reader(root: Path, path: Path, name: str, limits: Limits) -> Callable[[], bytes]:
    def read() -> bytes:
        # The folder may have changed since it was listed: a link put there now must not lead out of it.
        if path.resolve() != path or not path.is_relative_to(root) or not path.is_file():
            raise UnsafeArchive("link", name)
        with path.open("rb") as file:
            data = file.read(limits.file + 1)
        if len(data) > limits.file:
            raise UnsafeArchive("file-too-big", name)
        return data

    return read
