"""What a page says of itself in its head, as plain text."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag


@dataclass(frozen=True, slots=True)
class Card:
    """Plain text, cut to what a card holds; `site` is the page's own word for itself, else its host."""

    title: str
    description: str
    site: str


def read_card(body: bytes, content_type: str, url: str) -> Card | None:
    """The card of an HTML page; None for anything else, and for a page without a title."""
    kind, _separator, parameters = content_type.lower().partition(";")
    if kind.strip() not in ("text/html", "application/xhtml+xml"):
        return None
    charset = parameters.partition("charset=")[2].split(";")[0].strip(" \"'") or None
    try:
        page = BeautifulSoup(body, "html.parser", from_encoding=charset)
    except (ValueError, RecursionError, AssertionError):
        return None
    title = _said(page, "og:title") or _text(page.title)
    if not title:
        return None
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    description = _said(page, "og:description") or _said(page, "description")
    return Card(title[:200], description[:300], (_said(page, "og:site_name") or host)[:100])


def _said(page: BeautifulSoup, name: str) -> str:
    for attribute in ("property", "name"):
        found = page.find("meta", attrs={attribute: name})
        if isinstance(found, Tag) and (words := _line(str(found.get("content") or ""))):
            return words
    return ""


def _text(tag: Tag | None) -> str:
    return _line(tag.get_text()) if tag is not None else ""


def _line(text: str) -> str:
    """On one line, without what no screen shows."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
