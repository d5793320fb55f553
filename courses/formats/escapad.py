"""The Esc@pad course file: Markdown with a header, sections, hosted videos and fenced GIFT questions.

The form is the one of the University of Lille's course (github.com/CultureNumerique), read with the slips
that real authors make.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from courses.formats.escapad_fences import FENCE_LINE, Fence, Stretch, fence_at
from courses.formats.escapad_text import Markdown, MediaRef, Video, media_in, split_videos, without_attributes
from courses.formats.messages import FormatError, Message, message
from courses.formats.text import decode, is_comment, newlines, unclosed_html

__all__ = [
    "CourseFile",
    "Fence",
    "Header",
    "Markdown",
    "MediaRef",
    "NotACourse",
    "Part",
    "Section",
    "SubSection",
    "Video",
    "decode",
    "parse",
]

type Part = Markdown | Video | Fence

_HEADING = re.compile(r" {0,3}(#{1,2})[ \t]+(\S.*)")
_TIGHT_HEADING = re.compile(r"(#{1,2})([^\W\d_a-z].*)")  # `#Titre`: an older Markdown allowed it
_HEADER_LINE = re.compile(r"\s*([A-Za-z][A-Za-z _-]{0,30}?)\s*:(?!//)\s*(.*)")
_KNOWN = {
    "TITLE": "title",
    "MENUTITLE": "menu_title",
    "AUTHOR": "author",
    "LANGUAGE": "language",
    "CSS": "css",
}
_TAG_END = re.compile(r'"\s*/?>$')  # left by an author who pasted a <link> element
_MOST_UNCLOSED = 20  # beyond that the file is something else, and looking for ends would take too long


class NotACourse(FormatError):
    """The text has neither a header nor a section."""


@dataclass(frozen=True, slots=True)
class Header:
    """The `KEY: value` lines at the top; a key we do not know is in `extra`, in capitals."""

    title: str = ""
    menu_title: str = ""
    author: str = ""
    language: str = ""
    css: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SubSection:
    """A `##` heading and what follows it, in order."""

    title: str
    line: int
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A `#` heading; `parts` is what comes before its first sub-section."""

    title: str
    line: int
    subsections: tuple[SubSection, ...] = ()
    parts: tuple[Part, ...] = ()

    def all_parts(self) -> Iterator[Part]:
        """Every part of the section and of its sub-sections, in the order of the file."""
        yield from self.parts
        for subsection in self.subsections:
            yield from subsection.parts


@dataclass(frozen=True, slots=True)
class CourseFile:
    """One module of a course. `path` is the name it was read under; lines count from 1."""

    path: str
    header: Header
    sections: tuple[Section, ...] = ()
    media: tuple[MediaRef, ...] = ()
    messages: tuple[Message, ...] = ()

    def all_parts(self) -> Iterator[Part]:
        """Every part of the file in order."""
        for section in self.sections:
            yield from section.all_parts()

    def counts(self) -> dict[str, int]:
        """What the file holds: each reference to a medium, each fence (code too), each question found."""
        parts = list(self.all_parts())
        fences = [part for part in parts if isinstance(part, Fence)]
        return {
            "sections": len(self.sections),
            "subsections": sum(len(section.subsections) for section in self.sections),
            "media": len(self.media),
            "videos": sum(isinstance(part, Video) for part in parts),
            "fences": len(fences),
            "questions": sum(fence.questions().found for fence in fences),
        }


@dataclass(slots=True)
class _Open:
    """A section or sub-section still being read."""

    title: str
    line: int
    level: int
    removed: int = 0  # attributes taken out of the title
    parts: list[Part] = field(default_factory=list)
    inner: list["_Open"] = field(default_factory=list)


def parse(text: str, *, path: str) -> CourseFile:
    """Read one course file. Raises NotACourse; every other trouble is a message and nothing is dropped."""
    lines = newlines(text).split("\n")
    messages: list[Message] = []
    header, first = _read_header(lines, messages)
    outline: list[_Open] = []
    media: list[MediaRef] = []
    attributes: list[int] = []  # the line of each `{: … }` removed
    for block in _blocks(lines, first, messages):
        if isinstance(block, _Open):
            _add_heading(outline, block, messages)
            attributes += [block.line] * block.removed
            continue
        if isinstance(block, Stretch):
            parts, removed = _text_parts(block, messages)
            attributes += removed
        else:
            parts = [block]
        if parts:
            _current(outline, header, parts[0].line, messages).parts.extend(parts)
        for part in parts:
            if isinstance(part, Markdown) or (isinstance(part, Fence) and part.kind != "code"):
                media += media_in(part)
    if header is None and not any(opened.level == 1 and opened.title for opened in outline):
        raise NotACourse("not-a-course")
    if attributes:
        messages.append(message("attributes-removed", attributes[0], len(attributes)))
    return CourseFile(
        path=path,
        header=header or Header(),
        sections=tuple(_closed(opened) for opened in outline),
        media=tuple(media),
        messages=tuple(sorted(messages, key=lambda one: one.line)),
    )


def _read_header(lines: list[str], messages: list[Message]) -> tuple[Header | None, int]:
    """Read the header lines, plain or between two `---`; return them and the index of the line after."""
    index = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    fenced = index < len(lines) and lines[index].strip() == "---"
    known: dict[str, str] = {}
    extra: dict[str, str] = {}
    end = index = index + 1 if fenced else index
    while index < len(lines):
        line = lines[index]
        found = _HEADER_LINE.fullmatch(line)
        key = re.sub(r"[\s_-]", "", found[1]).upper() if found else ""
        if fenced and line.strip() == "---":
            end = index + 1
            break
        if found and key in _KNOWN:
            if _KNOWN[key] in known:
                messages.append(message("header-twice", index + 1, line))
            known.setdefault(_KNOWN[key], _TAG_END.sub("", found[2].strip()))
            end = index + 1
        elif found and index == end:  # unknown keys only in one block with the known ones
            extra.setdefault(found[1].strip().upper(), found[2].strip())
            end = index + 1
        elif line.strip() and not fenced:
            break
        index += 1
    return (Header(**known, extra=extra), end) if known else (None, 0)


def _blocks(lines: list[str], index: int, messages: list[Message]) -> Iterator[_Open | Stretch | Fence]:
    """Cut the body into headings, fences and the stretches of text between them."""
    text_from = index
    unclosed = 0
    while index < len(lines):
        line = lines[index]
        heading = _HEADING.fullmatch(line) or (
            _TIGHT_HEADING.fullmatch(line) if not index or not lines[index - 1].strip() else None
        )
        opening = FENCE_LINE.fullmatch(line)
        if not heading and not opening:
            index += 1
            continue
        if text_from < index:
            yield Stretch("\n".join(lines[text_from:index]), text_from + 1)
        if heading:
            title, removed = without_attributes(heading[2])
            yield _Open(title.strip().rstrip("#").strip(), index + 1, len(heading[1]), len(removed))
            index += 1
        elif opening:
            fence, index, remarks = fence_at(lines, index, opening)
            unclosed += any(remark.code == "fence-unclosed" for remark in remarks)
            if unclosed > _MOST_UNCLOSED:
                raise NotACourse("not-a-course")
            messages += remarks
            yield fence
        text_from = index
    if text_from < len(lines):
        yield Stretch("\n".join(lines[text_from:]), text_from + 1)


def _text_parts(block: Stretch, messages: list[Message]) -> tuple[list[Part], list[int]]:
    parts: list[Part] = []
    removed: list[int] = []
    for part in split_videos(block.text, block.line):
        if isinstance(part, Markdown):
            text, offsets = without_attributes(part.text)
            removed += [part.line + part.text.count("\n", 0, offset) for offset in offsets[:1]] * len(offsets)
            if is_comment(text):
                continue
            part = Markdown(text, part.line)
            if names := unclosed_html(text):
                messages.append(message("html-unclosed", part.line, names))
        parts.append(part)
    return parts, removed


def _add_heading(outline: list[_Open], opened: _Open, messages: list[Message]) -> None:
    if opened.level == 1:
        outline.append(opened)
        return
    if not outline:
        messages.append(message("text-before-section", opened.line))
        outline.append(_Open("", opened.line, 1))
    outline[-1].inner.append(opened)


def _current(outline: list[_Open], header: Header | None, line: int, messages: list[Message]) -> _Open:
    """Return the sub-section or section being read, making one for text that has none."""
    if not outline:
        messages.append(message("text-before-section", line))
        outline.append(_Open("", line, 1))
    section = outline[-1]
    return section.inner[-1] if section.inner else section


def _closed(opened: _Open) -> Section:
    inner = tuple(SubSection(one.title, one.line, tuple(one.parts)) for one in opened.inner)
    return Section(opened.title, opened.line, inner, tuple(opened.parts))
