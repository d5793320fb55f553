"""The text between headings and fences: hosted videos, references to local files, presentation attributes."""

import html
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

from courses.formats.text import hide_code

if TYPE_CHECKING:
    from courses.formats.escapad_fences import Fence

_VIDEO = re.compile(
    r"!?\[([^\[\]\n]{0,300})\]\(\s*<?([^\s()<>]{1,1000})>?[^()\n]{0,300}\)"
    r"[ \t]*\{:?[^{}\n]{0,100}\.cours[_-]?video\b[^{}\n]{0,100}\}",
    re.IGNORECASE,
)
_ATTRIBUTES = re.compile(r"\{:[^{}\n]{0,200}\}|(?<=\))\{(?:\s*[.#][\w-]{1,50}){1,10}\s*\}|(?<=[ \t])\{#[\w-]{1,80}\}$")
_LEFT_ALONE = re.compile(r"[\s>*+-]*|\s*\d{1,3}[.)]\s*")  # what is left of a list item once its video is taken out
_LINK = re.compile(
    r"(?:(!?)\[([^\[\]\n]{0,500}))?\]\(\s*(?:<([^<>\n]{1,500})>|((?:[^()\s<>]|\([^()\s]{0,200}\)){1,500}))"
)
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]{1,200})\]:[ \t]*<?([^\s<>]{1,500})", re.MULTILINE)
_TAG = re.compile(r"<(img|a|source|video|audio|embed|object|iframe)\b([^<>]{0,2000})>", re.IGNORECASE)
_TAG_VALUE = re.compile(r"""\b(src|href|data|alt)\s*\\?=\s*("[^"]*"|'[^']*'|[^\s>"']+)""", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|[/#?{]|www\.", re.IGNORECASE)
_FILE = re.compile(r"(?:^|/)media/.|\.[A-Za-z0-9]{1,8}$", re.IGNORECASE)
_GIFT_ESCAPE = re.compile(r"\\([~=#{}:])")


@dataclass(frozen=True, slots=True)
class Markdown:
    """Markdown text and the number of its first line."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Video:
    """A hosted video, to be shown as a click-to-load embed."""

    url: str
    title: str
    line: int


@dataclass(frozen=True, slots=True)
class MediaRef:
    """One reference to a local file; `path` is decoded and relative to the course file's folder."""

    path: str
    alt: str
    line: int
    kind: Literal["image", "link"]


def split_videos(text: str, line: int) -> Iterator[Markdown | Video]:
    """Take the `[title](url){: .cours_video }` links out of a text, in order. Code spans are left alone."""
    position = 0
    for found in _VIDEO.finditer(hide_code(text)):
        before = text[position : found.start()]
        yield from _markdown(before, line, alone=False)
        line += before.count("\n")
        yield Video(html.unescape(found[2]), found[1].strip(), line)
        line += found[0].count("\n")
        position = found.end()
    yield from _markdown(text[position:], line, alone=position == 0)


def _markdown(piece: str, line: int, *, alone: bool) -> Iterator[Markdown]:
    if not alone and _LEFT_ALONE.fullmatch(piece):
        return
    kept = re.sub(r"\A(?:[ \t]*\n)+", "", piece)  # the first line keeps its indentation: it may mean code
    if kept.strip():
        yield Markdown(kept.rstrip(), line + piece.count("\n", 0, len(piece) - len(kept)))


def without_attributes(text: str) -> tuple[str, list[int]]:
    """Remove PHP-Markdown-Extra attributes such as `{: .x #id }`; return the text and where each one was."""
    kept: list[str] = []
    offsets: list[int] = []
    position = 0
    for found in _ATTRIBUTES.finditer(hide_code(text)):
        kept.append(text[position : found.start()].rstrip(" \t"))
        offsets.append(found.start())
        position = found.end()
    return "".join([*kept, text[position:]]), offsets


def media_in(part: "Markdown | Fence") -> list[MediaRef]:
    """List the references to local files in Markdown or in fenced questions, in order."""
    first = part.line if isinstance(part, Markdown) else part.line + 1
    visible = hide_code(part.text)
    found = [*_links(visible), *_tags(visible)]
    refs: list[MediaRef] = []
    position, line = 0, first
    for offset, target, alt, kind in sorted(found):
        line += visible.count("\n", position, offset)
        position = offset
        if path := _local(target):
            refs.append(MediaRef(path, " ".join(html.unescape(alt).split()), line, kind))
    return refs


type _Found = tuple[int, str, str, Literal["image", "link"]]


def _links(text: str) -> Iterator[_Found]:
    for link in _LINK.finditer(text):
        image = link[1] == "!"
        yield link.start(), link[3] or link[4], link[2] or "", "image" if image else "link"
    for definition in _DEFINITION.finditer(text):
        yield definition.start(), definition[2], definition[1], "link"


def _tags(text: str) -> Iterator[_Found]:
    for tag in _TAG.finditer(text):
        values = {name.lower(): value.strip("\"'") for name, value in _TAG_VALUE.findall(tag[2])}
        target = values.get("src") or values.get("href") or values.get("data")
        if target:
            yield tag.start(), target, values.get("alt", ""), "image" if tag[1].lower() == "img" else "link"


def _local(target: str) -> str:
    """Return the path of a local file, or an empty string for an address elsewhere."""
    target = html.unescape(_GIFT_ESCAPE.sub(r"\1", target)).strip()
    if _ELSEWHERE.match(target):
        return ""
    path = unquote(re.split(r"[?#]", target, maxsplit=1)[0]).replace("\\", "/")
    return posixpath.normpath(path) if _FILE.search(path) else ""
