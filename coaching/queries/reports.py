"""Reads of reports: who they are about, every wording they had, what changed between two."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from re import findall
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from coaching.enums import Presence
from coaching.models import CoachingReport, ReportDraft, ReportRevision, ReportSignature, Seat
from lms.accounts.models import User


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text: kept (`same`), put in (`new`) or taken out (`old`)."""

    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field that two revisions say differently."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One revision and what it changed of the one before; the first changed nothing."""

    revision: ReportRevision
    changes: tuple[Change, ...]


def seats_to_report() -> QuerySet[Seat]:
    """Seats with what the page of a report needs."""
    return Seat.objects.select_related(
        "appointment__kind", "appointment__coach", "learner", "enrolment__cohort__track", "enrolment__coach"
    )


def reports_to_read() -> QuerySet[CoachingReport]:
    return CoachingReport.objects.select_related(
        "author",
        "seat__appointment__kind",
        "seat__appointment__coach",
        "seat__learner",
        "seat__enrolment__cohort__partner",
    )


def draft_of(seat: Seat, author: User, base: int) -> ReportDraft | None:
    """What `author` was typing over revision `base`; what she typed over an older one is out of date."""
    return ReportDraft.objects.filter(seat=seat, author=author, base=base).first()


def versions_of(report: CoachingReport) -> list[Version]:
    """Every wording, the last first, with its signatures; two queries."""
    signatures = ReportSignature.objects.select_related("person").order_by("signed_at")
    revisions = list(
        report.revisions.select_related("author")
        .prefetch_related(Prefetch("signatures", signatures))
        .order_by("number")
    )
    before: dict[str, Any] | None = None
    versions = []
    for revision in revisions:
        versions.append(Version(revision, tuple(changes(before, revision.content)) if before else ()))
        before = revision.content
    return versions[::-1]


def changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    """What two contents of a report (see `services.reports.content_of`) say differently, field by field."""
    for name, label in _labels().items():
        old, new = _as_text(name, before.get(name)), _as_text(name, after.get(name))
        if old != new:
            yield Change(label, tuple(compare(old, new)))


def compare(old: str, new: str) -> Iterator[Piece]:
    """The pieces of two texts in order; joined without the old ones they are `new`, without the new ones `old`."""
    left, right = findall(r"\s+|[^\s]+", old), findall(r"\s+|[^\s]+", new)
    for state, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if state == "equal":
            yield Piece("same", "".join(left[i1:i2]))
            continue
        if i2 > i1:
            yield Piece("old", "".join(left[i1:i2]))
        if j2 > j1:
            yield Piece("new", "".join(right[j1:j2]))


def _labels() -> dict[str, str]:
    return {
        "presence": _("Presence of the learner"),
        "coach_presence": _("Presence of the coach"),
        "minutes": _("Minutes attended"),
        "covered": _("What we did"),
        "learnt": _("What moved forward"),
        "difficulty": _("What is still difficult"),
        "next_step": _("Next step"),
        "competencies": _("Competencies we touched on"),
        "is_shared": _("Shared with the learner"),
    }


def _as_text(name: str, value: Any) -> str:
    if name.endswith("presence"):
        return str(Presence(value).label) if value in Presence.values else ""
    if name == "is_shared":
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "\n".join(value)
    return "" if value is None else str(value)
