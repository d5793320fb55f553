"""Clean HTML cut into pieces that the editor keeps as they are."""

import pytest

from courses.blocks import PROSE
from courses.formats.prose import Code, FileLink, Picture, Prose, Quote, Table, flat, shape
from courses.models.questions import FEEDBACK_PROSE, QUESTION_PROSE
from courses.services.drafts import as_edited
from lms.kit.sanitize import render_markdown

MIXED = """# Titre

Un **mot** et `du code`, [un lien](https://example.org/?a=1&b=2), H<sub>2</sub>O,
la suite<br>et après.

- un
- deux
  - dedans

| Geste | Qui |
|---|---|
| **Cliquer** | La personne |

> Une parole.

    <code> brut

avant ![Un chat](chat.png "Légende") après

<div>une balise <em>jamais fermée
"""


def pieces(text, **options):
    return shape(render_markdown(text, allow_html=True), features=PROSE, **options).pieces


def test_every_part_becomes_the_piece_it_is():
    assert [type(piece) for piece in pieces(MIXED)] == [Prose, Table, Quote, Code, Prose, Picture, Prose]


def test_prose_is_what_the_editor_gives_back():
    for piece in pieces(MIXED):
        if isinstance(piece, Prose):
            assert as_edited(as_edited(piece.html, PROSE), PROSE) == as_edited(piece.html, PROSE)
            assert "<div" not in piece.html
            assert "<strong" not in piece.html


def test_nothing_written_is_lost():
    shown = " ".join(str(piece) for piece in pieces(MIXED))

    for word in ("Titre", "mot", "du code", "https://example.org", "dedans", "Cliquer", "Une parole", "brut", "jamais"):
        assert word in shown
    assert "Légende" in shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("### Trois", "<h2>Trois</h2>"),
        ("#### Quatre", "<h3>Quatre</h3>"),
        ("##### Cinq **gras**", "<p><b>Cinq gras</b></p>"),
    ],
)
def test_headings_of_a_course_file_go_up_one_level(text, expected):
    (piece,) = pieces(text, raise_headings=1)

    assert piece == Prose(expected)


def test_a_heading_too_deep_is_said():
    shaped = shape(render_markdown("##### Cinq"), features=PROSE, raise_headings=1)

    assert shaped.notes == (("heading-as-bold", "Cinq"),)


def test_a_picture_in_a_numbered_list_keeps_its_place_and_is_said():
    shaped = shape(render_markdown("1. un ![a](a.png)\n2. deux"), features=PROSE)

    assert shaped.pieces == (
        Prose("<ol><li>un</li></ol>"),
        Picture("a.png", "a"),
        Prose("<ol><li>deux</li></ol>"),
    )
    assert ("list-split", "un") in shaped.notes


def test_a_linked_picture_is_shown_and_a_linked_file_is_offered():
    found = pieces(
        "Voir [la photo](media/a.jpg) ici.\n\n[Le guide](media/guide.pdf)",
        is_local=lambda href: href.startswith("media/"),
        is_picture=lambda href: href.endswith(".jpg"),
        downloads=True,
    )

    assert found == (
        Prose("<p>Voir la photo ici.</p>"),
        Picture("media/a.jpg", "la photo"),
        FileLink("media/guide.pdf", "Le guide"),
    )


def test_a_link_to_nowhere_keeps_its_words_and_is_said():
    shaped = shape(render_markdown("Voir [plus bas](#suite)."), features=PROSE)

    assert shaped.pieces == (Prose("<p>Voir plus bas.</p>"),)
    assert shaped.notes == (("link-dropped", "#suite"),)


def test_an_address_without_its_scheme_is_completed():
    (piece,) = pieces("[ici](www.example.org)")

    assert piece == Prose('<p><a href="https://www.example.org">ici</a></p>')


def test_a_table_with_merged_cells_stays_rectangular():
    table = '<table><caption>Qui</caption><tr><th colspan="2">A</th></tr><tr><td>b</td><td>c</td></tr></table>'

    assert pieces(table) == (Table((("A", ""), ("b", "c")), "Qui"),)


def test_a_field_of_prose_takes_everything_as_prose():
    text = "## T\n\n| a | b |\n|---|---|\n| c | d |\n\n> mot\n\n    x = 1\n\n![vu](v.png)"

    html, notes = flat(shape(render_markdown(text), features=FEEDBACK_PROSE))

    assert as_edited(html, FEEDBACK_PROSE) == html
    for word in ("T", "a | b", "c | d", "mot", "x = 1", "vu"):
        assert word in html
    assert {code for code, _detail in notes} == {
        "heading-as-bold",
        "table-as-list",
        "quote-in-text",
        "code-in-text",
        "picture-as-words",
    }


def test_a_picture_of_a_field_is_what_the_caller_makes_of_it():
    html, notes = flat(
        shape(render_markdown("![vu](v.png)"), features=QUESTION_PROSE),
        picture=lambda picture: f'<embed alt="{picture.alt}" embedtype="image" format="fullwidth" id="7"/>',
    )

    assert html == '<embed alt="vu" embedtype="image" format="fullwidth" id="7"/>'
    assert notes == ()
