"""French typography: the spaces that must not break, put in the text of a page and nowhere else."""

import re
from functools import lru_cache

NO_BREAK = "\N{NO-BREAK SPACE}"
NARROW_NO_BREAK = "\N{NARROW NO-BREAK SPACE}"

# A tag, with its quoted values: they may hold a ">".
_TAG = re.compile(r"""(<[A-Za-z/!](?:[^"'>]|"[^"]*"|'[^']*')*>)""")
_TAG_NAME = re.compile(r"<(/?)([A-Za-z0-9]+)")
# Text to copy or to type must stay as it was written.
_VERBATIM = frozenset({"code", "kbd", "pre", "samp", "script", "style", "textarea", "var"})

_SPACE = rf"(?:[ {NO_BREAK}{NARROW_NO_BREAK}]|&nbsp;|&#160;|&#xA0;)"
_BEFORE_HIGH = re.compile(rf"{_SPACE}+(?=[;!?])")
_BEFORE_COLON = re.compile(rf"{_SPACE}+(?=:)")
_BEFORE_CLOSING = re.compile(rf"{_SPACE}*»")
_AFTER_OPENING = re.compile(rf"«{_SPACE}*")


_SHORT = 300
"""Characters up to which a text is a title or a label: the same few are written on page after page."""


def french_spaces(source: str) -> str:
    """Return HTML or text with no-break spaces where French wants them.

    Narrow before ; ! ? and full before : » and after «. A space is made unbreakable, and guillemets get theirs even
    where it was forgotten. None is invented before ; ! ? : since « 12:30 », « https://… » and « &amp; » have none.
    Applying it twice changes nothing.
    """
    return _remembered(source) if len(source) <= _SHORT else _spaced(source)


def _spaced(source: str) -> str:
    verbatim: list[str] = []
    pieces = _TAG.split(source)
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            if not verbatim:
                pieces[index] = _space_text(piece)
        elif (tag := _TAG_NAME.match(piece)) and tag[2].lower() in _VERBATIM:
            if not tag[1]:
                verbatim.append(tag[2].lower())
            elif verbatim:
                verbatim.pop()
    return "".join(pieces)


_remembered = lru_cache(maxsize=2_000)(_spaced)


def _space_text(text: str) -> str:
    text = _BEFORE_HIGH.sub(NARROW_NO_BREAK, text)
    text = _BEFORE_COLON.sub(NO_BREAK, text)
    text = _BEFORE_CLOSING.sub(NO_BREAK + "»", text)
    return _AFTER_OPENING.sub("«" + NO_BREAK, text)
