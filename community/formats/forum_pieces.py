"""What a forum is made of, whatever file it comes from; and the looks that every format of a forum shares."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lms.kit.errors import DomainError

LONGEST_ID = 80
"""Characters."""
# Databases refuse both: half a surrogate pair has no UTF-8, and PostgreSQL keeps no NUL.
_UNKEPT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class ForumRefused(DomainError):
    """The whole file is refused, and nothing is written: `not-a-forum`, `not-people`, `too-big`, `too-many-errors`,
    `no-source`."""


class PieceRefused(ValueError):
    """One thing cannot be read; `code` is a key of `community.services.import_report.REASONS`."""

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = " ".join(str(detail).split())[:80]


type Note = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Where it stands: `line` counts from 1; in a Discourse topic it is the number of the post."""

    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpacePiece(Piece):
    id: str
    name: str
    description: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPiece(Piece):
    """`email` is empty when the forum does not tell it."""

    id: str
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadPiece(Piece):
    id: str
    space: str
    kind: str
    title: str
    author: str
    created_at: datetime
    is_closed: bool = False
    is_pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPiece(Piece):
    """`source` is Markdown; `html`, when there is any, is what readers saw, not cleaned yet."""

    id: str
    thread: str
    author: str
    created_at: datetime
    source: str = ""
    html: str = ""
    reply_to: str = ""
    is_accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPiece(Piece):
    """Something that could not be read: `kind` is one of the report's."""

    kind: str
    code: str
    detail: str = ""


def loaded(data: bytes | str) -> Any:
    """The JSON value. Raises PieceRefused for what is not JSON in UTF-8, nested too deep, or a number too long."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise PieceRefused("not-json") from None


def text_of(told: dict[str, Any], name: str, *, most: int, required: bool = False) -> str:
    """A text without signs that no database keeps. Raises PieceRefused when it is missing, too long or not text."""
    value = told.get(name)
    if value is None or value == "":
        if required:
            raise PieceRefused("missing", name)
        return ""
    if not isinstance(value, str):
        raise PieceRefused("not-text", name)
    if len(value) > most:
        raise PieceRefused("too-long", name)
    value = _UNKEPT.sub("", value)
    if required and not value.strip():
        raise PieceRefused("missing", name)
    return value


def id_of(told: dict[str, Any], name: str, *, required: bool = True) -> str:
    """A text or a whole number that names something in the file, on one line."""
    value = told.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**18:
        return str(value)
    return " ".join(text_of(told, name, most=LONGEST_ID, required=required).split())


def flag_of(told: dict[str, Any], name: str) -> bool:
    return told.get(name) is True


def moment_of(told: dict[str, Any], name: str) -> datetime:
    """A date and time of ISO 8601; without a zone it is UTC. Raises PieceRefused when it is none."""
    value = text_of(told, name, most=40, required=True)
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PieceRefused("date-unread", value) from None
