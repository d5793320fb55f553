"""What people write, read once: Markdown becomes clean HTML, with the names and the addresses that stand in it."""

import html
import re
from dataclasses import dataclass

from lms.kit.sanitize import clean_html, render_markdown

# The HTML read below was written by our own serializer: attributes stand in double quotes, and no ">" is in a value.
_IMAGE = re.compile(r"<img\b([^>]*)>")
_LINK = re.compile(r'<a\b[^>]*\bhref="([^"]*)"[^>]*>')
_ALONE = re.compile(r'(?:<p>|<br>)\s*<a\b[^>]*\bhref="([^"]*)"[^>]*>([^<]*)</a>\s*(?=<br>|</p>)')
_ATTRIBUTE = re.compile(r'\b(src|alt)="([^"]*)"')
_UNSAID = re.compile(r"<(pre|code|blockquote|a)\b[^>]*>(?:(?!<\1\b).)*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_MENTION = re.compile(r"(?<![\w@./-])@([^\W_][\w.’'-]{0,78}[^\W_]|[^\W_])")
_OUR_FILE = re.compile(r"/community/files/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")


@dataclass(frozen=True, slots=True)
class Prose:
    """A message read once. `mentions`: the names after `@`, as typed; `links`: the addresses of other sites;
    `alone`: those of them that stand alone on their line; `files`: ids of our own images and files shown in it."""

    html: str
    mentions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def read(source: str) -> Prose:
    """Markdown as safe HTML and what it names. An image of another site becomes a link to it: no reader's browser is
    sent anywhere by a message. Names and addresses in code, and names in quotes, name nobody."""
    shown = _IMAGE.sub(_image, render_markdown(source, breaks=True))
    shown = clean_html(shown)
    return Prose(
        html=shown,
        mentions=_once(_MENTION.findall(html.unescape(_TAG.sub(" ", _without_quotes(shown))))),
        links=_once(filter(_is_web, map(html.unescape, _LINK.findall(shown)))),
        alone=_once(filter(_is_web, (html.unescape(address) for address, _words in _ALONE.findall(shown)))),
        files=_once(_OUR_FILE.findall(shown)),
    )


def handle(name: str) -> str:
    """How to name somebody: `@Marie-Ève-Roy`."""
    return "@" + re.sub(r"[^\w.’'-]+|_+", "-", name).strip("-.’'")


def quoted(source: str, name: str) -> str:
    """Somebody's words as a Markdown quote under her name; quotes within it are left out."""
    said = [line for line in source.strip().splitlines() if not line.lstrip().startswith(">")]
    lines = [f"**{name}**", "", *said]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def _image(match: re.Match[str]) -> str:
    values = dict(_ATTRIBUTE.findall(match[1]))
    address, alt = values.get("src", ""), values.get("alt", "")
    if _OUR_FILE.fullmatch(address):
        return match[0]
    return f'<a href="{address}">{alt or address}</a>'


def _without_quotes(shown: str) -> str:
    """The text without code, links and quotes; quotes within quotes go from the inside out."""
    before = ""
    while before != shown:
        before = shown
        shown = _UNSAID.sub(" ", shown)
    return shown


def _is_web(address: str) -> bool:
    return address.lower().startswith(("http://", "https://"))


def _once(values: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))  # type: ignore[call-overload]
