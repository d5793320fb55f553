"""A forum as JSON Lines: one object a line, each after what it names. See docs/forum-import.md."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from community.enums import Audience, ThreadKind

from .forum_pieces import (
    ForumRefused,
    PersonPiece,
    Piece,
    PieceRefused,
    PostPiece,
    RefusedPiece,
    SpacePiece,
    ThreadPiece,
    flag_of,
    id_of,
    loaded,
    moment_of,
    text_of,
)

LARGEST = 200 * 1024 * 1024
"""Bytes of the file."""
LONGEST_LINE = 256 * 1024
LONGEST_TEXT = 100_000
KINDS = {"space": "spaces", "person": "people", "thread": "threads", "post": "posts"}
AUDIENCES = (Audience.ACADEMY, Audience.THEME, Audience.ALUMNI)
"""Those a file may ask for: cohorts and partners are the academy's own affair."""


def pieces(file: BinaryIO, name: str) -> Iterator[Piece]:
    """Each line of the file as what it is, or why it is refused. Lines are read one at a time.

    Raises:
        ForumRefused: the first line is no object with a `type`: this is another sort of file; or it is too big.
    """
    read = number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        read += len(line)
        if read > LARGEST:
            raise ForumRefused(
                "too-big", _("This file is larger than 200 MB. Split it, and import the parts in order.")
            )
        if len(line) > LONGEST_LINE:
            if number == 1:
                raise _not_a_forum()
            read += _skip_line(file, LARGEST - read)
            yield RefusedPiece(file=name, line=number, kind="lines", code="line-too-long")
            continue
        if not line.strip():
            continue
        yield _piece(line, name, number, is_first=number == 1)


def _piece(line: bytes, name: str, number: int, *, is_first: bool) -> Piece:
    kind = "lines"
    try:
        told = loaded(line.removeprefix(b"\xef\xbb\xbf"))
        if not isinstance(told, dict) or not isinstance(told.get("type"), str):
            raise PieceRefused("no-type")
        kind = KINDS.get(told["type"], "lines")
        if kind == "lines":
            raise PieceRefused("type-unknown", told["type"])
        return _READERS[told["type"]](told, name, number)
    except PieceRefused as refusal:
        if is_first and kind == "lines":
            raise _not_a_forum() from None
        return RefusedPiece(file=name, line=number, kind=kind, code=refusal.code, detail=refusal.detail)


def _space(told: dict[str, Any], name: str, number: int) -> SpacePiece:
    audience = text_of(told, "audience", most=20)
    if audience and audience not in AUDIENCES:
        raise PieceRefused("audience-unknown", audience)
    return SpacePiece(
        file=name,
        line=number,
        id=id_of(told, "id"),
        name=text_of(told, "name", most=1_000, required=True),
        description=text_of(told, "description", most=10_000),
        audience=audience,
    )


def _person(told: dict[str, Any], name: str, number: int) -> PersonPiece:
    return PersonPiece(
        file=name,
        line=number,
        id=id_of(told, "id"),
        name=text_of(told, "name", most=1_000),
        email=text_of(told, "email", most=254),
    )


def _thread(told: dict[str, Any], name: str, number: int) -> ThreadPiece:
    kind = text_of(told, "kind", most=20) or ThreadKind.DISCUSSION
    if kind not in ThreadKind:
        raise PieceRefused("kind-unknown", kind)
    return ThreadPiece(
        file=name,
        line=number,
        id=id_of(told, "id"),
        space=id_of(told, "space"),
        kind=kind,
        title=text_of(told, "title", most=1_000, required=True),
        author=id_of(told, "author"),
        created_at=moment_of(told, "created_at"),
        is_closed=flag_of(told, "closed"),
        is_pinned=flag_of(told, "pinned"),
    )


def _post(told: dict[str, Any], name: str, number: int) -> PostPiece:
    source = text_of(told, "text", most=LONGEST_TEXT)
    html = text_of(told, "html", most=LONGEST_TEXT)
    if not source.strip() and not html.strip():
        raise PieceRefused("empty")
    return PostPiece(
        file=name,
        line=number,
        id=id_of(told, "id"),
        thread=id_of(told, "thread"),
        author=id_of(told, "author"),
        created_at=moment_of(told, "created_at"),
        source=source,
        html=html,
        reply_to=id_of(told, "reply_to", required=False),
        is_accepted=flag_of(told, "accepted"),
    )


_READERS = {"space": _space, "person": _person, "thread": _thread, "post": _post}


def _skip_line(file: BinaryIO, most: int) -> int:
    """Read past the rest of a line, no further than `most` bytes; return how many."""
    skipped = 0
    while skipped <= most and (part := file.readline(LONGEST_LINE)):
        skipped += len(part)
        if part.endswith(b"\n"):
            break
    return skipped


def _not_a_forum() -> ForumRefused:
    return ForumRefused(
        "not-a-forum",
        _("This file is no forum that can be read here: neither JSON Lines nor the topics of a Discourse forum."),
    )
