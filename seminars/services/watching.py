"""Counts what somebody sees of a replay: measured time, never attendance and never hours by itself."""

from datetime import datetime

from django.db import transaction

from lms.evidence.enums import ActivityKind
from lms.evidence.services import observe
from lms.programmes.models import Enrolment
from seminars.models import ReplayWatching, SessionRecording

PIECE = 10
"""Seconds."""
FASTEST = 2.5
"""A film is not watched faster than that: pieces beyond it are not believed."""
FIRST_BEAT = 60.0
"""Seconds that the first word of a page may speak of."""


def watch(
    *, recording: SessionRecording, enrolment: Enrolment, pieces: set[int], position: int, now: datetime
) -> ReplayWatching:
    """Note the pieces of ten seconds that were played through, each once for ever, and where she is.

    No more than can have been played since the last word; the time that is measured is never more than what the
    clock on the wall allows (`lms.evidence.services.observe`).
    """
    with transaction.atomic():
        watching, is_new = ReplayWatching.objects.select_for_update().get_or_create(
            recording=recording, enrolment=enrolment, defaults={"seen_at": now}
        )
        gone_by = FIRST_BEAT if is_new else max(0.0, (now - watching.seen_at).total_seconds())
        count = piece_count(recording)
        seen = watching.pieces.ljust(count, "0")[:count]
        believed = int(min(gone_by, 120.0) * FASTEST // PIECE) + 1
        fresh = sorted(piece for piece in pieces if 0 <= piece < count and seen[piece] == "0")[:believed]
        for piece in fresh:
            seen = f"{seen[:piece]}1{seen[piece + 1 :]}"
        watching.pieces = seen
        watching.seconds = min(recording.seconds, seen.count("1") * PIECE)
        watching.position = max(0, min(position, recording.seconds))
        watching.seen_at = now
        watching.save()
        if fresh:
            claimed = len(fresh) * PIECE
            kind, activity = ActivityKind.REPLAY, recording.public_id
            observe(enrolment=enrolment, kind=kind, activity_id=activity, seconds=claimed, now=now)
    return watching


def piece_count(recording: SessionRecording) -> int:
    return -(-recording.seconds // PIECE)
