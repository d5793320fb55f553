"""Tables that leave the academy as files, without a formula that a spreadsheet would run."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

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


def xlsx_response(filename: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The same table as an Excel file. Instants are those of the reader's zone: a sheet knows none."""
    from openpyxl import Workbook  # 4 MB of memory that a process without such files does not need

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([_cell(str(cell)) for cell in header])
    for row in rows:
        sheet.append([_cell(value) for value in row])
    written = BytesIO()
    book.save(written)
    response = HttpResponse(
        written.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _cell(value: Any) -> Any:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value).replace(tzinfo=None)
    if isinstance(value, str):
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    return defuse(value)
