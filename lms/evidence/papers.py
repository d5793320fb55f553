"""What the proofs look like on paper: the fields of each document, and its PDF."""

import datetime as dt
import re
from dataclasses import asdict, dataclass
from typing import Literal

from django.utils import translation
from django.utils.formats import date_format

from lms.kit import pdf, qr

_CODE = re.compile(r"[0-9A-Z]{10}")
_FINGERPRINT = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """What every attestation says, in the words it will say it.

    Texts are already in the paper's language. Optional ones are empty, never None: an empty one has no line.
    """

    lang: Literal["fr", "en"]
    """The paper's language."""
    provider_name: str
    """The training provider that signs."""
    provider_nda: str
    """Its declaration of activity number (numéro de déclaration d'activité), as registered."""
    provider_siret: str
    """Its SIRET, 14 digits, spaces allowed."""
    partner_name: str = ""
    """The consortium partner that followed the learner, when it is not the provider."""
    person_name: str
    """The learner's name for certificates."""
    starts_on: dt.date
    ends_on: dt.date
    """First and last day of the action for this learner; of an attestation of hours, the last day it counts."""
    planned_minutes: int
    """Estimated duration of all the activities of the course, or of the track."""
    credited_minutes: int
    """Duration credited on verified completion (domain: never connection time)."""
    modality: str
    """How it was taught, for example "Formation à distance, en ligne"."""
    assistance: str
    """Technical and pedagogical assistance given (Code du travail, D6313-3-1)."""
    place: str
    issued_on: dt.date
    signatory_name: str
    signatory_title: str
    verification_url: str
    """Short address of the public verification page; the QR code holds exactly this."""
    verification_code: str
    """Ten digits and capitals, to type on the verification page."""
    fingerprint: str
    """First 8 hexadecimal digits of the head of the evidence chain on the day of issue."""

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.verification_code):
            raise ValueError("verification_code: ten digits or capitals")
        if not _FINGERPRINT.fullmatch(self.fingerprint):
            raise ValueError("fingerprint: eight hexadecimal digits")
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on comes before starts_on")
        if not 0 <= self.credited_minutes <= self.planned_minutes:
            raise ValueError("credited_minutes is capped at planned_minutes")


@dataclass(frozen=True, kw_only=True, slots=True)
class AttestationPaper(Paper):
    """The attestation of a finished course."""

    course_title: str
    course_lang: str = ""
    """The language of that title; empty on papers issued before it was noted, and read as the paper's own."""
    certification_title: str = ""
    """The professional title the course prepares for, when there is one."""
    certification_code: str = ""
    """Its register code, for example "RNCP 40695"; never one that was not checked."""
    block_title: str = ""
    """The competency block (CCP) the course covers."""
    block_code: str = ""
    """Its code, for example "CCP1"."""
    competencies: tuple[str, ...]
    """Titles of the competencies covered, in the order of the reference document."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HoursPaper(Paper):
    """The attestation of the hours followed up to a day; it says nothing of an end or a success."""

    course_title: str
    """The name of the track."""
    course_lang: str = ""
    """The language of that name."""
    parts: tuple[tuple[str, str, int], ...]
    """What the hours were spent on: a title, its language, the minutes credited. They add up to `credited_minutes`."""

    def __post_init__(self) -> None:
        Paper.__post_init__(self)
        if sum(minutes for _title, _language, minutes in self.parts) != self.credited_minutes:
            raise ValueError("the parts do not add up to credited_minutes")


# The title of the file itself: screen readers and tabs announce it.
_FILE_TITLES = {
    AttestationPaper: {"fr": "Attestation de fin de formation : {}", "en": "Statement of completed training: {}"},
    HoursPaper: {"fr": "Attestation d’heures suivies : {}", "en": "Statement of training hours followed: {}"},
}


def render_attestation(paper: Paper) -> bytes:
    """Return the attestation as PDF/UA-1; the same paper always gives the same bytes.

    Raises:
        lms.kit.pdf.UnprintableText: a name is written in letters the fonts do not have.
    """
    data = asdict(paper) | {
        "starts_on": _day(paper.starts_on, paper.lang),
        "ends_on": _day(paper.ends_on, paper.lang),
        "issued_on": _day(paper.issued_on, paper.lang),
        "planned": _hours(paper.planned_minutes),
        "credited": _hours(paper.credited_minutes),
        "parts": [(title, lang, _hours(minutes)) for title, lang, minutes in getattr(paper, "parts", ())],
        "short_url": paper.verification_url.removeprefix("https://").removeprefix("http://"),
        # The page leaves the quiet zone around the code, so that 22 mm are all code.
        "qr": qr.svg(paper.verification_url, border=0),
    }
    return pdf.render(
        "lms.evidence:attestation",
        data,
        lang=paper.lang,
        title=_FILE_TITLES[type(paper)][paper.lang].format(paper.person_name),
        created=dt.datetime.combine(paper.issued_on, dt.time(), dt.UTC),
    )


def _day(day: dt.date, lang: str) -> str:
    with translation.override(lang):
        written = date_format(day, "j F Y")
    return f"1er{written[1:]}" if lang == "fr" and day.day == 1 else written


def _hours(minutes: int) -> str:
    """105 h, 103 h 30, 45 min: the same in both languages; the spaces do not break."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}\N{NO-BREAK SPACE}min"
    return f"{hours}\N{NO-BREAK SPACE}h" + (f"\N{NO-BREAK SPACE}{rest:02}" if rest else "")
