"""Every known attack of `shared/material/sanitizer`, and the judge of what became of it: cleaned words, or a page."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bleach._vendor import html5lib
from lxml.html import document_fromstring

HTML = "{http://www.w3.org/1999/xhtml}"

# Said a second time on purpose: a slip in the sanitizer's own list must not pass here.
PLAIN = set(
    """abbr b blockquote br caption cite code col colgroup dd del div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i ins
    kbd li mark ol p pre q s samp span strong sub sup table tbody td tfoot th thead tr u ul var""".split()  # noqa: SIM905
)
EVERYWHERE = {"lang", "dir"}
ALLOWED: dict[str, set[str]] = {
    "a": {"href", "title", "rel"},
    "abbr": {"title"},
    "col": {"span"},
    "colgroup": {"span"},
    "img": {"src", "alt", "title", "width", "height"},
    "li": {"value"},
    "ol": {"start", "type", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
ADDRESSES = {"href", "src", "action", "formaction", "poster", "data", "background", "ping", "srcset"}
RUNS = re.compile(r"(javascript|vbscript|data):", re.IGNORECASE)


def vectors(folder: Path) -> list[str]:
    """The attacks of a folder of `shared/material`, each once."""
    found = [path.read_text(encoding="utf-8").split("\n--\n")[0] for path in sorted((folder / "bleach").glob("*.test"))]
    found += [
        case["payload"] for case in json.loads((folder / "dompurify-expect-shared.json").read_text(encoding="utf-8"))
    ]
    found += re.split(r"(?=<div id=\"\d+\">)", (folder / "h5sc" / "vectors.txt").read_text(encoding="utf-8"))
    found += json.loads((folder / "blns.json").read_text(encoding="utf-8"))
    return list(dict.fromkeys(piece.replace("\0", "") for piece in found if piece.strip()))


def one_line(piece: str, longest: int = 160) -> str:
    """An attack as a title or a name keeps it."""
    return " ".join(piece.split())[:longest] or "Sans titre"


def faults(cleaned: str) -> list[str]:
    """What a strict reader finds wrong in a cleaned fragment: empty when it is safe."""
    return [fault for element in html5lib.parseFragment(cleaned) for fault in _faults_of(element)]


def page_faults(page: str, like: str) -> list[str]:
    """What a page holds that the same page with harmless words does not: elements, attributes, addresses that run.
    Inside `.prose` stands what people formatted: there the sanitizer's list is the law."""
    known: dict[str, set[str]] = {}
    addresses = set()
    for element in _elements(like):
        known.setdefault(element.tag, set()).update(element.attrib)
        addresses |= {value for name, value in element.attrib.items() if name in ADDRESSES}
    found = []
    for element in _elements(page, found):
        if element.tag not in known:
            found.append(f"element {element.tag}")
            continue
        for name, value in element.attrib.items():
            if name not in known[element.tag]:
                found.append(f"{element.tag} has {name}")
            elif name in ADDRESSES and value not in addresses and RUNS.match(re.sub(r"[\x00-\x20]", "", value)):
                found.append(f"{element.tag} {name} = {value!r}")
    return found


def _elements(page: str, found: list[str] | None = None) -> Iterator[Any]:
    """The elements of a page, without those inside `.prose`, whose faults are added to `found`. A page is long: what
    reads it here is written in C, and splits it into tags as a browser does."""
    waiting = [document_fromstring(page)]
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str):
            continue  # a comment
        yield element
        if "prose" in element.attrib.get("class", "").split():
            if found is not None:
                found += [fault for child in element for fault in _faults_of(child, of="")]
        else:
            waiting += element


def _faults_of(root: Any, of: str = HTML) -> Iterator[str]:
    for element in root.iter():
        if not isinstance(element.tag, str) or not element.tag.startswith(of):
            yield f"not an HTML element: {element.tag}"
            continue
        name = element.tag.removeprefix(of)
        if name not in PLAIN and name not in ALLOWED:
            yield f"element {name}"
            continue
        for attribute, value in element.attrib.items():
            if attribute not in ALLOWED.get(name, set()) | EVERYWHERE:
                yield f"{name} has {attribute}"
            elif attribute in {"href", "src"} and not address_is_safe(name, value):
                yield f"{name} {attribute} = {value!r}"
            elif attribute == "rel" and value != "noopener noreferrer":
                yield f"rel = {value!r}"


def address_is_safe(name: str, value: str) -> bool:
    seen = re.sub(r"[\x00-\x20]", "", value).replace("\\", "/")
    parts = urlsplit(seen)
    if name == "img":
        return parts.scheme == "https" or not (parts.scheme or parts.netloc)
    return parts.scheme in {"", "http", "https", "mailto", "tel"}
