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
    for found in _candidates(text, frozenset(asked)):
        for word in _words(found[0]):
            if not set(stems(word)).isdisjoint(asked):
                return found.start()
    return None


def _candidates(text: str, asked: frozenset[str]) -> Iterator[re.Match[str]]:
    """The words worth taking apart: in the letters of French, those that begin like a stem, which keeps the first two
    letters of its word; in others, all of them."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return _WORD.finditer(text)
    return _like(asked).finditer(text)


@lru_cache(maxsize=256)
def _like(asked: frozenset[str]) -> re.Pattern[str]:
    begins = {begin for stem in asked for begin in _beginnings(stem)}
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(sorted(begins)) or '(?!)'})[^\W_]*")


def _beginnings(stem: str) -> Iterator[str]:
    """How a word of this stem may begin, as it is spelt: « coe » as « cœ », « ete » as « Été »."""
    alone = [spelt for spelt, plain in _spellings().items() if plain == stem[0]]
    after = [spelt for spelt, plain in _spellings().items() if plain[0] == stem[1:2]]
    if alone and (after or len(stem) == 1):
        yield "".join(f"[{''.join(letters)}]" for letters in (alone, after) if letters)
    yield from (spelt for spelt, plain in _spellings().items() if len(plain) > 1 and plain[:2] == stem[:2])


@cache
def _spellings() -> dict[str, str]:
    """Each letter and digit of French typewriters → itself without case and accent: É → e, Œ → oe, ß → ss."""
    letters = _WORD.findall(" ".join(bytes(range(256)).decode("cp1252", errors="ignore")))
    return {letter: _plain(letter.casefold().translate(_LIGATURES)) for letter in letters}


@lru_cache(maxsize=20_000)
def stems(word: str) -> tuple[str, ...]:
    """A word without its ending: of the word as it is typed, and of the word without its accents where that differs,
    so that « formee » finds « formée », and « formée » finds « former »."""
    french = snowballstemmer.stemmer("french")  # one each time: a stemmer keeps its place, and threads share this
    return tuple(dict.fromkeys((_plain(french.stemWord(word)), french.stemWord(_plain(word)))))


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(unicodedata.normalize("NFC", text).casefold().translate(_LIGATURES)):
        if word not in _EMPTY:
            yield word[:LONGEST_WORD]


def _plain(word: str) -> str:
    """Letters without their accents; letters and digits only, so that no engine reads an operator in a word."""
    spread = unicodedata.normalize("NFKD", word).casefold()
    return "".join(letter for letter in spread if letter.isalnum()) or word
