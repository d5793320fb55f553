"""Files that leave: readable by a French spreadsheet, inert in any."""

import pytest

from lms.kit.exports import csv_response, defuse


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
