"""Tables that leave the academy as files, without a formula that a spreadsheet would run."""

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

_RUNS = ("=", "+", "-", "@", "\t", "\r")


def defuse(value: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would read as a formula; numbers and dates stay as they are."""
    if isinstance(value, str) and value.startswith(_RUNS):
        return f"'{value}"
    return value


def csv_response(filename: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A CSV file to download: UTF-8 with its mark and semicolons, which French spreadsheets open without a question."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.write("\ufeff")
    writer = csv.writer(response, delimiter=";")
    writer.writerow([defuse(str(cell)) for cell in header])
    writer.writerows([defuse("" if cell is None else cell) for cell in row] for row in rows)
    return response
