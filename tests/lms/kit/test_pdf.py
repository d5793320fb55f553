"""A paper is tagged, says its language and its title, and prints hostile data as the words it is."""

import datetime as dt
import io

import pypdf
import pytest
import typst

from lms.kit import pdf

NOTE = "tests.lms.kit:note"
CREATED = dt.datetime(2026, 6, 30, tzinfo=dt.UTC)


def note(name, lang="fr", **data):
    return pdf.render(NOTE, {"name": name, **data}, lang=lang, title=name, created=CREATED)


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def words(content: bytes) -> str:
    text = " ".join(page.extract_text() for page in read(content).pages)
    return " ".join(text.replace("\u200b", "").split())


@pytest.mark.parametrize(("lang", "region"), [("fr", "fr-FR"), ("en", "en-GB")])
def test_a_paper_is_tagged_and_says_its_language_title_and_date(lang, region):
    reader = read(note("Une note", lang=lang))
    catalogue = reader.root_object
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/StructTreeRoot"]["/K"]
    assert catalogue["/Lang"] == region
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Une note"
    assert b"pdfuaid" in catalogue["/Metadata"].get_data()
    assert reader.metadata.creation_date == CREATED


def test_the_same_data_gives_the_same_bytes():
    assert note("Lina", lines=[{"text": "a"}]) == note("Lina", lines=[{"text": "a"}])
    assert note("Lina") != note("Otto")


@pytest.mark.parametrize(
    "name",
    [
        '#eval("1 + 1")',
        '#read("/lms/settings.py")',
        '"); #panic("x")',
        "$x^2$ *a* _b_ `c` <d> @e [f] {g} // h /* i */ ~ -- \\ \\u{41} \\n",
        "= Titre",
        "{{ name }} {% load x %}",
        "O’Brien-Nguyễn, Zoë Ærøskøbing",
        "Ἀθηνᾶ Иванова",
    ],
)
def test_hostile_names_are_printed_as_they_are(name):
    shown = words(note(name, lines=[{"text": name}]))
    # Typst draws straight quotes of a string as they are, and joins double spaces.
    assert shown.count(name) == 3, shown


@pytest.mark.parametrize("name", ["محمد الأمين", "דוד בן־גוריון"])
def test_names_written_from_right_to_left_are_printed(name):
    printed = set(words(note(name)))
    assert set(name) - {" "} <= printed


def test_pictographs_no_font_has_are_left_out_and_the_rest_stays():
    assert words(note("Lina 😀🧑‍🏫 Petit", lines=[{"text": "🎓 Module 1"}])).count("Lina") == 2
    assert "Module 1" in words(note("Lina", lines=[{"text": "🎓 Module 1"}]))


def test_letters_no_font_has_are_refused_by_name():
    with pytest.raises(pdf.UnprintableText) as refused:
        note("李 Lina")
    assert refused.value.code == "unprintable-text"
    assert "李" in str(refused.value.message)


def test_controls_and_direction_overrides_are_not_printed():
    content = note("Li\u202ena\x00 \ud800Petit\u2066")
    assert "Lina Petit" in words(content)
    assert read(content).metadata.title == "Lina Petit"


@pytest.mark.parametrize("name", ["a" * 1500, "mot " * 400, "#" * 300])
def test_very_long_names_stay_on_the_page(name):
    content = note(name)
    width = float(read(content).pages[0].mediabox.width)
    reached = []
    for page in read(content).pages:
        page.extract_text(visitor_text=lambda text, _cm, matrix, _font, _size: reached.append(matrix[4]))
    assert max(reached) < width
    assert words(content).replace(" ", "").count(name.strip().replace(" ", "")) >= 1


def test_a_wrong_template_crashes_loudly():
    with pytest.raises(typst.TypstError):
        pdf.render(NOTE, {}, lang="fr", title="Sans nom", created=CREATED)
