"""Stems: French endings, accents, ligatures; nothing that an engine could read as an operator."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.formats.words import LONGEST_WORD, MOST_WORDS, place_of, terms, wanted


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("affiche", "Les affiches sont prêtes"),
        ("AFFICHES", "une affiche"),
        ("reunion", "Deux réunions demain"),
        ("réunion", "REUNIONS"),
        ("formée", "former quelqu’un"),
        ("formee", "elle est formée"),
        ("animation", "animer un atelier"),
        ("coeur", "un cœur"),
        ("l'élève", "Quand l’élève arrive"),
        ("e\u0301cole", "École"),
    ],
)
def test_a_word_finds_its_other_forms(typed: str, said: str) -> None:
    said_stems = set(terms(said).split())
    assert all(said_stems & set(group) for group in wanted(typed))


def test_words_that_say_nothing_are_left_out() -> None:
    assert terms("le la les des et de") == ""
    assert wanted("et le la") == []


def test_a_question_is_cut_to_what_is_looked_for() -> None:
    assert len(wanted(" ".join(f"mot{n}" for n in range(50)))) == MOST_WORDS
    assert len(terms("x" * 5000)) <= 2 * LONGEST_WORD + 1


@given(st.text(max_size=200))
def test_stems_are_letters_and_digits_whatever_is_typed(text: str) -> None:
    for group in wanted(text):
        assert all(group)
        assert not any(set(stem) & set("\"'()*:&|!<> ") for stem in group)


@pytest.mark.parametrize(
    ("text", "word", "place"),
    [
        ("Deux affiches, puis une réunion.", "reunions", 24),
        ("Le cœur du métier", "coeur", 3),
        ("L’ÉLÈVE arrive", "élève", 2),
        ("Rien de tel", "réunion", None),
        ("Le code 0S", "0S", 8),
    ],
)
def test_where_a_word_stands(text: str, word: str, place: int | None) -> None:
    assert place_of(text, {stem for group in wanted(word) for stem in group}) == place


# The endings that the stemmer replaces by others, and some that it takes off.
ENDINGS = re.findall(
    r"\w+",
    "aux al ation atrice ences emment amment euse euses eux icatrice icateur icité ivité abilité ablement logies ution"
    " ement issement enne ette ille îmes assions ée ç ÿ ß œ",
)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_word_that_changes_its_ending_is_found_where_it_stands(ending: str) -> None:
    for root in ("cœur", "Œuvr", "élev", "critiqu", "curi", "cub", "é", "j", "½", "æ", "aß"):
        word = root + ending
        for group in wanted(word):
            assert all(place_of(f"Un mot, {word} !", {stem}) is not None for stem in group), word


@pytest.mark.parametrize("code", range(32, 256))
def test_every_letter_of_a_french_keyboard_is_found(code: int) -> None:
    letter = bytes([code]).decode("cp1252", errors="ignore")
    for word in (letter, letter * 2, f"b{letter}", f"{letter}b", f"b{letter}c", f"b{letter}tes", f"b{letter}ement"):
        for group in wanted(word):
            assert all(place_of(f"mot {word} mot", {stem}) is not None for stem in group), word


@given(st.text(max_size=60))
def test_each_word_is_where_it_is_found(text: str) -> None:
    for group in wanted(text):
        assert place_of(text, set(group)) is not None
