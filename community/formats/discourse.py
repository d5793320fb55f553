"""A Discourse forum by its public JSON: `t/<id>.json`, `categories.json`, and `people.json` of our own.

What Discourse calls a topic is a thread, a category is a space. Nothing of its public JSON tells an e-mail address:
`people.json`, an object of addresses by username, is what joins its people to the academy's.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from community.enums import ThreadKind
from lms.kit.archives import Limits, Tree

from .forum_lines import LONGEST_TEXT
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

LIMITS = Limits(files=20_000, total=200 * 1024 * 1024, file=2 * 1024 * 1024)
MOST_POSTS = 200_000
"""Posts that one topic may announce."""
NO_CATEGORY = "0"
_TOPIC = re.compile(r"(?:^|/)t/[^/]+(?:/[^/]+)?\.json$")
_ORDINARY, _TEAM_NOTE, _SMALL_ACTION, _WHISPER = 1, 2, 3, 4


def pieces(tree: Tree) -> Iterator[Piece]:
    """Categories, then each topic with its people and posts. The parts of one topic may stand in several files.

    Raises:
        ForumRefused: there is no topic.
        lms.kit.archives.UnsafeArchive
    """
    names = tree.names()
    topics = [name for name in names if _TOPIC.search(name)]
    if not topics and len(names) == 1 and names[0].endswith(".json"):
        topics = names
    if not topics:
        raise ForumRefused(
            "not-a-forum",
            _("This file is no forum that can be read here: neither JSON Lines nor the topics of a Discourse forum."),
        )
    reader = _Reader(_addresses(tree, names))
    yield from _categories(tree, names)
    for name in sorted(topics, key=_natural):
        yield from reader.file(tree.read(name), name)
    yield from reader.missing()


class _Reader:
    """The topics of one forum; of each it remembers which posts were announced and which were there."""

    def __init__(self, addresses: dict[str, str]) -> None:
        self.addresses = addresses
        self.announced: dict[str, tuple[str, set[str]]] = {}
        self.seen: dict[str, set[str]] = {}
        self.people: set[str] = set()
        self.spaces: set[str] = set()
        self.private: set[str] = set()

    def file(self, data: bytes, name: str) -> Iterator[Piece]:
        try:
            topic = loaded(data)
            posts = topic["post_stream"]["posts"]
            told = [post for post in posts if isinstance(post, dict)]
            if len(told) != len(posts) or not told:
                raise PieceRefused("not-a-topic")
            key = id_of(topic if "title" in topic else told[0], "id" if "title" in topic else "topic_id")
        except (PieceRefused, KeyError, TypeError):
            yield RefusedPiece(file=name, line=0, kind="threads", code="not-a-topic")
            return
        if "title" in topic and key not in self.seen:
            yield from self._opened(topic, told, key, name)
        for post in told:
            yield from self._post(post, key, name, topic)

    def missing(self) -> Iterator[Piece]:
        """Posts that a topic announces in its `stream`, and that no file holds."""
        for key, (name, announced) in self.announced.items():
            for one in sorted(announced - self.seen[key], key=_natural):
                yield RefusedPiece(file=name, line=0, kind="posts", code="not-in-files", detail=one)

    def _opened(self, topic: dict[str, Any], posts: list[dict[str, Any]], key: str, name: str) -> Iterator[Piece]:
        self.seen[key] = set()
        stream = topic["post_stream"].get("stream")
        if isinstance(stream, list):
            ids = {str(one) for one in stream[:MOST_POSTS] if isinstance(one, int)}
            self.announced[key] = (name, ids)
        try:
            if topic.get("archetype") == "private_message":
                self.private.add(key)
                raise PieceRefused("private")
            first = posts[0]
            thread = ThreadPiece(
                file=name,
                line=0,
                id=key,
                space=id_of(topic, "category_id", required=False) or NO_CATEGORY,
                kind=ThreadKind.QUESTION if _is_solved(topic, posts) else ThreadKind.DISCUSSION,
                title=text_of(topic, "title", most=1_000, required=True),
                author=id_of(first, "username"),
                created_at=moment_of(topic if topic.get("created_at") else first, "created_at"),
                is_closed=flag_of(topic, "closed") or flag_of(topic, "archived"),
                is_pinned=flag_of(topic, "pinned"),
            )
        except PieceRefused as refusal:
            yield RefusedPiece(file=name, line=0, kind="threads", code=refusal.code, detail=refusal.detail)
            return
        yield from self._author(first, name)
        yield thread

    def _post(self, post: dict[str, Any], key: str, name: str, topic: dict[str, Any]) -> Iterator[Piece]:
        number = post.get("post_number")
        line = number if isinstance(number, int) and 0 < number < 10**9 else 0
        try:
            one = id_of(post, "id")
            seen = self.seen.setdefault(key, set())
            if one in seen:  # the first post comes again with every part of a topic
                return
            seen.add(one)
            piece = _read_post(post, key, name, line, topic, is_private=key in self.private)
        except PieceRefused as refusal:
            yield RefusedPiece(file=name, line=line, kind="posts", code=refusal.code, detail=refusal.detail)
            return
        yield from self._author(post, name)
        yield piece

    def _author(self, post: dict[str, Any], name: str) -> Iterator[Piece]:
        username = id_of(post, "username")
        if username in self.people:
            return
        self.people.add(username)
        shown = post.get("name")
        yield PersonPiece(
            file=name,
            line=0,
            id=username,
            name=text_of(post, "name", most=1_000) if isinstance(shown, str) and shown.strip() else username,
            email=self.addresses.get(username.casefold(), ""),
        )


def _read_post(
    post: dict[str, Any], key: str, name: str, line: int, topic: dict[str, Any], *, is_private: bool
) -> PostPiece:
    if is_private or post.get("post_type") == _WHISPER:
        raise PieceRefused("private")
    if post.get("post_type") not in (None, _ORDINARY, _TEAM_NOTE):
        raise PieceRefused("not-a-message")
    if flag_of(post, "user_deleted") or post.get("deleted_at"):
        raise PieceRefused("deleted-there")
    if flag_of(post, "hidden"):
        raise PieceRefused("hidden-there")
    source, html = text_of(post, "raw", most=LONGEST_TEXT), text_of(post, "cooked", most=LONGEST_TEXT)
    if not source.strip() and not html.strip():
        raise PieceRefused("empty")
    id_of(post, "username")
    answered = post.get("reply_to_post_number")
    return PostPiece(
        file=name,
        line=line,
        id=id_of(post, "id"),
        thread=key,
        author=id_of(post, "username"),
        created_at=moment_of(post, "created_at"),
        source=source,
        html=html,
        reply_to=f"#{answered}" if isinstance(answered, int) and 0 < answered < 10**9 else "",
        is_accepted=flag_of(post, "accepted_answer") or _accepted_number(topic) == line > 1,
    )


def _is_solved(topic: dict[str, Any], posts: list[dict[str, Any]]) -> bool:
    return _accepted_number(topic) > 0 or any(flag_of(post, "accepted_answer") for post in posts)


def _accepted_number(topic: dict[str, Any]) -> int:
    """The number of the post that the topic says solves it; 0 when it says none."""
    accepted = topic.get("accepted_answer")
    number = accepted.get("post_number") if isinstance(accepted, dict) else 0
    return number if isinstance(number, int) else 0


def _categories(tree: Tree, names: list[str]) -> Iterator[Piece]:
    for name in names:
        if name.rsplit("/", 1)[-1] != "categories.json":
            continue
        try:
            told = loaded(tree.read(name))["category_list"]["categories"]
            rows = [row for row in told if isinstance(row, dict)]
        except (PieceRefused, KeyError, TypeError):
            yield RefusedPiece(file=name, line=0, kind="spaces", code="not-categories")
            continue
        for line, row in enumerate(rows, 1):
            yield from _category(row, name, line)


def _category(row: dict[str, Any], name: str, line: int) -> Iterator[Piece]:
    try:
        if flag_of(row, "read_restricted"):
            raise PieceRefused("private")
        yield SpacePiece(
            file=name,
            line=line,
            id=id_of(row, "id"),
            name=text_of(row, "name", most=1_000, required=True),
            description=text_of(row, "description_text", most=10_000),
        )
    except PieceRefused as refusal:
        yield RefusedPiece(file=name, line=line, kind="spaces", code=refusal.code, detail=refusal.detail)


def _addresses(tree: Tree, names: list[str]) -> dict[str, str]:
    """Addresses by username, lower case. Raises ForumRefused when `people.json` is something else."""
    found: dict[str, str] = {}
    for name in names:
        if name.rsplit("/", 1)[-1] == "people.json":
            try:
                told = loaded(tree.read(name))
            except PieceRefused:
                told = None
            if not isinstance(told, dict) or not all(isinstance(address, str) for address in told.values()):
                raise ForumRefused("not-people", _("people.json is not an object of e-mail addresses by username."))
            found |= {username.casefold(): address for username, address in told.items()}
    return found


def _natural(name: str) -> list[tuple[int, int, str]]:
    parts = re.split(r"(\d{1,18})", name)
    return [(1, int(part), "") if part.isascii() and part.isdigit() else (0, 0, part) for part in parts]
