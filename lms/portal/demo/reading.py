"""Reads the demo's lessons: a TOML header, Markdown, and `:::kind first | second` … `:::` blocks."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_OPENING = re.compile(r":::([a-z]+)[ ]*(.*)")
_STEP = re.compile(r"\d+\. \*\*(.+?)\*\*\s*(?:—\s*)?(.*)")


@dataclass(frozen=True, slots=True)
class Markdown:
    text: str


@dataclass(frozen=True, slots=True)
class Directive:
    """A block that Markdown cannot say; a missing argument is an empty string."""

    kind: str
    arguments: tuple[str, ...]
    body: str

    def argument(self, index: int) -> str:
        return self.arguments[index] if index < len(self.arguments) else ""


@dataclass(frozen=True, slots=True)
class Document:
    """One file: what its header says, and its parts in order."""

    header: dict[str, Any]
    parts: tuple[Markdown | Directive, ...]


def read_document(path: Path) -> Document:
    """Read one file of the demo. Raises ValueError for a header or a block that is not closed."""
    text = path.read_text(encoding="utf-8")
    if not text.startswith("+++\n"):
        return Document({}, tuple(_parts(text)))
    header, closed, body = text.removeprefix("+++\n").partition("\n+++\n")
    if not closed:
        raise ValueError(f"{path.name}: the header is not closed")
    return Document(tomllib.loads(header), tuple(_parts(body)))


def read_steps(body: str) -> list[tuple[str, str]]:
    """Read `1. **Title** — text` lines; a line without a number goes on with the step before."""
    steps: list[tuple[str, str]] = []
    for line in body.splitlines():
        if found := _STEP.fullmatch(line.strip()):
            steps.append((found[1], found[2]))
        elif line.strip():
            if not steps:
                raise ValueError(f"not a step: {line}")
            title, text = steps[-1]
            steps[-1] = (title, f"{text} {line.strip()}".strip())
    return steps


def _parts(text: str) -> Iterator[Markdown | Directive]:
    lines = text.split("\n")
    kept: list[str] = []
    index = 0
    while index < len(lines):
        opening = _OPENING.fullmatch(lines[index].rstrip())
        if not opening:
            kept.append(lines[index])
            index += 1
            continue
        if words := "\n".join(kept).strip():
            yield Markdown(words)
        kept = []
        end = next((i for i in range(index + 1, len(lines)) if lines[i].strip() == ":::"), -1)
        if end < 0:
            raise ValueError(f"line {index + 1}: the block {opening[1]} is not closed")
        arguments = tuple(part.strip() for part in opening[2].split("|"))
        yield Directive(opening[1], arguments, "\n".join(lines[index + 1 : end]).strip("\n"))
        index = end + 1
    if words := "\n".join(kept).strip():
        yield Markdown(words)
