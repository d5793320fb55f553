"""Makes the blocks of a lesson out of the parts of a course file."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5

from courses.blocks import PROSE
from courses.formats.prose import Code, FileLink, Picture, Piece, Prose, Quote, Shaped, Table, external_link, shape
from courses.models import Question
from courses.validators import player_address
from lms.kit.sanitize import render_markdown
from media.models import LibraryDocument, LibraryImage

from .drafts import as_edited

type Block = dict[str, Any]
type Note = tuple[str, str]

_TITLE_LENGTH = 150
_ALT_LENGTH = 250


class Shelf(Protocol):
    """Where the files of a course are found."""

    def is_local(self, href: str) -> bool: ...
    def is_picture(self, href: str) -> bool: ...
    def image(self, href: str) -> LibraryImage | None: ...
    def document(self, href: str) -> LibraryDocument | None: ...


@dataclass(slots=True)
class Composition:
    """The blocks of one lesson as they are added. `key` makes their ids: the same source gives the same ids."""

    key: str
    shelf: Shelf
    raise_headings: int = 1
    blocks: list[Block] = field(default_factory=list)
    ranks: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, value: Any, *, name: str = "") -> Block:
        """Add one stored block; `name` gives its id where its rank among its kind is not enough."""
        name = name or kind
        self.ranks[name] = self.ranks.get(name, 0) + 1
        block = {"type": kind, "value": value, "id": _block_id(self.key, name, self.ranks[name])}
        self.blocks.append(block)
        return block

    def add_markdown(self, text: str, *, heading: str = "") -> list[Note]:
        """Add Markdown, HTML inside it included; return what had to be simplified. `heading` captions a table."""
        return self.add_pieces(self.shaped(render_markdown(text, allow_html=True)), heading=heading)

    def shaped(self, clean: str) -> Shaped:
        return shape(
            clean,
            features=PROSE,
            resolve=self.link,
            raise_headings=self.raise_headings,
            is_local=self.shelf.is_local,
            is_picture=self.shelf.is_picture,
            downloads=True,
        )

    def add_pieces(self, shaped: Shaped, *, heading: str = "") -> list[Note]:
        notes = list(shaped.notes)
        for piece in shaped.pieces:
            notes += self._add_piece(piece, heading)
        return notes

    def _add_piece(self, piece: Piece, heading: str) -> list[Note]:
        match piece:
            case Prose(html):
                self.add_prose(html)
            case Picture():
                return self._add_picture(piece)
            case Table(rows, caption):
                self.add_table(rows, caption or heading)
                return [] if caption else [("table-caption", heading)]
            case Code(text):
                self.add("code", {"language": "", "code": text})
            case Quote(text):
                self.add("quote", {"text": text, "author": ""})
            case FileLink(href, label):
                if document := self.shelf.document(href):
                    self.add("download", {"document": document.pk, "label": _cut(label, _TITLE_LENGTH)})
                else:
                    self.add_words(label)
                    return [("link-dropped", href)]
        return []

    def add_prose(self, html: str) -> None:
        """Add rich text, to the block just before when that is text too."""
        html = as_edited(html, PROSE)
        if self.blocks and self.blocks[-1]["type"] == "text":
            self.blocks[-1]["value"] += html
        elif html:
            self.add("text", html)

    def add_words(self, words: str) -> None:
        """Add plain words as a paragraph."""
        self.add_pieces(shape(_escaped(words), features=PROSE))

    def _add_picture(self, picture: Picture) -> list[Note]:
        image = self.shelf.image(picture.src)
        if image is None:
            link = external_link(picture.src)
            words = picture.alt or picture.caption or picture.src
            clean = f'<p><a href="{_escaped(picture.src)}">{_escaped(words)}</a></p>' if link else _escaped(words)
            self.add_pieces(shape(clean, features=PROSE))
            return [("picture-elsewhere" if link else "picture-as-words", picture.src)]
        caption = picture.caption if picture.caption != picture.alt else ""
        self.add(
            "image",
            {"image": image.pk, "alt": _cut(picture.alt, _ALT_LENGTH), "caption": _cut(caption, _ALT_LENGTH)},
        )
        return [] if picture.alt else [("alt-missing", picture.src)]

    def add_table(self, rows: Iterable[Iterable[str]], caption: str) -> None:
        # Lists are stored with an id for each item; left out, Wagtail would make new ones at each reading.
        number = self.ranks.get("table", 0) + 1
        items = [
            self.item(f"table-{number}-{y}", [self.item(f"table-{number}-{y}-{x}", cell) for x, cell in enumerate(row)])
            for y, row in enumerate(rows)
        ]
        self.add("table", {"caption": _cut(caption, 200), "rows": items})

    def add_video(self, url: str, title: str) -> list[Note]:
        """Add a hosted video; an address that is not one becomes words."""
        if external_link(url) is None or url.startswith(("mailto:", "tel:")) or " " in url:
            self.add_words(f"{title} ({url})")
            return [("video-refused", url)]
        self.add("embed", {"url": url, "title": _cut(title or url, 200), "minutes": None})
        return [] if player_address(url) else [("video-elsewhere", url)]

    def add_quiz(self, title: str, questions: Iterable[Question], *, name: str, pass_percent: int = 60) -> Block:
        """Add a quiz; `name` is what keeps its id, and so the attempts of learners, from one import to the next."""
        number = self.ranks.get(name, 0) + 1
        return self.add(
            "quiz",
            {
                "title": _cut(title, _TITLE_LENGTH),
                "questions": [self.item(f"{name}-{number}-{question.pk}", question.pk) for question in questions],
                "pass_percent": pass_percent,
                "max_attempts": 0,
                "shuffle": False,
            },
            name=name,
        )

    def link(self, href: str) -> dict[str, str] | None:
        if self.shelf.is_local(href):
            document = self.shelf.document(href)
            return {"linktype": "document", "id": str(document.pk)} if document else None
        attributes = external_link(href)
        return dict(attributes) if attributes else None

    def item(self, name: str, value: Any) -> Block:
        """One item of a stored list; without its id, Wagtail would read the item as a value."""
        return {"type": "item", "value": value, "id": _block_id(self.key, name, 0)}


def _block_id(key: str, name: str, rank: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"{key}/{name}/{rank}"))


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _cut(words: str, length: int) -> str:
    words = " ".join(words.split())
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"
