"""What a link can lead to in a lesson, and what stands before a quiz."""

from courses.passages import before_quiz, passages_of, with_anchors
from tests.factories import reflection_block, text_block

QUIZ = {"type": "quiz", "id": "q1", "value": {"title": "Quiz"}}
AGAIN = {"type": "quiz", "id": "q2", "value": {"title": "Quiz"}}


def anchors(html):
    return {passage.words: passage.anchor for passage in with_anchors(html, "b", set())[1]}


def test_an_address_stays_when_a_lesson_is_mended_around_it():
    before = anchors("<h2>Laisser la souris</h2><p data-block-key='a1'>Gardez les mains loin !</p>")
    after = anchors("<p>Ajouté.</p><h2>Laisser la <b>souris</b></h2><p>Gardez les mains loin\N{NO-BREAK SPACE}!</p>")
    assert set(before.values()) <= set(after.values())
    assert len(set(after.values())) == 3


def test_words_said_twice_have_one_address_and_nothing_has_none():
    html, passages = with_anchors("<p>Oui.</p><p>Oui.</p><p> </p>", "b", set())
    assert html.count(" id=") == len(passages) == 1


def test_blocks_are_known_by_what_names_them():
    blocks = [
        {"type": "callout", "id": "c", "value": {"tone": "info", "title": "Gardez le &amp;", "text": "<p>x</p>"}},
        {"type": "embed", "id": "e", "value": {"url": "https://vimeo.com/1", "title": "", "minutes": None}},
    ]
    assert [(p.anchor, p.words) for p in passages_of(blocks)] == [("b-c", "Gardez le &"), ("b-e", "")]


def test_what_stands_before_a_quiz():
    """The only heading; else where the reading since the last quiz began; else the lesson."""
    one = [text_block("<p>Bonjour.</p><h2>Saluer</h2><h3>Par son nom</h3><p>x</p>"), QUIZ]
    assert before_quiz(passages_of(one), "q1").words == "Saluer"
    two = [*one, reflection_block(), text_block("<p>Suite.</p>"), AGAIN]
    assert before_quiz(passages_of(two), "q2").anchor == f"b-{two[2]['id']}"
    several = [text_block("<p>Bonjour.</p><h2>Saluer</h2><h2>Écouter</h2>"), QUIZ]
    assert before_quiz(passages_of(several), "q1").words == ""
    assert before_quiz(passages_of([QUIZ, *one]), "q1") is None
