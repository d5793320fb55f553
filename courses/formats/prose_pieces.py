"""What HTML is cut into by `courses.formats.prose`: the pieces, and the two helpers that write plain prose."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# What a resolver gives for a link: the attributes Wagtail stores, or None to keep the words alone.
type LinkAttributes = Mapping[str, str]
type Note = tuple[str, str]  # a name of `courses.services.reports.REASONS`, and what it is about
type Resolve = Callable[[str], LinkAttributes | None]


@dataclass(frozen=True, slots=True)
class Prose:
    """Rich text as the editor stores it."""

    html: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image; `src` is as written in the source."""

    src: str
    alt: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain text, all of the same length, the headings first."""

    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    text: str


@dataclass(frozen=True, slots=True)
class FileLink:
    """A paragraph that is nothing but a link to a local file."""

    href: str
    label: str


type Piece = Prose | Picture | Table | Code | Quote | FileLink


@dataclass(frozen=True, slots=True)
class Shaped:
    """The pieces in order, and what had to be simplified: names of `courses.services.reports.REASONS`."""

    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]


def paragraph(words: str) -> str:
    """Plain words as one paragraph of prose; nothing for no words."""
    return f"<p>{html.escape(words, quote=False)}</p>" if words.strip() else ""


def external_link(href: str) -> LinkAttributes | None:
    """Keep a link that stands by itself on the web; an anchor or a path of the old course leads nowhere here."""
    href = href.strip()
    if href.lower().startswith("www."):
        href = f"https://{href}"
    return {"href": href} if re.match(r"(https?://|mailto:|tel:)", href, re.IGNORECASE) else None
