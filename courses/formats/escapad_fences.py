"""The fenced blocks of a course file: where each one ends, and whether it holds questions or code."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Literal

from courses.formats import gift
from courses.formats.messages import Message, message
from courses.formats.questions import Parsed

FenceKind = Literal["comprehension", "activity", "advanced_activity", "code"]

FENCE_LINE = re.compile(r"([ \t]*)(`{3,}(?=[^`]*$)|~{3,})(.*)")
_KINDS: dict[str, FenceKind] = {
    "comprehension": "comprehension",
    "activite": "activity",
    "activite-avancee": "advanced_activity",
}
_NAMED_QUESTION = re.compile(r"^[ \t]*::[^\n]+?::", re.MULTILINE)
_PROGRAMMING = re.compile(r"[A-Za-z0-9+#._-]{1,20}")
_TOP_HEADING = re.compile(r" {0,3}#{1,2}[ \t]+\S.*")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some lines of the file and the number of the first one."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block. `info` is its name as written, `line` that of the opening fence."""

    kind: FenceKind
    info: str
    text: str
    line: int

    def questions(self) -> Parsed:
        """Read the GIFT it holds; code holds none."""
        return Parsed() if self.kind == "code" else gift.parse(self.text, first_line=self.line + 1)


@lru_cache(maxsize=256)
def fence_kind(info: str) -> tuple[FenceKind | None, bool]:
    """Return the kind a fence's name means, and whether it had to be guessed; no kind for an unknown name.

    Case, accents, spaces, hyphens and plurals do not count: `Activités avancées` is `activite-avancee`.
    """
    bare = unicodedata.normalize("NFKD", info).encode("ascii", "ignore").decode().lower()
    words = [word.rstrip("s") for word in re.split(r"[^a-z0-9]+", bare) if word]
    for length in (2, 1):
        if kind := _KINDS.get("-".join(words[:length])):
            return kind, False
    near = get_close_matches("-".join(words[:2])[:40], _KINDS, n=1, cutoff=0.85)
    return (_KINDS[near[0]], True) if near else (None, False)


def fence_at(lines: list[str], index: int, opening: re.Match[str]) -> tuple[Fence, int, list[Message]]:
    """Read the fence that `opening`, a match of FENCE_LINE, begins on `lines[index]`.

    Returns the fence, the index of the line after it, and the warnings.
    """
    indent, marks, info = opening[1], opening[2], opening[3].strip()
    found, guessed = fence_kind(info)
    kind: FenceKind = found or "code"
    end, after, closed = _end(lines, index, marks, kind)
    text = "\n".join(line.removeprefix(indent) for line in lines[index + 1 : end])
    remarks: list[Message] = []
    if not closed:
        remarks.append(message("fence-unclosed", index + 1, info or marks))
    if guessed:
        remarks.append(message("fence-guessed", index + 1, info))
    if info and not found and (not _PROGRAMMING.fullmatch(info) or _NAMED_QUESTION.search(text)):
        remarks.append(message("fence-unknown", index + 1, info))
    return Fence(kind, info, text, index + 1), after, remarks


def _end(lines: list[str], index: int, marks: str, kind: FenceKind) -> tuple[int, int, bool]:
    """Return where the fence's text ends, the line after the fence, and whether it was properly closed.

    A fence closes on a bare line of at least as many marks. Two marks alone close a fence of questions, where
    they can mean nothing else. A new fence of questions ends one that was never closed.
    """
    depth = 0
    limit = len(lines)
    for i in range(index + 1, len(lines)):
        line = lines[i]
        if kind != "code":
            if depth == 0 and line.strip() == marks[0] * 2:
                return i, i + 1, False
            depth = max(0, depth + _braces(line))
        fence = FENCE_LINE.fullmatch(line) if marks in line else None
        if not fence or fence[2][0] != marks[0] or len(fence[2]) < len(marks):
            continue
        if not fence[3].strip():
            return i, i + 1, True
        if fence_kind(fence[3])[0]:
            limit = i
            break
    return _likely_end(lines, index, limit, marks[0])


def _likely_end(lines: list[str], index: int, limit: int, mark: str) -> tuple[int, int, bool]:
    """Guess where an unclosed fence ends: a shorter closing line, or a heading outside any answer block."""
    depth = 0
    for i in range(index + 1, limit):
        stripped = lines[i].strip()
        if len(stripped) >= 2 and not stripped.strip(mark):
            return i, i + 1, False
        if depth == 0 and not lines[i - 1].strip() and _TOP_HEADING.fullmatch(lines[i]):
            return i, i, False
        depth = max(0, depth + _braces(lines[i]))
    return limit, limit, False


def _braces(line: str) -> int:
    line = line.replace("\\{", "").replace("\\}", "")
    return line.count("{") - line.count("}")
