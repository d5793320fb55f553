"""What makes a signature recognisable: its canonical form, and the SHA-256 of it."""

import hashlib
import json
from datetime import UTC, datetime

from seminars.models import HalfDaySignature


def signature_digest(signature: HalfDaySignature) -> str:
    """The seal of a signature: who, as what, for which half-day of which session, and when, by public ids.

    The schedule is sealed with it: a session that is moved afterwards is not the one that was signed.
    """
    session = signature.session
    fields = {
        "signature": str(signature.public_id),
        "session": str(session.public_id),
        "starts_at": _moment(session.starts_at),
        "ends_at": _moment(session.ends_at),
        "person": str(signature.person.public_id),
        "as_trainer": signature.as_trainer,
        "day": signature.day.isoformat(),
        "half": str(signature.half),
        "signed_at": _moment(signature.signed_at),
    }
    written = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
