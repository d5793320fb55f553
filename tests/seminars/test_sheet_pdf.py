"""The émargement sheet read back: its fields, its tags, in both languages; nothing in it is a command."""

import dataclasses
import datetime as dt
import io
from typing import Any

import pypdf
import pytest

from seminars.papers import AttendanceSheet, SheetLine, TrainerLine, render_sheets

PRINTED = dt.datetime(2026, 3, 11, 9, tzinfo=dt.UTC)
LINA = SheetLine(
    name="Lina Nguyen-Le Goff",
    first_in="17:58:04",
    last_out="19:30:00",
    present_minutes=88,
    counted_minutes=88,
    verdict="Présent",
    notes=("Absences : 18:20:00-18:22:00",),
    signatures=("Signé le 10/03/2026 à 19:31:02, sceau 9f3a c21b",),
)
OMAR = SheetLine(
    name="Omar Petit",
    first_in="",
    last_out="",
    present_minutes=0,
    counted_minutes=-1,
    verdict="Absent",
    notes=(),
    signatures=("",),
)
FRENCH = AttendanceSheet(
    lang="fr",
    provider_name="Coopérative des Médiations",
    provider_nda="11 75 00000 75",
    partner_name="Maison des Rives",
    funder_name="Région Sud",
    action_title="Médiateur numérique, CCP1 Accompagner différents publics",
    track_name="Parcours complet",
    cohort_name="Printemps 2026",
    module="Accueillir",
    session_title="Sans faire à la place",
    starts=dt.datetime(2026, 3, 10, 18),  # noqa: DTZ001 - on the clocks of the zone beside it
    ends=dt.datetime(2026, 3, 10, 19, 30),  # noqa: DTZ001
    planned_minutes=90,
    zone="Paris (Europe/Paris, UTC+01:00)",
    place="https://academie.example.org/seminars/x/room/",
    halves=("10/03/2026, après-midi",),
    trainers=(TrainerLine("Clara Roy", "Hôte", ("Signé le 10/03/2026 à 19:32:00, sceau aaaa bbbb",)),),
    lines=(LINA, OMAR),
    is_final=True,
    printed=dt.datetime(2026, 3, 11, 10),  # noqa: DTZ001
)
ENGLISH = dataclasses.replace(FRENCH, lang="en")
FRENCH_WORDS = [
    "Coopérative des Médiations", "Déclaration d’activité n° 11 75 00000 75", "Feuille d’émargement",
    "Intitulé de l’action", "Médiateur numérique, CCP1 Accompagner différents publics",
    "Accueillir – Sans faire à la place",
    "10 mars 2026", "18:00 – 19:30", "90 min", "UTC+01:00", "Parcours complet", "Printemps 2026", "Maison des Rives",
    "Région Sud", "academie.example.org/seminars/x/room/", "Clara Roy", "aaaa bbbb", "Lina Nguyen-Le Goff",
    "17:58:04", "19:30:00", "88 min", "18:20:00-18:22:00", "9f3a c21b", "Omar Petit", "Non signée",
    "Édité le 11 mars 2026",
]  # fmt: skip


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def words(reader: pypdf.PdfReader) -> str:
    text = " ".join(page.extract_text() for page in reader.pages)
    return " ".join(text.replace("\u200b", "").replace("\u00a0", " ").split())


def roles(element: Any, found: list[str] | None = None) -> list[str]:
    """The roles of the structure tree, in reading order."""
    found = [] if found is None else found
    element = element.get_object() if hasattr(element, "get_object") else element
    if isinstance(element, list):
        for child in element:
            roles(child, found)
    elif isinstance(element, dict):
        if "/S" in element:
            found.append(str(element["/S"]))
        if "/K" in element:
            roles(element["/K"], found)
    return found


def test_the_sheet_says_what_the_law_asks_for() -> None:
    reader = read(render_sheets([FRENCH], PRINTED))
    text = words(reader)

    assert len(reader.pages) == 1
    assert [word for word in FRENCH_WORDS if word not in text] == []
    assert "Provisoire" not in text


@pytest.mark.parametrize(
    ("sheet", "lang", "title"),
    [
        (FRENCH, "fr-FR", "Feuille d’émargement : Sans faire à la place (10 mars 2026)"),
        (ENGLISH, "en-GB", "Attendance sheet: Sans faire à la place (10 March 2026)"),
    ],
    ids=["fr", "en"],
)
def test_the_sheet_is_accessible(sheet: AttendanceSheet, lang: str, title: str) -> None:
    reader = read(render_sheets([sheet], PRINTED))

    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert reader.root_object["/Lang"] == lang
    assert reader.metadata is not None
    assert reader.metadata.title == title
    found = roles(reader.root_object["/StructTreeRoot"])
    assert [name for name in found if name in {"/H1", "/H2", "/Table"}] == ["/H1", "/H2", "/Table", "/H2", "/Table"]
    assert found.count("/TH") == 3 + 6
    assert found.count("/TD") == 3 + 2 * 6


def test_each_cohort_has_a_sheet_of_its_own() -> None:
    other = dataclasses.replace(FRENCH, cohort_name="Automne 2026", is_final=False, lines=())
    reader = read(render_sheets([FRENCH, other], PRINTED))

    assert len(reader.pages) == 2
    assert "Automne 2026" in reader.pages[1].extract_text()
    assert "Lina" not in reader.pages[1].extract_text()
    assert "Provisoire" in reader.pages[1].extract_text()


def test_three_hundred_people_go_on_with_a_head_on_every_page() -> None:
    reader = read(render_sheets([dataclasses.replace(FRENCH, lines=(LINA,) * 300)], PRINTED))

    assert len(reader.pages) > 5
    assert all("Arrivée" in page.extract_text() for page in reader.pages[:-1])


@pytest.mark.parametrize("name", ['#eval("1+1")', 'Lina "Lili" \\ $x$ @y *z*', "Jean-" * 60])
def test_hostile_names_are_printed_and_nothing_else_moves(name: str) -> None:
    hostile = dataclasses.replace(FRENCH, lines=(dataclasses.replace(LINA, name=name), OMAR))
    text = words(read(render_sheets([hostile], PRINTED)))

    assert "".join(name.split()) in "".join(text.split())
    assert "Omar Petit" in text


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert render_sheets([FRENCH], PRINTED) == render_sheets([FRENCH], PRINTED)


@pytest.mark.parametrize(
    ("change", "said"), [({"ends": FRENCH.starts}, "ends"), ({"halves": ()}, "signatures")], ids=["dates", "halves"]
)
def test_a_sheet_that_contradicts_itself_cannot_be_made(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        dataclasses.replace(FRENCH, **change)
