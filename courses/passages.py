"""The passages of a lesson that a link can lead to: its headings, its paragraphs, its other blocks."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import Any

from lms.kit.sanitize import to_text

_PIECE = re.compile(r"<(h2|h3|p)\b[^>]*>(.*?)</\1>", re.DOTALL)
_KNOWN_BY = 80  # letters: what is mended further on in a paragraph does not move its address
# What names a block that is not text, the best first.
_NAMES = ("title", "caption", "alt", "label", "question", "text", "code")


@dataclass(frozen=True, slots=True)
class Passage:
    """One of them; `anchor` is its id in the page, `level` that of a heading (2 or 3) and 0 for anything else."""

    block_id: str
    anchor: str
    words: str
    kind: str = "text"
    level: int = 0


def passages_of(body: Iterable[Mapping[str, Any]]) -> list[Passage]:
    """All the passages of a lesson in order, from the stored JSON of its body."""
    seen: set[str] = set()
    found: list[Passage] = []
    for raw in body:
        if raw["type"] == "text":
            found += with_anchors(raw["value"] or "", raw["id"], seen)[1]
        else:
            found.append(Passage(raw["id"], f"b-{raw['id']}", _name_of(raw["value"]), raw["type"]))
    return found


def with_anchors(html: str, block_id: str, seen: set[str]) -> tuple[str, list[Passage]]:
    """A text whose headings and paragraphs have ids, and these; `seen` holds those of the lesson so far.

    An address is made of the first words, so that it stays when something is added before, when the lesson is copied
    or imported again. Words said before in the lesson are left without one.
    """
    found: list[Passage] = []

    def name(piece: re.Match[str]) -> str:
        tag, inside = piece[1], piece[2]
        words = to_text(inside)
        anchor = _anchor(words)
        if not anchor or anchor in seen:
            return f"<{tag}>{inside}</{tag}>"
        seen.add(anchor)
        found.append(Passage(block_id, anchor, words, level=int(tag[1]) if tag != "p" else 0))
        return f'<{tag} id="{anchor}">{inside}</{tag}>'

    return _PIECE.sub(name, html), found


def before_quiz(passages: Iterable[Passage], quiz_id: str) -> Passage | None:
    """Where what a quiz asks about begins: at the only heading since the quiz before it, or else right after that quiz.

    The second has no words: nothing there names the whole. None where nothing stands before the quiz.
    """
    between: list[Passage] = []
    for passage in passages:
        if passage.block_id == quiz_id:
            break
        between = [] if passage.kind == "quiz" else [*between, passage]
    headings = [passage for passage in between if passage.level == 2]
    if len(headings) == 1:
        return headings[0]
    return replace(between[0], words="") if between else None


def _anchor(words: str) -> str:
    letters = "".join(character for character in words.casefold() if character.isalnum())[:_KNOWN_BY]
    return f"p-{blake2s(letters.encode(), digest_size=4).hexdigest()}" if letters else ""


def _name_of(value: Any) -> str:
    if not isinstance(value, Mapping):
        return ""
    return next((to_text(value[key]) for key in _NAMES if value.get(key)), "")
