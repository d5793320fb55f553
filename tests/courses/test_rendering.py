"""The body of a lesson: its headings can be listed and reached."""

import pytest

from courses.rendering import body_parts
from tests.factories import LessonPageFactory, text_block

pytestmark = pytest.mark.django_db


def test_each_heading_has_an_address_and_its_words():
    lesson = LessonPageFactory(body=[text_block("<h2>Laisser la <b>souris</b></h2><p>x</p><h2>Nommer &amp; dire</h2>")])
    [part] = body_parts(lesson)
    assert [words for _id, words in part.headings] == ["Laisser la souris", "Nommer & dire"]
    for anchor, _words in part.headings:
        assert part.html.count(f'<h2 id="{anchor}">') == 1


def test_a_heading_of_the_third_level_is_not_listed():
    lesson = LessonPageFactory(body=[text_block("<h3>Détail</h3><p>x</p>")])
    assert body_parts(lesson)[0].headings == ()
