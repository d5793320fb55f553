"""What attendance looks like on paper: the fields of an émargement sheet, and its PDF."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from django.utils import translation
from django.utils.formats import date_format

from lms.kit import pdf


@dataclass(frozen=True, slots=True)
class TrainerLine:
    """A trainer, what she is in the room, and her signature for each half-day; an empty one is not given."""

    name: str
    role: str
    signatures: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetLine:
    """A learner. `counted_minutes` is -1 while the session is not settled; empty stamps: she did not come."""

    name: str
    first_in: str
    last_out: str
    present_minutes: int
    counted_minutes: int
    verdict: str
    notes: tuple[str, ...]
    signatures: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AttendanceSheet:
    """Everything one sheet says (domain.md, §4), in the words it will say them. Texts are in the paper's language.

    Times are those on the clocks of `zone`, where the session is held. Optional texts are empty, never None.
    """

    lang: Literal["fr", "en"]
    provider_name: str
    provider_nda: str
    partner_name: str
    funder_name: str
    action_title: str
    """The title as in the contract."""
    track_name: str
    cohort_name: str
    module: str
    session_title: str
    starts: dt.datetime
    ends: dt.datetime
    planned_minutes: int
    zone: str
    place: str
    """The address where it was held."""
    halves: tuple[str, ...]
    trainers: tuple[TrainerLine, ...]
    lines: tuple[SheetLine, ...]
    is_final: bool
    printed: dt.datetime

    def __post_init__(self) -> None:
        if self.ends <= self.starts:
            raise ValueError("ends comes before starts")
        signed: list[SheetLine | TrainerLine] = [*self.lines, *self.trainers]
        if any(len(line.signatures) != len(self.halves) for line in signed):
            raise ValueError("signatures: one for each half-day")


_FILE_TITLES = {"fr": "Feuille d’émargement : {} ({})", "en": "Attendance sheet: {} ({})"}


def render_sheets(sheets: Sequence[AttendanceSheet], created: dt.datetime) -> bytes:
    """Return the sheets of one session as one PDF/UA-1, each on a page of its own.

    Raises:
        lms.kit.pdf.UnprintableText: a name is written in letters the fonts do not have.
    """
    first = sheets[0]
    return pdf.render(
        "seminars:sheet",
        {"sheets": [_data(sheet) for sheet in sheets]},
        lang=first.lang,
        title=_FILE_TITLES[first.lang].format(first.session_title, _day(first.starts, first.lang)),
        created=created.replace(microsecond=0),
    )


def _data(sheet: AttendanceSheet) -> dict[str, object]:
    same_day = sheet.starts.date() == sheet.ends.date()
    return asdict(sheet) | {
        "starts": "",
        "ends": "",
        "printed": f"{_day(sheet.printed, sheet.lang)}, {sheet.printed:%H:%M:%S}",
        "days": _day(sheet.starts, sheet.lang) + ("" if same_day else f" – {_day(sheet.ends, sheet.lang)}"),
        "hours": f"{sheet.starts:%H:%M} – {sheet.ends:%H:%M}",
        "duration": f"{sheet.planned_minutes}\N{NO-BREAK SPACE}min",
    }


def _day(moment: dt.datetime, lang: str) -> str:
    with translation.override(lang):
        written = date_format(moment, "j F Y")
    return f"1er{written[1:]}" if lang == "fr" and moment.day == 1 else written
