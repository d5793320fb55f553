"""Walks through clean HTML and gathers the pieces of `courses.formats.prose`."""

import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from courses.formats.prose_pieces import (
    Code,
    FileLink,
    Note,
    Picture,
    Piece,
    Prose,
    Quote,
    Resolve,
    Table,
    external_link,
    paragraph,
)

_MARKS = {"strong": "b", "b": "b", "mark": "b", "em": "i", "i": "i", "cite": "i", "dfn": "i", "u": "i"} | {
    name: name for name in ("sup", "sub")
}
_MARKS |= dict.fromkeys(("code", "kbd", "samp", "var"), "code")
_FEATURE_OF = {"b": "bold", "i": "italic", "code": "code", "sup": "superscript", "sub": "subscript"}
_INLINE = frozenset(_MARKS) | {"a", "abbr", "br", "del", "ins", "q", "s", "small", "span", "time"}
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS_INSIDE = ("table", "pre", "img", "blockquote", "hr")
_CELL_LENGTH = 500  # of TableBlock's cells


@dataclass(slots=True)
class Shaper:
    features: frozenset[str]
    resolve: Resolve
    raise_headings: int
    is_local: Callable[[str], bool]
    is_picture: Callable[[str], bool]
    downloads: bool
    pieces: list[Piece] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    text: list[str] = field(default_factory=list)  # blocks of prose not yet made a piece
    line: list[PageElement] = field(default_factory=list)  # inline nodes not yet made a paragraph
    linked: list[Picture] = field(default_factory=list)  # pictures the last lines linked to, shown after them

    # -- Blocks ---

    def blocks(self, nodes: Iterable[PageElement]) -> None:
        for node in nodes:
            if isinstance(node, Tag) and (node.name not in _INLINE or node.find(_BLOCKS_INSIDE)):
                if node.name == "img":
                    self.end_line()
                    self.picture(node)
                elif node.name in _INLINE:  # a mark or a link around a picture
                    self.around_blocks(node)
                else:
                    self.end_line()
                    self.block(node)
                    self.show_linked()
            elif isinstance(node, Tag) or type(node) is NavigableString:  # not a comment
                self.line.append(node)
        self.end_line()

    def around_blocks(self, node: Tag) -> None:
        """Go through a mark or a link that holds a picture: its words keep the mark, the picture leaves it."""
        href = str(node.get("href") or "")
        if href and self.is_local(href):
            self.notes.append(("link-of-picture", href))
        for child in list(node.contents):
            if isinstance(child, Tag) and (child.name in _BLOCKS_INSIDE or child.find(_BLOCKS_INSIDE)):
                self.blocks([child])
                continue
            wrapper = BeautifulSoup("", "html.parser").new_tag(node.name, attrs={"href": href} if href else {})
            wrapper.append(child.extract())
            self.line.append(wrapper)

    def block(self, node: Tag) -> None:
        match node.name:
            case "ul" | "ol":
                self.listing(node)
            case "table":
                self.table(node)
            case "pre":
                self.piece(Code(node.get_text().strip("\n")))
            case "blockquote":
                self.quote(node)
            case "figure":
                self.figure(node)
            case "hr":
                if "hr" in self.features and self.text:
                    self.text.append("<hr/>")
            case "dt":
                self.paragraph_of([node], around="b")
            case "caption" | "figcaption" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th" | "li" | "dd" | "p":
                self.blocks(node.contents)
            case name if name in _HEADINGS:
                self.heading(node, _HEADINGS[name])
            case _:
                self.blocks(node.contents)

    def heading(self, node: Tag, level: int) -> None:
        for image in node.find_all("img"):
            self.picture(image)
            image.extract()
        level = max(2, level - self.raise_headings)
        name = f"h{level}"
        if name in self.features:
            if inner := self.inline_of(node.contents, without_marks=True):
                self.text.append(f"<{name}>{inner}</{name}>")
            return
        self.notes.append(("heading-as-bold", _words(node)))
        self.paragraph_of(node.contents, around="b")

    def paragraph_of(self, nodes: Iterable[PageElement], *, around: str = "") -> None:
        inner = self.inline_of(nodes)
        if around and _FEATURE_OF[around] in self.features and inner:
            inner = f"<{around}>{_without(inner, around)}</{around}>"
        if inner:
            self.text.append(f"<p>{inner}</p>")

    def end_line(self) -> None:
        nodes, self.line = self.line, []
        linked = [node for node in nodes if isinstance(node, Tag) or node.strip()]  # type: ignore[attr-defined]
        if len(linked) == 1 and isinstance(linked[0], Tag) and linked[0].name == "a":
            href = str(linked[0].get("href") or "")
            if self.downloads and self.is_local(href) and not self.is_picture(href):
                self.piece(FileLink(href, _words(linked[0])))
                return
        self.paragraph_of(nodes)
        self.show_linked()

    def show_linked(self) -> None:
        """Show the pictures that the text above only linked to: a learner has no folder to open them from."""
        pictures, self.linked = self.linked, []
        for picture in pictures:
            self.piece(picture)

    def end_text(self) -> None:
        while self.text and self.text[-1] == "<hr/>":
            self.text.pop()
        if self.text:
            self.pieces.append(Prose("".join(self.text)))
            self.text = []

    def piece(self, piece: Piece) -> None:
        self.end_text()
        self.pieces.append(piece)

    # -- Lists ---

    def listing(self, node: Tag) -> None:
        if node.name not in self.features:
            for rank, item in enumerate(_items(node), 1):
                self.text.append(f"<p>{'–' if node.name == 'ul' else f'{rank}.'} {self.inline_of([item])}</p>")
            return
        items: list[str] = []
        for item in _items(node):
            lifted = [found for found in item.find_all(_BLOCKS_INSIDE) if not found.find_parent(_BLOCKS_INSIDE)]
            for found in lifted:
                found.extract()
            items.append(self.item(item))
            if lifted:
                self.text.append(f"<{node.name}>{''.join(items)}</{node.name}>")
                items = []
                if node.name == "ol":
                    self.notes.append(("list-split", _words(item)[:60]))
                for found in lifted:
                    self.blocks([found])
        if any(items):
            self.text.append(f"<{node.name}>{''.join(items)}</{node.name}>")

    def item(self, item: Tag) -> str:
        inner = self.inline_of([child for child in item.contents if not _is_list(child)])
        nested = ""
        for child in item.find_all(["ul", "ol"]):
            if child.find_parent("li") is item and child.name in self.features:
                nested += f"<{child.name}>{''.join(self.item(one) for one in _items(child))}</{child.name}>"
        return f"<li>{inner}{nested}</li>" if inner or nested else ""

    # -- Pictures, tables, quotations ---

    def picture(self, node: Tag, caption: str = "") -> None:
        source = str(node.get("src") or "")
        title = caption or str(node.get("title") or "")
        if source:
            self.piece(Picture(source, " ".join(str(node.get("alt") or "").split()), " ".join(title.split())))
        elif node.get("alt"):
            self.text.append(paragraph(str(node["alt"])))

    def figure(self, node: Tag) -> None:
        captions = node.find_all("figcaption")
        words = " ".join(_words(caption) for caption in captions)
        images = node.find_all("img")
        if images and not node.find(("table", "pre", "blockquote")):
            for rank, image in enumerate(images):
                self.picture(image, caption=words if rank == 0 else "")
            return
        self.blocks(node.contents)

    def table(self, node: Tag) -> None:
        caption = _words(node.caption) if node.caption else ""
        images = list(node.find_all("img"))
        for image in images:
            image.replace_with(str(image.get("alt") or ""))
        rows = [
            [
                cell
                for td in row.find_all(["td", "th"])
                if td.find_parent("tr") is row
                for cell in [self.cell(td), *[""] * (_span(td) - 1)]
            ]
            for row in node.find_all("tr")
        ]
        rows = [row for row in rows if any(row)]
        width = max((len(row) for row in rows), default=0)
        rows = [row + [""] * (width - len(row)) for row in rows]
        if node.find("table") or any(len(cell) > _CELL_LENGTH for row in rows for cell in row):
            self.notes.append(("table-as-list", caption or (rows[0][0] if rows else "")))
            self.text.append(paragraph(caption))
            self.text.extend(paragraph(" | ".join(row)) for row in rows)
        elif rows:
            self.piece(Table(tuple(tuple(row) for row in rows), caption))
        for image in images:
            self.picture(image)

    def cell(self, node: Tag) -> str:
        if node.find(["a", "ul", "ol", "code"]):
            self.notes.append(("cell-simplified", _words(node)[:60]))
        return self.plain(node)

    def quote(self, node: Tag) -> None:
        lifted = [found for found in node.find_all(("img", "table", "pre")) if not found.find_parent(("table", "pre"))]
        for found in lifted:
            found.extract()
        lines = [self.plain(child) for child in _leaves(node)]
        if any(lines):
            self.piece(Quote("\n\n".join(line for line in lines if line)))
        for found in lifted:
            self.blocks([found])

    def plain(self, node: PageElement) -> str:
        """Words without markup; the address of a link follows its words."""
        if not isinstance(node, Tag):
            return " ".join(str(node).split())
        for link in node.find_all("a"):
            href, words = str(link.get("href") or ""), _words(link)
            if external_link(href) and href not in words:
                link.append(f" ({href})")
        for item in node.find_all("li"):
            item.insert(0, "– ")
        return " ".join(node.get_text(" " if node.find(["p", "li", "br"]) else "").split())

    # -- Inside a line ---

    def inline_of(self, nodes: Iterable[PageElement], *, without_marks: bool = False) -> str:
        inner = "".join(self.inline(node, without_marks) for node in nodes)
        inner = re.sub(r"[ \t\n\r\f]+", " ", inner)
        inner = re.sub(r"(?: ?<br/> ?)+", "<br/>", inner)
        return re.sub(r"^(?:<br/>| )+|(?:<br/>| )+$", "", inner)

    def inline(self, node: PageElement, without_marks: bool) -> str:
        if not isinstance(node, Tag):
            return html.escape(str(node), quote=False) if type(node) is NavigableString else ""
        inner = "".join(self.inline(child, without_marks) for child in node.contents)
        match node.name:
            case "br":
                return "<br/>"
            case "img":
                return html.escape(str(node.get("alt") or ""), quote=False)
            case "a":
                return self.link(node, inner)
            case "q":
                return f"« {inner} »"
            case "abbr" if node.get("title"):
                return f"{inner} ({html.escape(str(node['title']), quote=False)})"
            case "del" | "s":
                self.notes.append(("strike-lost", _words(node)))
                return inner
            case "p" | "li" | "div" | "dd" | "dt" | "tr" | "h2" | "h3" | "h4" | "h5" | "h6":
                return f"<br/>{inner}<br/>"
            case name if name in _MARKS and not without_marks:
                mark = _MARKS[name]
                return f"<{mark}>{inner}</{mark}>" if inner.strip() and _FEATURE_OF[mark] in self.features else inner
        return inner

    def link(self, node: Tag, inner: str) -> str:
        href = str(node.get("href") or "")
        if self.is_local(href) and self.is_picture(href):
            self.linked.append(Picture(href, _words(node)))
            return inner
        attributes = self.resolve(href) if href else None
        if attributes is None:
            if href:
                self.notes.append(("link-dropped", href))
            return inner
        if attributes.get("linktype") == "document" and "document-link" not in self.features:
            self.notes.append(("link-dropped", href))
            return inner
        if "link" not in self.features:
            words = _words(node)
            address = attributes.get("href", "")
            return inner if not address or address in words else f"{inner} ({html.escape(address, quote=False)})"
        written = " ".join(f'{name}="{html.escape(value)}"' for name, value in sorted(attributes.items()))
        return f"<a {written}>{inner}</a>" if inner.strip() else inner


def _words(node: PageElement) -> str:
    return " ".join(node.get_text().split())


def _without(inner: str, mark: str) -> str:
    return inner.replace(f"<{mark}>", "").replace(f"</{mark}>", "")


def _items(node: Tag) -> list[Tag]:
    return [child for child in node.contents if isinstance(child, Tag)]


def _is_list(node: PageElement) -> bool:
    return isinstance(node, Tag) and node.name in {"ul", "ol"}


def _leaves(node: Tag) -> Iterator[PageElement]:
    """The lines of a quotation: its paragraphs, or itself when it has none."""
    blocks = node.find_all(["p", "li", "h2", "h3", "h4", "h5", "h6"])
    yield from [block for block in blocks if not block.find_parent("li")] or [node]


def _span(cell: Tag) -> int:
    written = str(cell.get("colspan") or "1")
    return min(int(written), 20) if written.isdecimal() and int(written) else 1
