"""Marking an answer: every kind of question, right, partly right, wrong, empty, foreign."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import grading
from courses.enums import QuestionKind
from tests.factories import QuestionFactory

pytestmark = pytest.mark.django_db


def pk(question, text):
    return next(a.pk for a in question.answers.all() if a.text == text)


class TestChoices:
    def test_single(self):
        question = QuestionFactory(kind=QuestionKind.SINGLE)
        right = grading.mark(question, {"choice": pk(question, "Paris")})
        wrong = grading.mark(question, {"choice": pk(question, "Lyon")})
        assert (right.fraction, right.is_right, right.feedback) == (Decimal(1), True, ("<p>Oui.</p>",))
        assert (wrong.fraction, wrong.is_right, wrong.feedback) == (Decimal(0), False, ("<p>Pas celle-là.</p>",))

    @pytest.mark.parametrize(
        ("chosen", "fraction"),
        [(["Rouge", "Vert"], "1"), (["Rouge"], "0.5"), (["Rouge", "Chaise"], "0"), (["Chaise"], "0"), ([], "0")],
    )
    def test_multiple_gives_part_of_the_mark_and_never_less_than_nothing(self, chosen, fraction):
        question = QuestionFactory(kind=QuestionKind.MULTIPLE)
        response = {"choices": [pk(question, text) for text in chosen]}
        assert grading.mark(question, response).fraction == Decimal(fraction)

    def test_thirds_add_up(self):
        thirds = [{"text": t, "fraction": Decimal("33.33333")} for t in "abc"]
        question = QuestionFactory(kind=QuestionKind.MULTIPLE, answers=thirds)
        mark = grading.mark(question, {"choices": [a.pk for a in question.answers.all()]})
        assert mark.fraction == 1
        assert mark.is_right

    def test_an_answer_of_another_question_is_worth_nothing(self):
        question, other = QuestionFactory(), QuestionFactory()
        assert grading.mark(question, {"choice": pk(other, "Paris")}).fraction == 0


class TestWords:
    @pytest.mark.parametrize(
        ("expected", "given_words", "same"),
        [
            ("navigateur", "  Navigateur. ", True),
            ("réseau", "RESEAU", True),
            ("œuvre", "oeuvre", True),
            ("l'écran", "l’écran", True),
            ("un * web", "un navigateur web", True),
            ("un * web", "un web", False),
            ("*", "n'importe quoi", True),
            ("chat", "chats", False),
        ],
    )
    def test_same_words(self, expected, given_words, same):
        assert grading.same_words(expected, given_words) is same

    @given(st.text(), st.text())
    def test_any_text_is_answered_without_an_error(self, expected, typed):
        assert grading.same_words(expected, typed) in (True, False)

    def test_the_best_accepted_answer_counts(self):
        question = QuestionFactory(
            kind=QuestionKind.SHORT,
            answers=[{"text": "*", "fraction": 0, "feedback": "<p>non</p>"}, {"text": "wifi", "fraction": 100}],
        )
        assert grading.mark(question, {"text": "WiFi"}).fraction == 1
        assert grading.mark(question, {"text": "fil"}).feedback == ("<p>non</p>",)


class TestNumbers:
    @pytest.mark.parametrize(
        ("typed", "number"),
        [("3,14", "3.14"), ("1 000", "1000"), ("1\u202f000,5", "1000.5"), ("−2", "-2"), ("50 %", "50")],
    )
    def test_as_people_type_them(self, typed, number):
        assert grading.parse_number(typed) == Decimal(number)

    @pytest.mark.parametrize("typed", ["", "trois", "NaN", "inf", "1e", "--1"])
    def test_what_is_no_number(self, typed):
        assert grading.parse_number(typed) is None

    @pytest.mark.parametrize(("typed", "right"), [("3,14", True), ("3.13", True), ("3,15", True), ("3.16", False)])
    def test_range_includes_its_ends(self, typed, right):
        question = QuestionFactory(kind=QuestionKind.NUMERIC)
        assert grading.mark(question, {"text": typed}).is_right is right


def test_matching_counts_each_pair():
    question = QuestionFactory(kind=QuestionKind.MATCH)
    france, italy = question.answers.all()
    assert grading.mark(question, {"pairs": {str(france.pk): "Paris", str(italy.pk): "Rome"}}).is_right
    half = grading.mark(question, {"pairs": {str(france.pk): "Paris", str(italy.pk): "Paris"}})
    assert half.fraction == Decimal("0.5")
    assert half.is_partly_right
    assert grading.is_empty(question, {"pairs": {str(france.pk): "Paris"}})


def test_an_open_answer_is_never_marked_by_the_machine():
    assert grading.mark(QuestionFactory(kind=QuestionKind.ESSAY), {"text": "…"}).fraction is None


@given(st.integers(), st.lists(st.integers(), unique=True))
def test_the_same_seed_shuffles_the_same_way(seed, items):
    once = grading.shuffled(items, seed=seed, salt=3, shuffle=True)
    assert once == grading.shuffled(items, seed=seed, salt=3, shuffle=True)
    assert sorted(once) == sorted(items)
