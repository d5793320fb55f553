"""The only place that decides which HTML is safe: everything a person or a file wrote goes through here.

Every function returns a plain `str`; the template edge is where it is marked safe. The allow-list is course prose:
text, lists, tables, figures, code. No style, no class, no id or name (they would let content restyle the page or
shadow the globals our own scripts read), no form, no frame, no data: address.
"""

import html
import re
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from bleach.html5lib_shim import HTML_TAGS, Filter
from bleach.sanitizer import Cleaner
from markdown_it import MarkdownIt

from lms.kit.svg import UnsafeSvg, clean_svg

__all__ = ["UnsafeSvg", "clean_html", "clean_svg", "render_markdown", "render_plain", "to_text"]

TAGS = frozenset(
    """a abbr b blockquote br caption cite code col colgroup dd del div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i
    img ins kbd li mark ol p pre q s samp span strong sub sup table tbody td tfoot th thead time tr u ul var""".split()  # noqa: SIM905
)
PROTOCOLS = frozenset({"http", "https", "mailto", "tel"})

_NUMBER = re.compile(r"[0-9]{1,4}")
_TEXT = re.compile(r".*", re.DOTALL)
_LANG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_DIR = re.compile(r"ltr|rtl|auto")

# Attribute -> what its whole value must look like. `href` and `src` are judged by `_address_allowed`.
_ANYWHERE = {"lang": _LANG, "dir": _DIR}
_SPAN = {"colspan": _NUMBER, "rowspan": _NUMBER}
_ON_TAG: dict[str, dict[str, re.Pattern[str]]] = {
    "a": {"title": _TEXT},
    "abbr": {"title": _TEXT},
    "img": {"alt": _TEXT, "title": _TEXT, "width": _NUMBER, "height": _NUMBER},
    "col": {"span": _NUMBER},
    "colgroup": {"span": _NUMBER},
    "li": {"value": _NUMBER},
    "ol": {"start": _NUMBER, "type": re.compile(r"[1aAiI]"), "reversed": re.compile(r"(reversed)?")},
    "td": _SPAN,
    "th": {**_SPAN, "scope": re.compile(r"(row|col)(group)?")},
    "time": {"datetime": re.compile(r"[0-9A-Za-z:.+ -]{1,40}")},
}

# Elements whose content is never prose. Dropping them is for the reader's comfort: safety does not rest on it.
_NOT_PROSE = ("script", "style")
_MARKUP = HTML_TAGS | {
    "acronym", "applet", "basefont", "big", "center", "dir", "font", "frame", "frameset", "image", "isindex", "listing",
    "main", "marquee", "math", "nobr", "noframes", "plaintext", "strike", "svg", "tt", "xmp",
}  # fmt: skip
_NO_TAG = re.compile(r"<(?![A-Za-z/!?])")
_TAG_LIKE = re.compile(r"<(?=/?([A-Za-z][^\s/>]{0,30}))")
_PREFIXED = re.compile(r"[a-z0-9]+:[a-z0-9]+")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_WORD_BREAK = re.compile(
    r"<(?=/?(?:br|td|th|tr|dt|dd|li|p|div|h[1-6]|caption|figcaption|option|blockquote|pre|hr)\b)", re.IGNORECASE
)

# An HTML parser's work grows with the depth of what is open at each tag; a long and honest lesson stays under 50,000.
_MAX_WORK = 500_000
_MAX_ROUNDS = 6
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,10})(?=[\s/>])")
_NESTING = TAGS - {
    "br",
    "hr",
    "img",
    "col",
    "p",
    "li",
    "dd",
    "dt",
    "tr",
    "td",
    "th",
    "thead",
    "tbody",
    "tfoot",
    "colgroup",
}


def clean_html(source: str) -> str:
    """Return `source` with nothing left but the allow-list; cleaning the result again changes nothing.

    Tags outside the list disappear and their text stays, h1 becomes h2, links that leave the site get
    rel="noopener noreferrer". What merely looks like a tag (`<password>`) is kept as text.
    """
    cleaner = _cleaner()
    text = source
    for _round in range(_MAX_ROUNDS):
        prepared = _prepare(text)
        if _work(prepared) > _MAX_WORK:
            break
        # html5lib loses what it moves out of a table that stands at the root: `_HouseRules` takes this div away again.
        cleaned: str = cleaner.clean("<div>" + prepared)
        if cleaned == text:
            return cleaned
        text = cleaned
    # A tree too deep to read, or one that still moves after six readings (a browser might read yet another): the words.
    return html.escape(to_text(source), quote=False)


def render_markdown(text: str, *, allow_html: bool = False, breaks: bool = False) -> str:
    """Return CommonMark (with tables, strike-through and bare links) as clean HTML.

    `allow_html` is for imported courses, whose Markdown holds HTML: it is cleaned like the rest. Without it,
    a tag is shown as the text it is. `breaks`: a new line stays one, as people who write messages expect.
    """
    parser = _markdown(allow_html=allow_html, breaks=breaks)
    return clean_html(parser.render(_UNPRINTABLE.sub("", text)))


def render_plain(text: str) -> str:
    """Return text without any markup as paragraphs (blank lines) and line breaks."""
    paragraphs = re.split(r"\n\s*\n", re.sub(r"\r\n?", "\n", _UNPRINTABLE.sub("", text)).strip())
    return "\n".join(
        f"<p>{html.escape(paragraph, quote=False).replace('\n', '<br>\n')}</p>" for paragraph in paragraphs if paragraph
    )


def to_text(source: str) -> str:
    """Return the words of an HTML fragment on one line, for names, search and summaries.

    The result is text, not HTML: `&lt;` has become `<`, and a template must escape it as it does any string.
    """
    spaced = _WORD_BREAK.sub(" <", _prepare(source))
    return " ".join(_UNPRINTABLE.sub("", html.unescape(_text_cleaner().clean(spaced))).split())


# A tag as our serializer writes it: its values stand in double quotes, and may hold a ">".
_CLEAN_TAG = re.compile(r'<(?:[^">]|"[^"]*")*>')


def text_of_clean(source: str) -> str:
    """What `to_text` returns, of a fragment that this module has cleaned already: many times quicker."""
    return " ".join(html.unescape(_CLEAN_TAG.sub("", _WORD_BREAK.sub(" <", source))).split())


def leaves_the_site(address: str) -> bool:
    """Say whether a link written in content names a host (of any site, ours included)."""
    plain = _as_browsers_read(address)
    return plain.startswith("//") or plain.lower().startswith(("http:", "https:"))


def _prepare(source: str) -> str:
    """Undo what no parser should have to judge: control characters, scripts and styles, words in angle brackets."""
    text = _UNPRINTABLE.sub("", source)
    for name in _NOT_PROSE:
        # Only up to the last closing tag: each opening tag before it finds its own, so the search stays linear.
        closing = text.lower().rfind(f"</{name}")
        if closing >= 0:
            head, tail = text[: closing + len(name) + 2], text[closing + len(name) + 2 :]
            head = re.sub(rf"<{name}\b[^<>]*>.*?</{name}", f"</{name}", head, flags=re.IGNORECASE | re.DOTALL)
            text = head + tail
    return _TAG_LIKE.sub(_keep_tags, _NO_TAG.sub("&lt;", text))


def _work(text: str) -> int:
    """Bound what parsing will cost: how many elements may be open, added up over the tags."""
    depth = work = 0
    for closing, name in _TAG.findall(text):
        if name.lower() in _NESTING:
            depth = max(0, depth - 1) if closing else depth + 1
        work += depth
    return work


def _keep_tags(match: re.Match[str]) -> str:
    name = match[1].lower()
    return "<" if name in _MARKUP or _PREFIXED.fullmatch(name) else "&lt;"


def _as_browsers_read(address: str) -> str:
    """The address as a browser understands it: entities read, white space and controls gone, slashes straight."""
    return re.sub(r"[\x00-\x20\x7f-\xa0]", "", html.unescape(address)).replace("\\", "/")


def _address_allowed(tag: str, address: str) -> bool:
    plain = _as_browsers_read(address)
    try:
        urlsplit(plain)
    except ValueError:
        return False
    scheme, colon, _rest = re.split(r"[/?#]", plain, maxsplit=1)[0].partition(":")
    if tag == "img":
        return scheme.lower() == "https" if colon else not plain.startswith("//")
    return not colon or scheme.lower() in PROTOCOLS


def _attribute_allowed(tag: str, name: str, value: str) -> bool:
    if (tag, name) in {("a", "href"), ("img", "src")}:
        return _address_allowed(tag, value)
    pattern = _ANYWHERE.get(name) or _ON_TAG.get(tag, {}).get(name)
    return pattern is not None and pattern.fullmatch(value) is not None


class _HouseRules(Filter):
    """What our pages ask beyond safety: one h1 a page (ours), no window handle or address given to other sites."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        depth = 0
        wrapped = True
        for token in super().__iter__():
            kind, name = token["type"], token.get("name")
            depth += (kind == "StartTag") - (kind == "EndTag")
            if wrapped and (kind, depth) in {("StartTag", 1), ("EndTag", 0)}:
                wrapped = kind == "StartTag"  # the div `clean_html` put around everything opens first
                continue
            if "data" in token and kind in {"StartTag", "EmptyTag"}:
                # bleach's serializer takes a lone ">" in a value for the end of the tag, and escapes the rest twice.
                token["data"] = {key: value.replace(">", "&gt;") for key, value in token["data"].items()}
            if kind == "StartTag" and name == "a":
                address = token["data"].get((None, "href"))
                if address is not None and leaves_the_site(address):
                    token["data"][(None, "rel")] = "noopener noreferrer"
            elif kind == "EmptyTag" and name == "img" and not {(None, "src"), (None, "alt")} & token["data"].keys():
                continue
            elif name == "h1":
                token["name"] = "h2"
            yield token


# html5lib's parser and linkify's matcher keep their state on themselves: one of each per thread.
_local = threading.local()


def _cleaner() -> Cleaner:
    if not hasattr(_local, "cleaner"):
        _local.cleaner = Cleaner(
            tags=TAGS | {"h1"},
            attributes=_attribute_allowed,
            protocols=PROTOCOLS,
            strip=True,
            filters=[_HouseRules],
        )
    return _local.cleaner


def _text_cleaner() -> Cleaner:
    if not hasattr(_local, "text_cleaner"):
        _local.text_cleaner = Cleaner(tags=frozenset(), attributes={}, strip=True)
    return _local.text_cleaner


def _markdown(*, allow_html: bool, breaks: bool) -> MarkdownIt:
    name = f"markdown_{allow_html}_{breaks}"
    if not hasattr(_local, name):
        parser = MarkdownIt("commonmark", {"html": allow_html, "linkify": True, "breaks": breaks})
        parser.enable(["table", "strikethrough", "linkify"])
        assert parser.linkify is not None  # noqa: S101  # linkify-it-py is a requirement
        # "LISEZMOI.md" and "script.py" are file names in these courses, not hosts of Moldova and Paraguay.
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": True})
        setattr(_local, name, parser)
    return getattr(_local, name)  # type: ignore[no-any-return]
