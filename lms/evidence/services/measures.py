"""Counts the time a person is seen in front of an activity; it corroborates, it never counts as hours."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Least
from django.utils import timezone

from lms.evidence.enums import ActivityKind
from lms.evidence.models import MeasureCursor, MeasuredTime
from lms.programmes.models import Enrolment

MAX_SECONDS_A_BEAT = 60
"""A page that was asleep may claim an hour: one beat never counts for more than this."""
_SECONDS_A_DAY = 86_400


def observe(*, enrolment: Enrolment, kind: ActivityKind, activity_id: UUID, seconds: int, now: datetime) -> int:
    """Take a page's word that it was visible for the last `seconds`, and return how many were counted.

    Counted: no more than `MAX_SECONDS_A_BEAT`, nor than the time gone by since this person was last counted,
    whatever the device: two screens count once, and a sum never passes the clock on the wall. The day is the
    academy's (`TIME_ZONE`), so that a month holds the same minutes whoever looks at it.
    """
    claimed = min(seconds, MAX_SECONDS_A_BEAT)
    if claimed <= 0:
        return 0
    with transaction.atomic(savepoint=False):
        cursor, is_first = MeasureCursor.objects.select_for_update().get_or_create(
            learner_id=enrolment.learner_id, defaults={"counted_until": now}
        )
        counted = claimed if is_first else min(claimed, int((now - cursor.counted_until).total_seconds()))
        if counted <= 0:
            return 0
        if not is_first:
            cursor.counted_until = now
            cursor.save(update_fields=["counted_until"])
        _add(enrolment, kind, activity_id, counted, now)
    return counted


def _add(enrolment: Enrolment, kind: ActivityKind, activity_id: UUID, seconds: int, now: datetime) -> None:
    # The person's cursor is locked: nobody else is writing this row.
    day = timezone.localdate(now, timezone.get_default_timezone())
    row = {"enrolment": enrolment, "activity_kind": kind, "activity_id": activity_id, "day": day}
    # The night summer time ends has 25 hours; a day row holds 24.
    longer = Least(F("seconds") + seconds, Value(_SECONDS_A_DAY))
    if not MeasuredTime.objects.filter(**row).update(seconds=longer):
        MeasuredTime.objects.create(**row, seconds=seconds)
