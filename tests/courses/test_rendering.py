"""The body of a lesson: its headings can be listed and reached."""

import pytest
from django.utils.translation import override

from courses.rendering import body_parts
from lms.kit.ids import uuid7
from tests.factories import LessonPageFactory, text_block

pytestmark = pytest.mark.django_db


def test_each_heading_has_an_address_and_its_words():
    lesson = LessonPageFactory(body=[text_block("<h2>Laisser la <b>souris</b></h2><p>x</p><h2>Nommer &amp; dire</h2>")])
    [part] = body_parts(lesson, language="fr")
    assert [words for _id, words in part.headings] == ["Laisser la souris", "Nommer & dire"]
    for anchor, _words in part.headings:
        assert part.html.count(f'<h2 id="{anchor}">') == 1


def test_a_heading_of_the_third_level_is_not_listed():
    lesson = LessonPageFactory(body=[text_block("<h3>Détail</h3><p>x</p>")])
    assert body_parts(lesson, language="fr")[0].headings == ()


@pytest.mark.parametrize(("language", "words"), [("fr", "Regarder la vidéo"), ("en", "Watch the video")])
def test_our_own_words_in_a_lesson_speak_the_language_of_its_course(language, words):
    video = {"title": "Atelier", "url": "https://vimeo.com/76979871", "minutes": None}
    lesson = LessonPageFactory(body=[{"type": "embed", "value": video, "id": str(uuid7())}])
    other = "en" if language == "fr" else "fr"
    with override(other):
        assert words in body_parts(lesson, language=language)[0].html
    assert words not in body_parts(lesson, language=other)[0].html
