"""Reads of appointments: whose they are, what comes next, what is past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet

from coaching.enums import AppointmentState, SeatState
from coaching.models import Appointment, AppointmentEvent, AppointmentKind, Seat, WaitingEntry
from lms.accounts.models import User
from lms.kit.prepared import Prepared
from lms.programmes.models import Enrolment
from lms.programmes.queries import roles_of

from .coaches import coached_cohort_ids

ROOM_OPENS = timedelta(minutes=10)
"""How long before the start a room may be entered."""


def seats_seen_by(user: Any) -> QuerySet[Seat]:
    """Her own seats, those of the learners she coaches, manages or audits; never one that was only held by another."""
    if not user.is_authenticated or not user.is_active:
        return Seat.objects.none()
    if user.is_superuser:
        return Seat.objects.all()
    roles = roles_of(user)
    followed = (
        Q(appointment__coach=user)
        | Q(enrolment__coach=user)
        | Q(enrolment__cohort__in=coached_cohort_ids(user))
        | Q(enrolment__cohort__partner__in=roles.partner_ids)
        | Q(enrolment__cohort__funder__in=roles.audited_funder_ids)
    )
    return Seat.objects.filter(Q(learner=user) | followed & ~Q(state=SeatState.HELD))


def seats_shown(appointment: Appointment, user: Any) -> list[Seat]:
    """The seats of one appointment that `user` may read, the cancelled ones last; one query."""
    seats = seats_seen_by(user).filter(appointment=appointment)
    rows = seats.select_related("learner", "enrolment__cohort", "appointment").order_by("booked_at")
    return sorted(rows, key=lambda seat: seat.state == SeatState.CANCELLED)


@dataclass(frozen=True, slots=True)
class LearnerDates:
    """All the appointments of one learner, as her page shows them."""

    to_come: Sequence[Seat]
    proposed: Sequence[Seat]
    past: Sequence[Seat]

    @property
    def usual_kind(self) -> AppointmentKind | None:
        """What she last came for: nobody has a first appointment twice."""
        return self.past[0].appointment.kind if self.past else None

    def times_seen(self, coach: User) -> int:
        return sum(seat.appointment.coach_id == coach.pk for seat in self.past)


def dates_of(enrolment: Enrolment, now: datetime) -> LearnerDates:
    """To come, the next one first; kept by a coach until she answers; past, the last one first. One query."""
    rows = list(
        Seat.objects.live()
        .filter(enrolment=enrolment)
        .select_related("appointment__coach__diary", "appointment__kind", "appointment__place", "enrolment", "report")
        .order_by("starts_at")
    )
    booked = [seat for seat in rows if seat.state == SeatState.BOOKED]
    kept = [seat for seat in rows if seat.state == SeatState.HELD and seat.booked_by_id != seat.learner_id]
    return LearnerDates(
        to_come=[seat for seat in booked if seat.ends_at > now],
        proposed=[seat for seat in kept if seat.hold_expires_at and seat.hold_expires_at > now],
        past=[seat for seat in reversed(booked) if seat.ends_at <= now],
    )


def usual_kind_of(enrolment: Enrolment) -> int | None:
    """The id of the kind this learner last came for; one query."""
    rows = Seat.objects.booked().filter(enrolment=enrolment).order_by("-starts_at")
    return rows.values_list("appointment__kind", flat=True).first()


def _first_date(learner: int, now: datetime) -> QuerySet[Seat]:
    seats = Seat.objects.booked().filter(learner=learner, ends_at__gt=now, enrolment__state__in=Enrolment.OPEN_STATES)
    return seats.select_related("appointment__coach", "appointment__kind", "appointment__place")[:1]


_next_date = Prepared(_first_date, int, datetime)


def next_date(user: Any, now: datetime) -> Seat | None:
    """The next appointment of a learner, for her home; one query."""
    return _next_date.first(user.pk, now)


def open_waiting(enrolment: Enrolment) -> QuerySet[WaitingEntry]:
    return WaitingEntry.objects.filter(enrolment=enrolment, closed_at=None).select_related(
        "coach", "kind", "instead_of"
    )


def agenda(person: User, since: datetime) -> QuerySet[Appointment]:
    """The confirmed appointments of one person, as coach or as learner, that end after `since`."""
    seated = Q(seats__learner=person, seats__state=SeatState.BOOKED)
    rows = Appointment.objects.filter(Q(coach=person) | seated, state=AppointmentState.CONFIRMED, ends_at__gt=since)
    return rows.select_related("coach", "kind", "place").prefetch_related("seats__learner").distinct().order_by("pk")


def last_change(person: User) -> datetime | None:
    """When something last happened to an appointment of this person."""
    hers = Q(appointment__coach=person) | Q(appointment__seats__learner=person)
    last: datetime | None = AppointmentEvent.objects.filter(hers).aggregate(last=Max("at"))["last"]
    return last


def rest_of_series(seat: Seat) -> QuerySet[Seat]:
    """What the learner has booked with the same coach after this date, in the series it was booked with."""
    appointment = seat.appointment
    if appointment.series_id is None:
        return Seat.objects.none()
    return (
        Seat.objects.booked()
        .filter(
            learner=seat.learner_id,
            appointment__series=appointment.series_id,
            appointment__coach=appointment.coach_id,
            starts_at__gt=seat.starts_at,
        )
        .order_by("starts_at")
    )
