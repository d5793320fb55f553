"""Files that leave: readable by a French spreadsheet, inert in any."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from lms.kit.exports import csv_response, defuse, xlsx_response


@pytest.mark.parametrize("text", ["=1+1", "+33612345678", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_run_is_defused(text: str) -> None:
    assert defuse(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Lina", "", "a=1", -2, 3.5, None])
def test_the_rest_is_left_alone(value: object) -> None:
    assert defuse(value) == value


def test_a_file_has_its_mark_its_semicolons_and_no_formula() -> None:
    response = csv_response("cohort.csv", ["Nom", "=Heures"], [["Élodie; Noé", -3], ["@x", None]])

    assert response["Content-Disposition"] == 'attachment; filename="cohort.csv"'
    assert response.content.decode() == "\ufeffNom;'=Heures\r\n\"Élodie; Noé\";-3\r\n'@x;\r\n"


def test_an_excel_file_says_the_same_with_instants_of_the_reader_s_zone() -> None:
    instant = datetime(2026, 3, 9, 13, 30, tzinfo=UTC)

    with timezone.override("Europe/Paris"):
        response = xlsx_response(
            "hours.xlsx", ["Nom", "=Heures"], [["Élodie\x00", -3], ["=1+1", instant], ["Noé", None]]
        )

    sheet = load_workbook(BytesIO(response.content)).active
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["Nom", "'=Heures"],
        ["Élodie", -3],
        ["'=1+1", datetime(2026, 3, 9, 14, 30)],  # noqa: DTZ001 - a sheet has no zone
        ["Noé", None],
    ]
