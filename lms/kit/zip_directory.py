"""Count the entries of a zip from its directory's bytes, before anything is built from them.

Layout: APPNOTE.TXT 6.3.10 (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), sections 4.3.12 to 4.3.16.
"""

import os
import struct
from dataclasses import dataclass
from typing import BinaryIO

_END = struct.Struct("<4s4H2LH")  # end of central directory, 22 bytes
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY_BYTES = 46
_LONGEST_COMMENT = 65_535
_BYTES_PER_ENTRY = 2_000  # a generous name, extra field and comment


class BadDirectory(Exception):
    """The directory is refused; `code` is one of those of `lms.kit.archives.UnsafeArchive`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Count:
    """How many entries the directory really holds, and at which byte of the file it starts."""

    entries: int
    directory_starts: int


def count_entries(file: BinaryIO, *, most: int) -> Count:
    """Count the entries without making objects of them. Raises BadDirectory when there are more than `most`.

    The directory must end where the end record starts and begin where that record says: nothing may be hidden before
    the archive, after it or between its parts.
    """
    file_size = file.seek(0, os.SEEK_END)
    tail_starts = max(0, file_size - _END.size - _LONGEST_COMMENT)
    file.seek(tail_starts)
    tail = file.read()
    end = _end_record(tail)
    _, disk, start_disk, here, stated, size, offset, comment = _END.unpack_from(tail, end)
    if end + _END.size + comment != len(tail):
        raise BadDirectory("broken", "end")
    directory_ends = tail_starts + end
    if wide := _end64(file, directory_ends):
        here, stated, size, offset, directory_ends = wide
    if stated > most:
        raise BadDirectory("too-many-files")
    if disk != start_disk or here != stated or offset + size != directory_ends:
        raise BadDirectory("broken", "end")
    if size > most * _BYTES_PER_ENTRY:
        raise BadDirectory("too-many-files")
    file.seek(offset)
    entries = _walk(file.read(size), most)
    if entries != stated:
        raise BadDirectory("broken", f"{stated} / {entries}")
    file.seek(0)
    return Count(entries, offset)


def _end_record(tail: bytes) -> int:
    """Return where the end record starts: the same one that the standard library's zipfile will find."""
    plain = len(tail) - _END.size
    if plain >= 0 and tail[plain : plain + 4] == b"PK\x05\x06" and tail[-2:] == b"\0\0":
        return plain
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or found + _END.size > len(tail):
        raise BadDirectory("not-a-zip")
    return found


def _end64(file: BinaryIO, end: int) -> tuple[int, int, int, int, int] | None:
    """Read the 64-bit end record wherever zipfile would: entries here, entries, size, offset and its own place."""
    at = end - _END64_LOCATOR.size - _END64.size
    if at < 0:
        return None
    file.seek(at)
    record, locator = file.read(_END64.size), file.read(_END64_LOCATOR.size)
    if not locator.startswith(b"PK\x06\x07"):
        return None
    signature, _, _, _, _, _, here, stated, size, offset = _END64.unpack(record)
    if signature != b"PK\x06\x06":
        raise BadDirectory("broken", "zip64")
    return here, stated, size, offset, at


def _walk(directory: bytes, most: int) -> int:
    entries = position = 0
    while position < len(directory):
        if directory[position : position + 4] != b"PK\x01\x02" or position + _ENTRY_BYTES > len(directory):
            raise BadDirectory("broken", f"{entries}")
        entries += 1
        if entries > most:
            raise BadDirectory("too-many-files")
        position += _ENTRY_BYTES + sum(struct.unpack_from("<3H", directory, position + 28))
    if position != len(directory):
        raise BadDirectory("broken", f"{entries}")
    return entries
