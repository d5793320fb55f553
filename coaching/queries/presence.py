"""Who was in a room, how long, and who is in it now: from our own sockets, never more than the clock."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from coaching.models import Appointment, RoomPresence
from lms.kit.intervals import Interval, merged

LATEST_SIGN = timedelta(seconds=90)
"""Three heartbeats: whoever has been silent for longer is not shown as present."""


def minutes_together(appointment: Appointment) -> dict[int, int]:
    """Whole minutes that each person (database id) and another side of the appointment were in the room together.

    A learner's are those shared with the coach, the coach's those with at least one learner. Two devices, and stays
    cut by reconnections, are one; a stay that was never closed ends at its last sign of life. A proposal: the coach
    notes the attended time.
    """
    stays: dict[int, list[Interval]] = {}
    for person_id, joined_at, seen_at, left_at in RoomPresence.objects.filter(appointment=appointment).values_list(
        "person_id", "joined_at", "seen_at", "left_at"
    ):
        stays.setdefault(person_id, []).append((joined_at, left_at or seen_at))
    coach = merged(stays.pop(appointment.coach_id, []))
    shared = {person_id: common(merged(intervals), coach) for person_id, intervals in stays.items()}
    with_anybody = merged(interval for intervals in shared.values() for interval in intervals)
    found = shared | {appointment.coach_id: with_anybody} if coach else shared
    return {person_id: _minutes(intervals) for person_id, intervals in found.items()}


def common(left: list[Interval], right: list[Interval]) -> list[Interval]:
    """The time that two lists of disjoint intervals share."""
    pairs = ((max(a[0], b[0]), min(a[1], b[1])) for a in left for b in right)
    return [(start, end) for start, end in pairs if start < end]


def present_in(appointments: Iterable[Appointment], now: datetime) -> "QuerySet[RoomPresence]":
    """The stays going on in these rooms; the same person twice when she has two devices."""
    return RoomPresence.objects.filter(
        appointment__in=list(appointments), left_at=None, seen_at__gte=now - LATEST_SIGN
    ).select_related("person")


def _minutes(intervals: list[Interval]) -> int:
    return int(sum(((end - start) for start, end in intervals), timedelta()) // timedelta(minutes=1))
