"""The attestation read back: its fields in order, in both languages, on one page, with a code a phone can read."""

import dataclasses
import datetime as dt
import io
import re
import shutil
import subprocess

import pypdf
import pytest
import zxingcpp
from PIL import Image

from lms.evidence.papers import AttestationPaper, HoursPaper, render_attestation

FRENCH = AttestationPaper(
    lang="fr",
    provider_name="Coopérative des Médiations",
    provider_nda="11 75 00000 75",
    provider_siret="123 456 789 00012",
    partner_name="Maison des Rives",
    person_name="Lina Nguyen-Le Goff",
    course_title="Accompagner différents publics",
    certification_title="Médiateur numérique",
    certification_code="TP-01336",
    block_title="Accompagner différents publics vers l’autonomie",
    block_code="CCP1",
    starts_on=dt.date(2026, 3, 1),
    ends_on=dt.date(2026, 6, 26),
    planned_minutes=6300,
    credited_minutes=6210,
    modality="Formation à distance, en ligne",
    assistance="Coach individuel, réponse sous 24 h ouvrées",
    competencies=("Élaborer des programmes d’actions", "Concevoir des ressources", "Accueillir", "Préparer et animer"),
    place="Paris",
    issued_on=dt.date(2026, 6, 30),
    signatory_name="Pia Martin",
    signatory_title="Responsable pédagogique",
    verification_url="https://academie.example.org/v/7KQ2M9XR4T",
    verification_code="7KQ2M9XR4T",
    fingerprint="9f3ac21b",
)
HOURS = HoursPaper(
    **{
        field.name: getattr(FRENCH, field.name)
        for field in dataclasses.fields(HoursPaper)
        if field.name not in ("parts", "course_title")
    },
    course_title="Parcours 280 h",
    parts=(("Construire un programme", "fr", 6000), ("Welcoming", "en", 120), ("Séminaires en direct", "fr", 90)),
)
ENGLISH = dataclasses.replace(
    FRENCH,
    lang="en",
    modality="Distance learning, online",
    assistance="Individual coach",
    competencies=("Design programmes", "Make resources"),
    signatory_title="Head of training",
)


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def words(reader: pypdf.PdfReader) -> str:
    text = " ".join(page.extract_text() for page in reader.pages)
    return " ".join(text.replace("\u200b", "").replace("\u00a0", " ").split())


def roles(element, found=None):
    """The roles of the structure tree, in reading order, with alternative texts."""
    found = [] if found is None else found
    element = element.get_object() if hasattr(element, "get_object") else element
    if isinstance(element, list):
        for child in element:
            roles(child, found)
    elif isinstance(element, dict):
        if "/S" in element:
            found.append((str(element["/S"]), str(element.get("/Alt", ""))))
        if "/K" in element:
            roles(element["/K"], found)
    return found


FRENCH_ORDER = [
    "Coopérative des Médiations", "Déclaration d’activité n° 11 75 00000 75", "SIRET 123 456 789 00012",
    "Suivi par Maison des Rives", "Attestation de fin de formation", "atteste que", "Lina Nguyen-Le Goff",
    "a terminé la formation", "Accompagner différents publics", "l’autonomie (CCP1)",
    "Prépare au titre Médiateur numérique (TP-01336)", "du 1er mars 2026 au 26 juin 2026", "Durée prévue 105 h",
    "Heures validées 103 h 30", "et non temps de connexion", "Formation à distance", "Coach individuel",
    "Élaborer des programmes", "Concevoir", "Accueillir", "Préparer et animer", "Fait à Paris, le 30 juin 2026",
    "Pia Martin", "Responsable pédagogique", "Vérifier cette attestation", "academie.example.org/v/7KQ2M9XR4T",
    "Code 7KQ2M9XR4T", "ni certificat de réalisation", "9f3ac21b",
]  # fmt: skip
ENGLISH_ORDER = [
    "Coopérative des Médiations", "no. 11 75 00000 75", "Supported by Maison des Rives",
    "Statement of completed training", "states that", "Lina Nguyen-Le Goff", "has completed the training course",
    "Prepares for Médiateur numérique (TP-01336)", "1 March 2026 to 26 June 2026", "Planned duration 105 h",
    "Credited hours 103 h 30", "not connection time", "Distance learning", "Individual coach", "Design programmes",
    "Issued in Paris, 30 June 2026", "Pia Martin", "Head of training", "Check this statement",
    "academie.example.org/v/7KQ2M9XR4T", "Code 7KQ2M9XR4T", "neither a professional certification", "9f3ac21b",
]  # fmt: skip


HOURS_ORDER = [
    "Attestation d’heures suivies", "atteste que", "Lina Nguyen-Le Goff", "suit la formation", "Parcours 280 h",
    "du 1er mars 2026 au 26 juin 2026", "Heures validées 103 h 30", "Ce qui a été suivi",
    "Construire un programme 100 h", "Welcoming 2 h", "Séminaires en direct 1 h 30", "Total 103 h 30",
    "Code 7KQ2M9XR4T", "Elle ne dit pas que la formation est terminée, ni réussie", "9f3ac21b",
]  # fmt: skip
ORDERS = [(FRENCH, FRENCH_ORDER), (ENGLISH, ENGLISH_ORDER), (HOURS, HOURS_ORDER)]


@pytest.mark.parametrize(("paper", "order"), ORDERS, ids=["fr", "en", "hours"])
def test_the_paper_says_everything_in_order_on_one_page(paper, order):
    reader = read(render_attestation(paper))
    assert len(reader.pages) == 1
    text = words(reader)
    at = -1
    for field in order:
        found = text.find(field, at + 1)
        assert found > at, f"{field!r} is missing or out of order in {text!r}"
        at = found


@pytest.mark.parametrize(
    ("paper", "lang", "title", "alt"),
    [
        (
            FRENCH,
            "fr-FR",
            "Attestation de fin de formation : Lina Nguyen-Le Goff",
            "Code QR vers la page de vérification : ",
        ),
        (
            ENGLISH,
            "en-GB",
            "Statement of completed training: Lina Nguyen-Le Goff",
            "QR code to the verification page: ",
        ),
    ],
    ids=["fr", "en"],
)
def test_the_paper_is_accessible(paper, lang, title, alt):
    reader = read(render_attestation(paper))
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert reader.root_object["/Lang"] == lang
    assert reader.metadata.title == title
    structure = roles(reader.root_object["/StructTreeRoot"])
    names = [role for role, _alt in structure]
    assert [name for name in names if name in {"/H1", "/H2"}] == ["/H1", "/H2"]
    assert names.count("/LI") == len(paper.competencies)
    assert names.index("/H1") < names.index("/L") < names.index("/Figure")
    assert [text for role, text in structure if role == "/Figure"] == [f"{alt}academie.example.org/v/7KQ2M9XR4T"]


def test_the_same_paper_gives_the_same_bytes():
    assert render_attestation(FRENCH) == render_attestation(FRENCH)


def test_empty_fields_have_no_line():
    optional = ("partner_name", "certification_title", "certification_code", "block_title", "block_code")
    bare = dataclasses.replace(FRENCH, competencies=(), **dict.fromkeys(optional, ""))
    text = words(read(render_attestation(bare)))
    for label in ("Suivi par", "Prépare au titre", "Compétences travaillées", "()"):
        assert label not in text


@pytest.mark.parametrize("name", ['#eval("1+1")', 'Lina "Lili" \\ $x$ @y *z*', "محمد الأمين", "Jean-" * 60])
def test_hostile_names_are_printed_and_nothing_else_moves(name):
    text = words(read(render_attestation(dataclasses.replace(FRENCH, person_name=name))))
    assert set(name) - {" "} <= set(text)
    if name.isascii():
        assert "".join(name.split()) in "".join(text.split())
    assert "a terminé la formation" in text
    assert "9f3ac21b" in text


def test_a_long_list_goes_on_to_a_numbered_second_page():
    reader = read(
        render_attestation(dataclasses.replace(FRENCH, competencies=("Animer un atelier de découverte",) * 40))
    )
    assert len(reader.pages) == 2
    assert "2 / 2" in words(reader)


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) draws the page for the decoder")
@pytest.mark.parametrize("paper", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_a_phone_reads_the_code_and_finds_the_page(paper, tmp_path):
    source = tmp_path / "paper.pdf"
    source.write_bytes(render_attestation(paper))
    subprocess.run(["pdftoppm", "-png", "-r", "120", str(source), str(tmp_path / "page")], check=True)
    with Image.open(next(tmp_path.glob("page*.png"))) as page:
        codes = zxingcpp.read_barcodes(page)
    assert [code.text for code in codes] == [paper.verification_url]


@pytest.mark.parametrize(
    "change",
    [
        {"verification_code": "7KQ2M9XR4"},
        {"verification_code": "7kq2m9xr4t"},
        {"fingerprint": "9F3AC21B"},
        {"ends_on": dt.date(2026, 2, 28)},
        {"credited_minutes": 6301},
        {"credited_minutes": -1},
    ],
)
def test_a_paper_that_contradicts_itself_cannot_be_made(change):
    with pytest.raises(ValueError, match=next(iter(change))):
        dataclasses.replace(FRENCH, **change)


@pytest.mark.parametrize(("course_lang", "said"), [("fr", {"en", "fr"}), ("en", {"en"}), ("", {"en"})])
def test_a_course_in_another_language_is_said_to_be(course_lang, said):
    [page] = read(render_attestation(dataclasses.replace(ENGLISH, course_lang=course_lang))).pages
    marked = page.get_contents().get_data().decode("latin-1")
    assert set(re.findall(r"/Lang ?\((..)", marked)) == said
