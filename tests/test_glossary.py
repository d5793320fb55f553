"""The words of the house: one word for one idea in both languages, and a French that everybody can read aloud."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
FRENCH = polib.pofile(str(ROOT / "lms" / "locale" / "fr" / "LC_MESSAGES" / "django.po"))

# Texts of the law and of the accessibility statement: their words are given, and they are read, not acted upon.
STATEMENTS = (
    "This site is <strong>not compliant</strong>",
    "Each screen is checked by axe-core",
    "The main tasks can be done with the keyboard alone",
    "You told us about a defect",
)
LONGEST = 20  # words in a sentence


def _terms() -> list[tuple[str, list[str]]]:
    rows = (line.split("|")[1:-1] for line in (ROOT / "docs" / "glossary.md").read_text().splitlines() if "|" in line)
    cells = [[cell.strip() for cell in row] for row in rows]
    return [(english, french.split(", ")) for english, french, _ in cells[2:]]


def _texts() -> Iterator[tuple[str, str]]:
    for entry in FRENCH:
        for said in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            yield entry.msgid, said


def _has(word: str, text: str) -> bool:
    # The names of placeholders are code, not words.
    text = re.sub(r"%\(\w+\)[sd]|{\w+}", "", text)
    return re.search(rf"(?<!\w){re.escape(word)}(?:s|es)?(?!\w)", text, re.IGNORECASE) is not None


def _sentences(text: str) -> Iterator[str]:
    plain = re.sub(r"<[^>]+>", "", text).replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
    # A ";" or a ":" holds the breath as a full stop does.
    yield from re.split(r"(?<=[.?!…:;])\s", plain)


def test_the_table_holds_the_words_of_the_house() -> None:
    english = [term for term, _ in _terms()]
    assert len(english) >= 40
    assert len(english) == len(set(english))


@pytest.mark.parametrize(("english", "french"), _terms(), ids=[term for term, _ in _terms()])
def test_one_word_for_one_idea(english: str, french: list[str]) -> None:
    concerned = [(msgid, said) for msgid, said in _texts() if _has(english, msgid)]
    assert concerned, f"no text says “{english}”"
    strays = {msgid: said for msgid, said in concerned if not any(_has(word, said) for word in french)}
    assert strays == {}


def test_sentences_are_short() -> None:
    long = [
        sentence
        for msgid, said in _texts()
        if not msgid.startswith(STATEMENTS)
        for sentence in _sentences(said)
        if len(re.findall(r"[\w%{}()’'-]+", sentence)) > LONGEST
    ]
    assert long == []


def test_exceptions_still_exist() -> None:
    msgids = [entry.msgid for entry in FRENCH]
    assert all(any(msgid.startswith(statement) for msgid in msgids) for statement in STATEMENTS)


# Inside a word, a median point, a full stop, a bracket or a slash: « apprenant·e », « inscrit.e.s », « un(e) ».
DOTTED = re.compile(r"\w[·•‧]\w|\w\.e(?:\.s|s)?\b|\w\((?:e|s|es|ne|le|trice)\)|\w/(?:e|se|trice)s?\b", re.IGNORECASE)
TUTOIEMENT = re.compile(r"\b(?:tu|toi|ton|ta|tes|tien|tienne)\b|\bt[’'](?=\w)", re.IGNORECASE)


@pytest.mark.parametrize("form", ["apprenant·e", "inscrit.e.s", "un(e)", "motivé.es", "formateur/trice"])
def test_dotted_forms_are_recognised(form: str) -> None:
    assert DOTTED.search(form)


@pytest.mark.parametrize("form", ["Où en es-tu ?", "Ta leçon", "Je t’écris"])
def test_tu_is_recognised(form: str) -> None:
    assert TUTOIEMENT.search(form)


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a dotted form", DOTTED),
        ("tu", TUTOIEMENT),
        ("Oups", re.compile(r"\boups\b|\bzut\b", re.IGNORECASE)),
        ("a number for an error", re.compile(r"erreur (?:4|5)\d\d", re.IGNORECASE)),
        ("a straight apostrophe", re.compile(r"\w'\w")),
        ("a breakable space before double punctuation", re.compile(r" [;:!?»]|« ")),
        ("straight quotes around words", re.compile(r'(?<![=\w])"\w')),
    ],
)
def test_no_text_holds(what: str, pattern: re.Pattern[str]) -> None:
    assert [said for _, said in _texts() if pattern.search(said)] == [], what
