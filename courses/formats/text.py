"""Bytes of unknown encoding into text, and the two looks at text that every format shares."""

import re
from collections import Counter

from courses.formats.messages import FormatError

# What may legitimately stand in a text file below the space: tab, newline, vertical tab, form feed, return.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
# HTML lets these go without their end tag.
_OPTIONAL = frozenset(
    ["html", "head", "body", "li", "p", "dt", "dd", "option", "optgroup", "thead", "tbody", "tfoot", "tr", "td", "th"]
)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s[^<>]*)?)>")
_CUT_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?(?=<|\Z)")
_NOT_MARKUP = re.compile(r"<!--|(?<!`)(`{1,3})(?!`)[^\n]*?(?<!`)\1(?!`)")
# The longest real module is 0.1 MB in 1,400 lines; reading stays within 5 s and 64 MB up to these.
MOST_BYTES = 1024 * 1024
_MOST_LINES = 20_000


class NotText(FormatError):
    """The bytes are not text in UTF-8 or Windows-1252, or there are too many of them."""


def decode(data: bytes) -> tuple[str, str]:
    """Return the text (newlines as `\\n`, no byte order mark) and the encoding that read it.

    The encoding is `utf-8`, `utf-8-sig` or `windows-1252`. Raises NotText for anything binary
    and for more than 1 MB or 20,000 lines.
    """
    if len(data) > MOST_BYTES or data.count(b"\n") > _MOST_LINES or data.count(b"\r") > _MOST_LINES:
        raise NotText("text-too-long")
    encoding = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        encoding = "windows-1252"
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            raise NotText("not-text") from None
    # A stray control character comes with text pasted from a word processor; many of them are a binary file.
    if "\x00" in text or len(_CONTROL.findall(text)) * 100 > len(text):
        raise NotText("not-text")
    return newlines(text), encoding


def newlines(text: str) -> str:
    """Return the text with every line ending as `\\n` and without a byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def hide_code(text: str) -> str:
    """Blank out code spans and HTML comments, keeping every offset and newline where it was."""
    shown: list[str] = []
    position = 0
    while found := _NOT_MARKUP.search(text, position):
        end = found.end()
        if found[0] == "<!--":
            closed = text.find("-->", end)
            if closed < 0:
                break
            end = closed + 3
        shown += text[position : found.start()], re.sub(r"[^\n]", " ", text[found.start() : end])
        position = end
    return "".join([*shown, text[position:]])


def is_comment(text: str) -> bool:
    """Is there nothing to read in this text but HTML comments?"""
    position = 0
    while text.startswith("<!--", position := _space_end(text, position)):
        closed = text.find("-->", position + 4)
        if closed < 0:
            return False
        position = closed + 3
    return position == len(text)


def _space_end(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def unclosed_html(text: str) -> str:
    """Name the HTML elements that open and never close (`div, em`), or return an empty string.

    Code spans do not count, nor do elements whose end tag HTML makes optional. A tag cut short counts.
    """
    visible = hide_code(text)
    opened: Counter[str] = Counter()
    for closing, name, rest in _TAG.findall(visible):
        name = name.lower()
        if name in _VOID or name in _OPTIONAL or rest.rstrip().endswith("/"):
            continue
        if not closing:
            opened[name] += 1
        elif opened[name]:
            opened[name] -= 1
    names = [name for name, count in opened.items() if count]
    names += [found[0].split()[0] for found in _CUT_TAG.finditer(visible)]
    return ", ".join(dict.fromkeys(names))
