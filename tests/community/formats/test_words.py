"""Stems: French endings, accents, ligatures; nothing that an engine could read as an operator."""

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


@given(st.text(max_size=60))
def test_each_word_is_where_it_is_found(text: str) -> None:
    for group in wanted(text):
        assert place_of(text, set(group)) is not None
