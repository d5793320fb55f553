"""What makes a line or a paper recognisable: its canonical form, and the SHA-256 of it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from .models import Assistance, Attestation, HourEntry
from .papers import AttestationPaper, HoursPaper, Paper

_DATES = ("starts_on", "ends_on", "issued_on")


def line_digest(entry: HourEntry) -> str:
    """The seal of a line. People appear by their public id only, so that erasing a name leaves the seal valid.

    Reads `enrolment`, `corrects` and `author`: load them when checking many lines.
    """
    return _sha256(
        {
            "line": str(entry.public_id),
            "enrolment": str(entry.enrolment.public_id),
            "kind": entry.activity_kind,
            "activity": str(entry.activity_id),
            "title": entry.activity_title,
            "course": str(entry.course_id) if entry.course_id else None,
            "planned_minutes": entry.planned_minutes,
            "credited_minutes": entry.credited_minutes,
            "measured_seconds": entry.measured_seconds,
            "reason": entry.reason,
            "source": entry.source,
            "corrects": str(entry.corrects.public_id) if entry.corrects else None,
            "author": str(entry.author.public_id) if entry.author else None,
            "happened_at": _moment(entry.happened_at),
            "written_at": _moment(entry.written_at),
        }
    )


def assistance_digest(line: Assistance) -> str:
    """The seal of a proof of assistance, by public ids; reads `enrolment`, `helper` and `takes_back`."""
    return _sha256(
        {
            "assistance": str(line.public_id),
            "enrolment": str(line.enrolment.public_id),
            "kind": line.kind,
            "answer": str(line.answer_id),
            "subject": line.subject,
            "helper": str(line.helper.public_id),
            "helper_role": line.helper_role,
            "asked_at": _moment(line.asked_at) if line.asked_at else None,
            "answered_at": _moment(line.answered_at),
            "takes_back": str(line.takes_back.public_id) if line.takes_back else None,
            "written_at": _moment(line.written_at),
        }
    )


def book_digest(line_digests: Iterable[str]) -> str:
    """The seal of a whole book of hours: of its lines' seals, in the order they were written."""
    return hashlib.sha256("\n".join(line_digests).encode()).hexdigest()


def attestation_digest(attestation: Attestation) -> str:
    """The seal of an attestation: whom, what and when by public ids, and every word of the paper."""
    return _sha256(
        {
            "attestation": str(attestation.public_id),
            "enrolment": str(attestation.enrolment.public_id),
            "course": str(attestation.course_id),
            "code": attestation.code,
            "issued_at": _moment(attestation.issued_at),
            "paper": attestation.paper,
        }
        # The first attestations were all of courses, and are sealed without a word of it.
        | ({"until": attestation.until.isoformat()} if attestation.until else {})
    )


def freeze(paper: Paper) -> dict[str, Any]:
    """The paper as JSON can say it; `thaw` gives it back, equal."""
    frozen: dict[str, Any] = json.loads(json.dumps(asdict(paper), default=date.isoformat))
    return frozen


def thaw(frozen: dict[str, Any]) -> Paper:
    fields = frozen | {name: date.fromisoformat(frozen[name]) for name in _DATES}
    if "parts" in frozen:
        return HoursPaper(**fields | {"parts": tuple(tuple(part) for part in frozen["parts"])})
    return AttestationPaper(**fields | {"competencies": tuple(frozen["competencies"])})


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _sha256(fields: dict[str, Any]) -> str:
    # Sorted ASCII keys, no spaces, UTF-8, no floats: what RFC 8785 would write.
    return hashlib.sha256(
        json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()
