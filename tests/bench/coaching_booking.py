"""Many people book the same coaches at once, in processes of their own: T30.

Every process notes what it asked, when, and what it was answered. Afterwards the rows are checked for overlaps, and
each refusal is judged: it was right only if something stood in its way at a moment of its call.
Run by itself: `python -m tests.bench.coaching_booking fill COACHES LEARNERS DAYS`, then
`… work WORKERS OPERATIONS SCENE`, then `… audit`.
"""

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import zip_longest
from multiprocessing import get_context
from time import monotonic
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from tests.bench.rows import Group, Row
from tests.bench.servers import ROOT
from tests.bench.sites import site

WORKERS, OPERATIONS = 16, 2_000
MINUTES = 30
PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Scene:
    """Who is there: ids of coaches and learners, the kind they book, the midnight it starts from, how many days."""

    coaches: list[int]
    learners: list[int]
    kind: int
    midnight: str
    days: int


@dataclass(frozen=True, slots=True)
class Call:
    """One operation: when it was called and answered (seconds), how it ended, and what it asked for.

    `wanted` are the things that must be free, such as `coach 3 at 480`: people and places, minutes of the grid.
    `states` are the appointments as it left them: id, rank of this state among those of the appointment, and the
    things it takes, none once it is cancelled.
    """

    name: str
    called: float
    answered: float
    outcome: str
    wanted: tuple[str, ...] = ()
    states: tuple[tuple[int, float, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the processes were answered, in all; times in seconds."""

    outcomes: dict[str, int]
    wrongly_refused: list[Call]
    errors: list[str]
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Audit:
    """What the rows say once everybody has finished."""

    overlaps: int
    miscounted: int


def rows() -> Iterator[Row]:
    group = Group("coaching")
    with site("booking") as academy:
        engine = "PostgreSQL" if academy.environment["DATABASE_URL"].startswith("postgres") else "SQLite"
        scene = academy.run("-m", "tests.bench.coaching_booking", "fill", "12", "60", "20")
        verdict = run(academy.environment, scene, workers=WORKERS, operations=OPERATIONS)
        left = Audit(**json.loads(academy.run("-m", "tests.bench.coaching_booking", "audit")))
    what = f"{WORKERS} × {OPERATIONS:,} bookings on {engine}"
    for outcome, count in sorted(verdict.outcomes.items()):
        yield group.note(f"{what}: {outcome}", count, "")
    yield group.at_most(f"{what}: overlaps", left.overlaps, "", 0)
    yield group.at_most(f"{what}: seats miscounted", left.miscounted, "", 0)
    yield group.at_most(f"{what}: wrongly refused", len(verdict.wrongly_refused), "", 0)
    yield group.at_most(f"{what}: errors shown", len(verdict.errors), "", 0)
    yield group.note(f"{what}: p50", round(1000 * verdict.p50), "ms")
    yield group.note(f"{what}: p99", round(1000 * verdict.p99), "ms")


def run(environment: Mapping[str, str], scene: str, *, workers: int, operations: int) -> Verdict:
    """Let `workers` processes loose on a database that `fill` made ready; judge what they were answered."""

    command = [sys.executable, "-m", "tests.bench.coaching_booking", "work", str(workers), str(operations), scene]
    done = subprocess.run(command, cwd=ROOT, env=dict(environment), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-4000:])
    told = json.loads(done.stdout)
    calls = [read_call(call) for report in told for call in report["calls"]]
    times = sorted(call.answered - call.called for call in calls)
    return Verdict(
        outcomes=dict(Counter(call.outcome for call in calls)),
        wrongly_refused=wrongly_refused(calls),
        errors=[error for report in told for error in report["errors"]],
        p50=times[len(times) // 2],
        p99=times[int(len(times) * 0.99)],
    )


def read_call(told: dict[str, Any]) -> Call:
    states = tuple((pk, rank, tuple(things)) for pk, rank, things in told["states"])
    return Call(**told | {"wanted": tuple(told["wanted"]), "states": states})


def wrongly_refused(calls: Sequence[Call]) -> list[Call]:
    """Refusals that nothing explains: none of what was wanted can have been taken while the call lasted.

    An appointment may have been in one of its states since the call that made it was called, and until the call that
    made the next one was answered.
    """
    lives: dict[int, list[tuple[float, float, float, tuple[str, ...]]]] = {}
    for call in calls:
        for pk, rank, things in call.states:
            lives.setdefault(pk, []).append((rank, call.called, call.answered, things))
    taken: dict[str, list[tuple[float, float]]] = {}
    for states in lives.values():
        states.sort()
        for state, following in zip_longest(states, states[1:]):
            for thing in state[3]:
                taken.setdefault(thing, []).append((state[1], following[2] if following else float("inf")))
    return [
        call
        for call in calls
        if call.outcome == "refused"
        and not any(
            since <= call.answered and until >= call.called
            for thing in call.wanted
            for since, until in taken.get(thing, [])
        )
    ]


# --- Inside the academy -----------------------------------------------------------------------------------------------


def fill(coaches: int, learners: int, days: int) -> Scene:
    """Coaches open every day from 8 to 20, two by two in one place; learners of one cohort who may book any of them."""
    from coaching.enums import Continuity
    from coaching.models import CohortCoaching
    from lms.programmes.enums import CohortRole, EnrolmentState
    from tests import factories

    cohort = factories.CohortFactory()
    kind = factories.AppointmentKindFactory(minutes=MINUTES, modes=["online", "place"])
    CohortCoaching.objects.create(cohort=cohort, continuity=Continuity.ROUND_ROBIN)
    coach_ids = []
    for rank in range(coaches):
        diary = factories.DiaryFactory(
            step_minutes=MINUTES, window_days=365, max_per_day=100, max_per_week=500, change_deadline=0
        )
        if rank % 2 == 0:
            place = factories.PlaceFactory(partner=cohort.partner)
        for weekday in range(7):
            hours = {"weekday": weekday, "starts": time(8), "ends": time(20), "place": place}
            factories.WeeklyHoursFactory(diary=diary, **hours)
        factories.CohortStaffFactory(cohort=cohort, user=diary.coach, role=CohortRole.COACH)
        coach_ids.append(diary.coach_id)
    people = [factories.EnrolmentFactory(cohort=cohort, state=EnrolmentState.ACTIVE) for _rank in range(learners)]
    midnight = datetime.now(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
    return Scene(coach_ids, [person.learner_id for person in people], kind.pk, midnight.isoformat(), days)


def audit() -> Audit:
    """Pairs of live rows that share a coach, a learner or a place and an instant; appointments whose count is wrong."""
    from django.db import connection

    pairs = """
        SELECT COUNT(*) FROM {table} a JOIN {table} b ON a.{who} = b.{who} AND a.id < b.id
        WHERE a.state <> 'cancelled' AND b.state <> 'cancelled' AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
    """
    counts = """
        SELECT COUNT(*) FROM coaching_appointment a WHERE seats_taken <> (
            SELECT COUNT(*) FROM coaching_seat s WHERE s.appointment_id = a.id AND s.state <> 'cancelled')
    """
    watched = [
        ("coaching_appointment", "coach_id"),
        ("coaching_appointment", "place_id"),
        ("coaching_seat", "learner_id"),
    ]
    with connection.cursor() as cursor:

        def count(sql: str) -> int:
            cursor.execute(sql)
            return int(cursor.fetchone()[0])

        overlaps = sum(count(pairs.format(table=table, who=who)) for table, who in watched)
        return Audit(overlaps, count(counts))


class Worker:
    """One process: random operations, one after the other. Only it holds slots for its share of the learners."""

    def __init__(self, seed: int, workers: int, scene: Scene) -> None:
        from coaching.models import AppointmentKind, Diary
        from lms.programmes.models import Enrolment

        self.random = random.Random(seed)
        self.scene = scene
        self.midnight = datetime.fromisoformat(scene.midnight).astimezone(PARIS)
        self.now = self.midnight.astimezone(UTC)
        self.kind = AppointmentKind.objects.get(pk=scene.kind)
        rows = Diary.objects.select_related("coach").prefetch_related("weekly_hours").filter(coach__in=scene.coaches)
        self.diaries = {diary.coach_id: diary for diary in rows}
        people = Enrolment.objects.select_related("learner", "cohort").filter(learner__in=scene.learners)
        self.enrolments = {row.learner_id: row for row in people}
        self.share = scene.learners[seed::workers]
        self.held: dict[int, int] = {}
        self.freed: list[tuple[int, datetime]] = []
        self.calls: list[Call] = []
        self.errors: list[str] = []

    def work(self, operations: int) -> None:
        ways = [self.book, self.book, self.hold, self.hold, self.move, self.cancel, self.reassign, self.rebook]
        while len(self.calls) < operations:
            self.random.choice(ways)()

    def book(self) -> None:
        self._book("create", self._wish(self.random.choice(self.scene.learners)))

    def rebook(self) -> None:
        """What was just given back, by somebody else."""
        if self.freed:
            self._book("rebook a freed slot", self._wish(self.random.choice(self.scene.learners), *self.freed.pop()))

    def hold(self) -> None:
        """Hold a slot, which lets go of the one held before; three times out of four, confirm it."""
        wish = self._wish(self.random.choice(self.share))
        learner = wish.enrolment.learner
        former = self.held.get(learner.pk)

        def hold() -> Any:
            seat = booking.hold(wish=wish, actor=learner, now=self.now)
            self.held[learner.pk] = seat.appointment_id
            return seat

        from coaching.services import booking

        seat = self._call("hold", hold, wanted=self._wanted(wish), gone=former)
        if seat is None or self.random.random() > 0.75:
            return
        # Another process may have booked the very slot she holds, which confirms it: she holds it no longer.
        if self._book("confirm", wish, wanted=(), about=seat) is not None or not self._is_as_read(seat):
            del self.held[learner.pk]

    def move(self) -> None:
        from coaching.services import changing

        seat = self._any_seat()
        if seat is not None:
            starts_at, coach = self._start(), seat.appointment.coach_id
            # Given to another coach, it moves to where that one receives.
            place = self._place(self.diaries[coach]) if seat.appointment.place_id else None
            self._call(
                "reschedule",
                lambda: changing.move(seat=seat, starts_at=starts_at, actor=seat.learner, now=self.now),
                wanted=self._things(coach, seat.learner_id, place, starts_at),
                about=seat,
            )

    def cancel(self) -> None:
        from coaching.services import changing

        seat = self._any_seat()
        if seat is not None:
            done = self._call("cancel", lambda: changing.cancel(seat=seat, actor=seat.learner, now=self.now))
            if done is not None:
                self.freed.append((done.appointment.coach_id, done.starts_at))

    def reassign(self) -> None:
        from coaching.services import changing

        seat = self._any_seat()
        if seat is not None:
            to = self.diaries[self.random.choice(self.scene.coaches)]

            def reassign() -> Any:
                row = changing.reassign(
                    appointment=seat.appointment, to=to, by_manager=True, actor=to.coach, now=self.now
                )
                return row.seats.select_related("appointment").get(pk=seat.pk)

            self._call("reassign", reassign, wanted=self._things(to.coach_id, None, None, seat.starts_at), about=seat)

    def _book(self, name: str, wish: Any, wanted: tuple[str, ...] | None = None, about: Any = None) -> Any:
        from coaching.services import booking

        learner = wish.enrolment.learner
        return self._call(
            name,
            lambda: booking.book(wish=wish, key=uuid4(), actor=learner, now=self.now),
            wanted=self._wanted(wish) if wanted is None else wanted,
            about=about,
        )

    def _call(
        self,
        name: str,
        ask: Callable[[], Any],
        wanted: tuple[str, ...] = (),
        gone: int | None = None,
        about: Any = None,
    ) -> Any:
        from coaching.services.seats import BookingRefused, SlotTaken

        seat, called = None, monotonic()
        try:
            seat, outcome = ask(), f"{name}: done"
        except SlotTaken:
            outcome = "refused" if about is None or self._is_as_read(about) else f"{name}: changed meanwhile"
        except BookingRefused as refused:
            outcome = f"{name}: {refused.code}"
        except Exception as error:  # noqa: BLE001 - whatever a person would have seen is an error of the figure
            outcome = "error"
            self.errors.append(f"{name}: {error!r}")
        states = [self._state(seat.appointment, seat.learner_id)] if seat is not None else []
        if gone is not None and seat is not None:
            states.append((gone, float("inf"), ()))
        self.calls.append(Call(name, called, monotonic(), outcome, wanted, tuple(states)))
        return seat

    def _state(self, row: Any, learner_id: int) -> tuple[int, float, tuple[str, ...]]:
        things = self._things(row.coach_id, learner_id, row.place_id, row.starts_at) if row.is_live else ()
        return row.pk, row.sequence, things

    def _wish(self, learner: int, coach: int | None = None, starts_at: datetime | None = None) -> Any:
        from coaching.services.seats import Wish

        diary = self.diaries[coach or self.random.choice(self.scene.coaches)]
        mode = self.random.choice(["online", "place"])
        return Wish(self.enrolments[learner], diary, self.kind, starts_at or self._start(), mode=mode)

    def _start(self) -> datetime:
        day = self.midnight + timedelta(days=1 + self.random.randrange(self.scene.days))
        return (day + timedelta(minutes=480 + MINUTES * self.random.randrange(24))).astimezone(UTC)

    def _any_seat(self) -> Any:
        from coaching.models import Seat

        seats = Seat.objects.booked().filter(learner=self.random.choice(self.scene.learners))
        found = list(seats.select_related("appointment__coach", "appointment__kind", "learner", "enrolment__cohort"))
        return self.random.choice(found) if found else None

    def _is_as_read(self, seat: Any) -> bool:
        """Whether the appointment is still the one that was read: only then is it known what was wanted."""
        from coaching.models import Appointment

        read = seat.appointment
        return Appointment.objects.filter(pk=read.pk, sequence=read.sequence, state=read.state).exists()

    def _place(self, diary: Any) -> int:
        place: int = diary.weekly_hours.all()[0].place_id
        return place

    def _wanted(self, wish: Any) -> tuple[str, ...]:
        place = self._place(wish.diary) if wish.mode == "place" else None
        return self._things(wish.diary.coach_id, wish.enrolment.learner_id, place, wish.starts_at)

    def _things(self, coach: int, learner: int | None, place: int | None, starts_at: datetime) -> tuple[str, ...]:
        named = {"coach": coach, "learner": learner, "place": place}
        return tuple(f"{what} {pk} at {starts_at:%m-%d %H:%M}" for what, pk in named.items() if pk)


def work(workers: int, operations: int, scene: str) -> list[dict[str, Any]]:
    """What each of `workers` processes noted. They are forks of this one, which has read the academy's code for all."""
    from django.urls import get_resolver

    assert get_resolver().url_patterns
    with get_context("fork").Pool(workers) as pool:
        return pool.starmap(_work, [(seed, workers, operations, scene) for seed in range(workers)], chunksize=1)


def _work(seed: int, workers: int, operations: int, scene: str) -> dict[str, Any]:
    worker = Worker(seed, workers, Scene(**json.loads(scene)))
    worker.work(operations)
    return {"calls": [asdict(call) for call in worker.calls], "errors": worker.errors}


def main() -> None:
    """`fill`, `work` or `audit`, told on the command line; the answer is one line of JSON."""
    import django

    django.setup()
    match sys.argv[1:]:
        case ["fill", coaches, learners, days]:
            print(json.dumps(asdict(fill(int(coaches), int(learners), int(days)))))
        case ["work", workers, operations, scene]:
            print(json.dumps(work(int(workers), int(operations), scene)))
        case ["audit"]:
            print(json.dumps(asdict(audit())))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
