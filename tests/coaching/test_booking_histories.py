"""Random histories of one diary against a model that knows only intervals: T30, one after the other.

The days are those around the Sunday when summer time starts, and the one when it ends.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coaching.enums import Continuity, SeatState
from coaching.models import Appointment, CohortCoaching, Seat
from coaching.queries.slots import free_slots
from coaching.services import booking, changing
from coaching.services.seats import BookingRefused, SlotTaken, Wish
from lms.programmes.enums import CohortRole, EnrolmentState
from tests.factories import (
    AppointmentKindFactory,
    CohortFactory,
    CohortStaffFactory,
    DiaryFactory,
    EnrolmentFactory,
    WeeklyHoursFactory,
)

pytestmark = pytest.mark.django_db

SATURDAYS = {"spring": datetime(2026, 3, 28, tzinfo=UTC), "autumn": datetime(2026, 10, 24, tzinfo=UTC)}

moment = st.integers(0, 11)
person = st.integers(0, 2)
coach = st.integers(0, 1)
operations = st.lists(
    st.one_of(
        st.tuples(st.just("book"), person, coach, moment),
        st.tuples(st.just("hold"), person, coach, moment),
        st.tuples(st.just("move"), person, coach, moment),
        st.tuples(st.just("cancel"), person, coach, moment),
        st.tuples(st.just("reassign"), person, coach, moment),
    ),
    min_size=1,
    max_size=14,
)


class Stage:
    """Two coaches open on Saturday evening and Sunday, one kind of an hour, three learners who may book either."""

    def __init__(self, saturday: datetime) -> None:
        self.now = saturday
        self.kind = AppointmentKindFactory(minutes=60)
        cohort = CohortFactory()
        CohortCoaching.objects.create(cohort=cohort, continuity=Continuity.ROUND_ROBIN)
        self.diaries = [DiaryFactory(step_minutes=30, max_per_day=100, change_deadline=0) for _rank in range(2)]
        for diary in self.diaries:
            CohortStaffFactory(cohort=cohort, user=diary.coach, role=CohortRole.COACH)
            for weekday in (5, 6):
                WeeklyHoursFactory(diary=diary, weekday=weekday, starts=time(0), ends=time(23, 59))
        self.people = [EnrolmentFactory(cohort=cohort, state=EnrolmentState.ACTIVE) for _rank in range(3)]
        # Twelve starts across the change of the clocks, at 01:00 UTC; the hour that comes twice is offered once.
        night = saturday + timedelta(hours=23)
        slots = free_slots(
            diary=self.diaries[0], kind=self.kind, start=night, end=night + timedelta(hours=9), now=saturday
        )
        self.moments = [slot.starts_at for slot in slots[:12]]
        self.model: dict[int, tuple[int, int, datetime]] = {}

    def free(self, who: int, whom: int, start: datetime, *, but: int | None = None) -> bool:
        """Whether the model sees nothing of this person or this coach within the hour."""
        return not any(
            abs(other - start) < timedelta(hours=1) and (someone == who or some_coach == whom)
            for pk, (someone, some_coach, other) in self.model.items()
            if pk != but
        )

    def wish(self, who: int, whom: int, start: datetime) -> Wish:
        return Wish(self.people[who], self.diaries[whom], self.kind, start)

    def seat_of(self, who: int) -> Seat | None:
        seats = Seat.objects.booked().filter(learner=self.people[who].learner)
        return seats.select_related("appointment__coach", "appointment__kind", "enrolment__cohort", "learner").first()


def attempt(call: Any) -> Seat | Appointment | None:
    try:
        answer: Seat | Appointment = call()
    except SlotTaken:
        return None
    return answer


def play(stage: Stage, name: str, who: int, whom: int, start: datetime) -> None:
    """One operation on both: the services answer as the model would."""
    learner, wish = stage.people[who].learner, stage.wish(who, whom, start)
    seat = stage.seat_of(who)
    if name == "book":
        expected = stage.free(who, whom, start)
        made = attempt(lambda: booking.book(wish=wish, key=uuid4(), actor=learner, now=stage.now))
        assert (made is not None) == expected, (name, who, whom, start)
        if isinstance(made, Seat):
            stage.model[made.appointment_id] = (who, whom, start)
    elif name == "hold":
        expected = stage.free(who, whom, start)
        made = attempt(lambda: booking.hold(wish=wish, actor=learner, now=stage.now))
        assert (made is not None) == expected, (name, who, whom, start)
        if isinstance(made, Seat):
            booking.release(seat=made, now=stage.now)
    elif seat is not None:
        pk, (_who, had, at) = seat.appointment_id, stage.model[seat.appointment_id]
        if name == "move":
            expected = stage.free(who, had, start, but=pk)
            moved = attempt(lambda: changing.move(seat=seat, starts_at=start, actor=learner, now=stage.now))
            assert (moved is not None) == expected, (name, who, had, start)
            if expected:
                stage.model[pk] = (who, had, start)
        elif name == "cancel":
            changing.cancel(seat=seat, actor=learner, now=stage.now)
            del stage.model[pk]
        else:
            expected = whom == had or not any(
                other == whom and abs(start - at) < timedelta(hours=1)
                for one, (_someone, other, start) in stage.model.items()
                if one != pk
            )
            given_to = stage.diaries[whom]
            done = attempt(
                lambda: changing.reassign(
                    appointment=seat.appointment, to=given_to, by_manager=True, actor=given_to.coach, now=stage.now
                )
            )
            assert (done is not None) == expected, (name, who, whom, at)
            if expected:
                stage.model[pk] = (who, whom, at)


@pytest.mark.parametrize("season", SATURDAYS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=operations)
def test_a_history_ends_as_the_model_says(season: str, history: list[tuple[str, int, int, int]], db: None) -> None:
    from django.db import transaction

    with transaction.atomic():
        stage = Stage(SATURDAYS[season])
        for name, who, whom, rank in history:
            play(stage, name, who, whom, stage.moments[rank])

        rows = Seat.objects.filter(state=SeatState.BOOKED).values_list(
            "appointment_id", "learner_id", "appointment__coach_id", "starts_at"
        )
        people = {enrolment.learner_id: rank for rank, enrolment in enumerate(stage.people)}
        coaches = {diary.coach_id: rank for rank, diary in enumerate(stage.diaries)}
        assert {pk: (people[who], coaches[whom], start) for pk, who, whom, start in rows} == stage.model
        transaction.set_rollback(True)


def test_cancelling_what_is_over_is_refused() -> None:
    stage = Stage(SATURDAYS["spring"])
    play(stage, "book", 0, 0, stage.moments[0])
    seat = stage.seat_of(0)
    assert seat is not None

    with pytest.raises(BookingRefused):
        changing.cancel(seat=seat, actor=seat.learner, now=seat.ends_at)
