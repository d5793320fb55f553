"""Clean HTML cut into what a lesson is made of: prose that the editor keeps, pictures, tables, code, quotations.

Draftail, Wagtail's editor, knows paragraphs, headings, lists and a few marks: anything else it would drop at the
first save. So nothing else reaches it: the rest becomes a piece of its own, or readable prose and a note saying so.
"""

import html
from collections.abc import Callable, Iterable

from bs4 import BeautifulSoup

from courses.formats.prose_pieces import (
    Code,
    FileLink,
    LinkAttributes,
    Note,
    Picture,
    Piece,
    Prose,
    Quote,
    Resolve,
    Shaped,
    Table,
    external_link,
    paragraph,
)
from courses.formats.prose_shaper import Shaper

__all__ = [
    "Code",
    "FileLink",
    "LinkAttributes",
    "Picture",
    "Piece",
    "Prose",
    "Quote",
    "Resolve",
    "Shaped",
    "Table",
    "external_link",
    "flat",
    "shape",
]


def shape(
    clean: str,
    *,
    features: Iterable[str],
    resolve: Resolve | None = None,
    raise_headings: int = 0,
    is_local: Callable[[str], bool] = lambda _href: False,
    is_picture: Callable[[str], bool] = lambda _href: False,
    downloads: bool = False,
) -> Shaped:
    """Cut HTML that `lms.kit.sanitize` has cleaned into pieces.

    `features` are the names of the editor's features that the prose may use. `raise_headings` says by how many
    levels headings go up (`###` of a course file is the first level inside a lesson). `is_local` says that an
    address is a file of the course, `is_picture` that this file is one to show and not to download. `downloads`
    makes a piece of its own of a paragraph that only links to a file.
    """
    shaper = Shaper(frozenset(features), resolve or external_link, raise_headings, is_local, is_picture, downloads)
    shaper.blocks(BeautifulSoup(clean, "html.parser").contents)
    shaper.end_text()
    return Shaped(tuple(shaper.pieces), tuple(dict.fromkeys(shaper.notes)))


def flat(shaped: Shaped, *, picture: Callable[[Picture], str] | None = None) -> tuple[str, tuple[Note, ...]]:
    """Turn every piece into prose, for a field that holds nothing else; `picture` gives the HTML of an image."""
    parts: list[str] = []
    notes = list(shaped.notes)
    for piece in shaped.pieces:
        match piece:
            case Prose():
                parts.append(piece.html)
            case Picture():
                if embed := picture(piece) if picture else "":
                    parts.append(embed)
                else:
                    notes.append(("picture-as-words", piece.alt or piece.src))
                    parts.append(paragraph(piece.alt))
            case Table():
                notes.append(("table-as-list", ""))
                parts.append(paragraph(piece.caption))
                parts.extend(paragraph(" | ".join(cell for cell in row)) for row in piece.rows)
            case Code():
                notes.append(("code-in-text", ""))
                lines = "<br/>".join(_spaces_kept(line) for line in piece.text.splitlines())
                parts.append(f"<p><code>{lines}</code></p>")
            case Quote():
                notes.append(("quote-in-text", ""))
                parts.extend(paragraph(f"« {line} »") for line in piece.text.splitlines() if line)
    return "".join(parts), tuple(dict.fromkeys(notes))


def _spaces_kept(line: str) -> str:
    """A line of code in prose: its indentation would be collapsed otherwise."""
    kept = line.lstrip(" \t")
    return "\N{NO-BREAK SPACE}" * (len(line) - len(kept)) + html.escape(kept, quote=False)
