"""Words as search compares them: no case, no accent, French endings taken off."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache, lru_cache

import snowballstemmer

LONGEST_WORD = 40
"""Characters of a word that are compared."""
MOST_WORDS = 12
"""Words of a question that are looked for."""
_WORD = re.compile(r"[^\W_]+")
_FRENCH = "cp1252"
_WRITTEN = re.compile(r"(?:(?<=i)qu|(?<=[ae])nt|(?<=[ab])l|(?<=u)x|i)$")
"""Endings that the stemmer writes where a word has others: « criticatrice » is « critiqu », « royaux » is « royal »."""
_SPREAD = re.compile(r"[ao](?=e|$)|s(?=s|$)|1(?=[24]|$)|3(?=4|$)")
"""Letters that may have been one with what follows: æ, œ, ß, ½, ¼, ¾."""
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae"})
_EMPTY = frozenset(
    word
    for line in (
        "a ai as au aux avec ce ces cet cette dans de des du elle en est et eu il ils je la le les leur lui ma mais me",
        "mes moi mon ne nos notre nous on ou par pas pour qu que qui sa se ses si son sont sur ta te tes toi ton tu un",
        "une vos votre vous y c d j l m n s t the of to in is it and",
    )
    for word in line.split()
)


def terms(text: str) -> str:
    """What is kept of a text for search: every stem once, in the order of the text."""
    return " ".join(dict.fromkeys(stem for word in _words(text) for stem in stems(word)))


def wanted(text: str) -> list[tuple[str, ...]]:
    """What a question asks for: all of these, each in one of its forms. Words that say nothing are left out."""
    found = dict.fromkeys(stems(word) for word in _words(text))
    return list(found)[:MOST_WORDS]


def place_of(text: str, asked: Collection[str]) -> int | None:
    """Where the first word of `text` begins that has one of these stems."""
    for start, end in _candidates(text, asked):
        for word in _words(text[start:end]):
            if not set(stems(word)).isdisjoint(asked):
                return start
    return None


def _candidates(text: str, asked: Collection[str]) -> Iterator[tuple[int, int]]:
    """The words worth taking apart: in the letters of French, those that begin like a stem; in others, all of them."""
    try:
        plain = text.encode(_FRENCH).translate(_letters())
        begins = "|".join(map(_beginning, asked)).encode("ascii") or b"(?!)"
    except UnicodeEncodeError:
        return (found.span() for found in _WORD.finditer(text))
    return (found.span() for found in re.finditer(rb"\b(?:%b)\w*" % begins, plain))


def _beginning(stem: str) -> str:
    """What a word of this stem begins with, in `_letters`: all of it but an ending that the stemmer has written."""
    begin = _WRITTEN.sub("", stem) or stem[0]
    spread = _SPREAD.search(begin)
    return f"{begin[: spread.start()]}[{spread[0]}_]" if spread else begin


@cache
def _letters() -> bytes:
    """For `bytes.translate`: each letter and digit plain, É → e; one that spreads (œ) or has no plain form (ø) → _."""
    plain = [" "] * 256
    for code in range(256):
        letter = bytes([code]).decode(_FRENCH, errors="replace")
        if _WORD.match(letter):
            said = _plain(letter.casefold().translate(_LIGATURES))
            plain[code] = said if said.isascii() and len(said) == 1 else "_"
    return "".join(plain).encode("ascii")


@lru_cache(maxsize=20_000)
def stems(word: str) -> tuple[str, ...]:
    """A word without its ending: of the word as it is typed, and of the word without its accents where that differs,
    so that « formee » finds « formée », and « formée » finds « former »."""
    french = snowballstemmer.stemmer("french")  # one each time: a stemmer keeps its place, and threads share this
    bare, stem = _plain(word), _plain(french.stemWord(word))
    return (stem,) if bare == word else tuple(dict.fromkeys((stem, french.stemWord(bare))))


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(unicodedata.normalize("NFC", text).casefold().translate(_LIGATURES)):
        if word not in _EMPTY:
            yield word[:LONGEST_WORD]


def _plain(word: str) -> str:
    """Letters without their accents; letters and digits only, so that no engine reads an operator in a word."""
    spread = unicodedata.normalize("NFKD", word).casefold()
    return "".join(letter for letter in spread if letter.isalnum()) or word
