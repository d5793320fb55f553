"""The HTML of another forum as our own: cleaned, without a picture or a link that leads to where it no longer is."""

import html
import re
from dataclasses import dataclass

from lms.kit.sanitize import clean_html

from .forum_pieces import Note

_EMOJI = re.compile(r'<img\b(?=[^>]*\bclass="[^">]{0,200}\bemoji\b)[^>]*\balt="([^">]{0,60})"[^>]*>', re.IGNORECASE)
_META = re.compile(r'<div class="meta">(?:(?!</?div\b).){0,2000}</div>', re.DOTALL | re.IGNORECASE)
_IMAGE = re.compile(r"<img\b([^>]*)>")
_ATTRIBUTE = re.compile(r'\b(src|alt)="([^"]*)"')
_LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
_HREF = re.compile(r'\bhref="([^"]*)"')
_WHOLE = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_PERSON = re.compile(r"/(?:u|users|groups)/")


@dataclass(frozen=True, slots=True)
class Cleaned:
    html: str
    notes: tuple[Note, ...] = ()


def cleaned(source: str) -> Cleaned:
    """Safe HTML and what was lost on the way. A picture of another site becomes a link to it: no reader's browser is
    sent anywhere. An address that only held on the other forum is left out, its words stay."""
    notes: list[Note] = []

    def picture(match: re.Match[str]) -> str:
        values = dict(_ATTRIBUTE.findall(match[1]))
        address, alt = values.get("src", ""), values.get("alt", "")
        notes.append(("picture-as-link" if _WHOLE.match(address) else "picture-lost", html.unescape(alt or address)))
        return f'<a href="{address}">{alt or address}</a>' if _WHOLE.match(address) else alt

    def link(match: re.Match[str]) -> str:
        found = _HREF.search(match[1])
        address = found[1] if found else ""
        if _WHOLE.match(address):
            return match[0]
        if address and not _PERSON.match(address):
            notes.append(("link-dropped", html.unescape(address)))
        return match[2]

    shown = clean_html(_META.sub("", _EMOJI.sub(r"\1", source)))
    shown = clean_html(_IMAGE.sub(picture, shown))
    shown = clean_html(_LINK.sub(link, shown))
    return Cleaned(shown, tuple(dict.fromkeys(notes)))
