"""Free slots: four weeks of a full diary beside an empty one, and the choice among fifty coaches.

Run by itself: `python -m tests.bench.coaching_slots` fills a database, measures there, and prints what it found.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.bench.rows import Group, Row
from tests.bench.sites import site

PAST, FUTURE, BUSY, COACHES = 2_000, 500, 200, 50
ROUNDS = 15


def rows() -> Iterator[Row]:
    group = Group("coaching")
    with site("slots") as place:
        found = json.loads(place.run("-m", "tests.bench.coaching_slots"))
    empty, full, choice = found["empty"], found["full"], found["choice"]
    yield group.at_most(f"slots of four weeks, {PAST + FUTURE} appointments", full["queries"], "queries", 10)
    yield group.note("slots of four weeks, nothing booked", empty["ms"], "ms")
    yield group.note(f"slots of four weeks, {PAST + FUTURE} appointments", full["ms"], "ms")
    yield group.at_most("slots of four weeks: full ÷ empty", round(full["ms"] / empty["ms"], 2), "×", 5)
    yield group.at_most(f"choice among {COACHES} coaches", choice["queries"], "queries", 15)
    yield group.note(f"choice among {COACHES} coaches", choice["ms"], "ms")


def measure() -> dict[str, dict[str, float]]:
    from django.utils import timezone

    from coaching.models import Diary
    from coaching.queries.slots import free_slots, next_free
    from tests.factories import AppointmentKindFactory, EnrolmentFactory

    now = timezone.now().replace(second=0, microsecond=0)
    kind, learner = AppointmentKindFactory(), EnrolmentFactory().learner
    empty, full = _diary(), _diary()
    _fill(full, kind, now, past=PAST, future=FUTURE, busy=BUSY)
    for _coach in range(COACHES - 2):
        _fill(_diary(), kind, now, past=40, future=20, busy=20)
    asked: dict[str, Any] = {
        "kind": kind, "start": now, "end": now + timedelta(weeks=4), "now": now, "learner": learner
    }  # fmt: skip
    diaries = {diary.pk: diary for diary in Diary.objects.select_related("coach")}
    return {
        "empty": _timed(lambda: free_slots(diary=diaries[empty.pk], **asked)),
        "full": _timed(lambda: free_slots(diary=diaries[full.pk], **asked)),
        "choice": _timed(lambda: next_free(diaries=diaries.values(), **asked)),
    }


def _diary() -> Any:
    from tests.factories import DiaryFactory, WeeklyHoursFactory

    diary = DiaryFactory(max_per_day=20, max_per_week=100, buffer_before=5, buffer_after=10, holidays="metropolitan")
    for weekday in range(5):
        WeeklyHoursFactory(diary=diary, weekday=weekday)
    return diary


def _fill(diary: Any, kind: Any, now: datetime, *, past: int, future: int, busy: int) -> None:
    """Half an hour every ninety minutes, day and night: 500 of them cover the four weeks."""
    from coaching.models import Appointment, BusyCalendar, BusyPeriod

    step, half = timedelta(minutes=90), timedelta(minutes=30)
    starts = [now + rank * step for rank in range(-past, future)]
    Appointment.objects.bulk_create(
        Appointment(coach=diary.coach, kind=kind, created_by=diary.coach, starts_at=start, ends_at=start + half)
        for start in starts
    )
    calendar = BusyCalendar.objects.create(diary=diary, address="https://calendar.example/a.ics")
    periods = [now + timedelta(hours=1) + rank * 2 * step for rank in range(busy)]
    BusyPeriod.objects.bulk_create(
        BusyPeriod(calendar=calendar, starts_at=start, ends_at=start + half) for start in periods
    )


def _timed(ask: Callable[[], object]) -> dict[str, float]:
    """The queries of one call, and the median of its time over the rounds (milliseconds)."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        ask()
    times = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    return {"queries": len(queries), "ms": round(statistics.median(times), 1)}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measure()))
