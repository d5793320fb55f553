"""Parts of a course file made into the blocks of a lesson."""

import pytest

from courses.models import LessonPage, Question
from courses.services.composition import Composition
from media.models import LibraryDocument, LibraryImage
from tests.factories import LessonPageFactory, ModulePageFactory, QuestionFactory

pytestmark = pytest.mark.django_db


class Shelf:
    """One picture and one document, known by their names."""

    def __init__(self) -> None:
        self.picture = LibraryImage.objects.create(title="a", file="original_images/a.png", width=1, height=1)
        self.guide = LibraryDocument.objects.create(title="g", file="documents/g.pdf")

    def is_local(self, href: str) -> bool:
        return href in ("a.png", "g.pdf")

    def is_picture(self, href: str) -> bool:
        return href.endswith(".png")

    def image(self, href: str) -> LibraryImage | None:
        return self.picture if href == "a.png" else None

    def document(self, href: str) -> LibraryDocument | None:
        return self.guide if href == "g.pdf" else None


@pytest.fixture
def composition():
    return Composition(key="cours#leçon", shelf=Shelf())


def kinds(composition):
    return [block["type"] for block in composition.blocks]


def test_markdown_becomes_the_blocks_it_holds(composition):
    notes = composition.add_markdown(
        "### Titre\n\nTexte.\n\n![Une image](a.png)\n\n| a | b |\n|---|---|\n| c | d |\n\n> mot\n\n    code\n\n"
        "[Le guide](g.pdf)\n\nVoir [le guide](g.pdf) encore.",
        heading="Ma leçon",
    )

    assert kinds(composition) == ["text", "image", "table", "quote", "code", "download", "text"]
    assert composition.blocks[0]["value"] == "<h2>Titre</h2><p>Texte.</p>"
    assert composition.blocks[1]["value"]["alt"] == "Une image"
    assert composition.blocks[2]["value"]["caption"] == "Ma leçon"
    assert 'linktype="document"' in composition.blocks[6]["value"]
    assert notes == [("table-caption", "Ma leçon")]


def test_what_is_stored_makes_a_lesson_that_reads_back_the_same(composition):
    composition.add_markdown("Texte.\n\n![Une image](a.png)\n\n| a | b |\n|---|---|\n| c | d |")
    composition.add_video("https://vimeo.com/122104210", "Une vidéo")
    composition.add_quiz("Vérifiez", [QuestionFactory()], name="quiz")

    page = LessonPageFactory(body=composition.blocks)

    stored = LessonPage.objects.get(pk=page.pk).body
    assert stored.stream_block.get_prep_value(stored) == composition.blocks


def test_ids_are_the_same_at_each_import_and_differ_between_lessons():
    question = QuestionFactory()
    shelf = Shelf()

    def ids(key):
        composition = Composition(key=key, shelf=shelf)
        composition.add_markdown("Texte.\n\n> mot\n\nTexte.")
        composition.add_quiz("Vérifiez", [question], name="quiz")
        return [block["id"] for block in composition.blocks]

    assert ids("a") == ids("a")
    assert len(set(ids("a"))) == 4
    assert not set(ids("a")) & set(ids("b"))


def test_a_quiz_keeps_its_id_when_text_is_added_before_it(composition):
    question = QuestionFactory()
    first = composition.add_quiz("Vérifiez", [question], name="quiz")["id"]
    again = Composition(key=composition.key, shelf=composition.shelf)
    again.add_markdown("Un texte de plus.\n\n> et une citation")

    assert again.add_quiz("Vérifiez", [question], name="quiz")["id"] == first


def test_a_picture_without_alternative_is_kept_and_said(composition):
    assert composition.add_markdown("![](a.png)") == [("alt-missing", "a.png")]
    assert kinds(composition) == ["image"]


def test_a_picture_that_is_missing_leaves_its_words(composition):
    notes = composition.add_markdown("![Une carte](absente.png)")

    assert composition.blocks[0]["value"] == "<p>Une carte</p>"
    assert notes == [("picture-as-words", "absente.png")]


def test_a_picture_on_another_site_becomes_a_link(composition):
    notes = composition.add_markdown("![Une carte](https://example.org/carte.png)")

    assert '<a href="https://example.org/carte.png">Une carte</a>' in composition.blocks[0]["value"]
    assert notes == [("picture-elsewhere", "https://example.org/carte.png")]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "media/film.mp4", "mailto:a@example.org"])
def test_what_is_not_the_address_of_a_video_becomes_words(composition, url):
    assert composition.add_video(url, "Le film") == [("video-refused", url)]
    assert kinds(composition) == ["text"]
    assert "Le film" in composition.blocks[0]["value"]


def test_html_of_the_source_goes_through_the_sanitiser(composition):
    composition.add_markdown('Avant\n\n<div onclick="x()"><script>alert(1)</script><p>Dedans\n\nAprès')

    text = "".join(str(block["value"]) for block in composition.blocks)
    assert "Avant" in text
    assert "Dedans" in text
    assert "Après" in text
    assert "script" not in text
    assert "onclick" not in text


def test_a_lesson_made_of_blocks_can_be_opened(composition, client, admin_user):
    composition.add_markdown("### Titre\n\nVoir [le guide](g.pdf).\n\n| a | b |\n|---|---|\n| c | d |")
    composition.add_quiz("Vérifiez", [QuestionFactory()], name="quiz")
    page = LessonPageFactory(parent=ModulePageFactory(), body=composition.blocks)
    client.force_login(admin_user)

    html = client.get(page.get_absolute_url()).content.decode()

    assert "<h2" in html
    assert composition.shelf.guide.url in html
    assert Question.objects.count() == 1
