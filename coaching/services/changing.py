"""Moves, cancels and hands over appointments; each change keeps the row, raises its SEQUENCE and tells both people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching import notices, rules
from coaching.enums import AppointmentState, Mode, SeatState
from coaching.live import empty_room
from coaching.models import Absence, Appointment, Diary, Seat
from coaching.queries.appointments import rest_of_series
from coaching.queries.slots import Slot, next_free
from lms.accounts.models import User

from .booking import LOOK_AHEAD, book, check_quota, diary_of, settle
from .reminders import drop_reminders, move_reminders, plan_reminders
from .seats import BookingRefused, Wish, log, open_slot, take_seat, turn

_CHANGED = gettext_lazy("This appointment has just been changed by somebody else. Here is what it is now.")


class Changed(BookingRefused):
    """The page was made from an appointment that is no longer so."""


def move(*, seat: Seat, starts_at: datetime, actor: User, now: datetime, sequence: int | None = None) -> Seat:
    """A learner puts her appointment at another free time, until the deadline. In a group, she changes groups.

    `sequence`: what the page was made from; when the appointment has changed since, nothing is overwritten.

    Raises:
        BookingRefused: too late, or it is cancelled.
        Changed: somebody else has just changed it.
        SlotTaken: the new time is not free; nothing has changed.
    """
    diary = diary_of(seat.appointment)
    with turn(diary, now) as locked:
        fresh = _changeable(seat, locked, now, by_staff=False)
        _check_unchanged(fresh.appointment, sequence)
        wish = _same_wish(fresh, diary, starts_at)
        slot = open_slot(locked, wish, now, moving=fresh.appointment)
        if fresh.appointment.capacity > 1:
            return _change_groups(fresh, slot, wish, actor=actor, now=now)
        _shift(fresh.appointment, [fresh], slot, actor=actor, now=now)
    return fresh


def move_appointment(
    *, appointment: Appointment, starts_at: datetime, actor: User, now: datetime, sequence: int | None = None
) -> Appointment:
    """Staff put the whole of an appointment at another time, outside the week if they like.

    Raises:
        BookingRefused: it is over or cancelled.
        Changed: somebody else has just changed it.
        SlotTaken: the coach, the place or somebody who sits in it is taken then.
    """
    diary = diary_of(appointment)
    with turn(diary, now):
        fresh = _locked_appointment(appointment.pk)
        if fresh.state != AppointmentState.CONFIRMED or fresh.ends_at <= now:
            raise BookingRefused("appointment-closed", _("This appointment is over or cancelled."))
        _check_unchanged(fresh, sequence)
        seats = list(fresh.seats.live().select_related("learner", "enrolment").order_by("learner_id"))
        slot = replace(_slot_of(fresh), starts_at=starts_at, ends_at=starts_at + (fresh.ends_at - fresh.starts_at))
        _shift(fresh, seats, slot, actor=actor, now=now)
    return fresh


def cancel(*, seat: Seat, actor: User, now: datetime, reason: str = "", by_staff: bool = False) -> Seat:
    """Give one seat back; the last one takes the appointment with it. A second call changes nothing.

    Raises:
        BookingRefused: the learner's deadline has passed.
    """
    diary = diary_of(seat.appointment)
    with turn(diary, now) as locked:
        fresh = _locked(seat)
        if fresh.state == SeatState.CANCELLED:
            return fresh
        fresh = _changeable(seat, locked, now, by_staff=by_staff)
        _leave(fresh, actor=actor, now=now, reason=reason)
        notices.tell_cancelled([fresh], reason=reason, actor=actor, now=now)
    return fresh


def cancel_rest(*, seat: Seat, actor: User, now: datetime) -> list[Seat]:
    """A learner gives back this date of a series and those after it, with the same coach; both read it in one message.

    Raises:
        BookingRefused: it is too late for this one; nothing has changed.
    """
    diary, gone = diary_of(seat.appointment), []
    with turn(diary, now) as locked:
        for row in [seat, *rest_of_series(seat)]:
            fresh = _changeable(row, locked, now, by_staff=False)
            _leave(fresh, actor=actor, now=now, reason="")
            gone.append(fresh)
        notices.tell_series_cancelled(gone, actor=actor, now=now)
    return gone


def cancel_appointment(*, appointment: Appointment, actor: User, now: datetime, reason: str) -> None:
    """Staff cancel the whole of it, with a reason that everybody reads, and offer each learner the next free moments.

    Raises:
        BookingRefused: it has already begun.
    """
    diary = diary_of(appointment)
    with turn(diary, now) as locked:
        _cancel_whole(locked, appointment, actor=actor, now=now, reason=reason)


def cancel_for_absence(*, absence: Absence, actor: User, now: datetime) -> int:
    """The coach falls ill: every appointment of the absence is cancelled, and its learners are offered other moments.

    The reason of the absence is the coach's own: nobody is told. Returns how many appointments were cancelled.
    """
    words = _("Your coach is away.")
    with turn(absence.diary, now) as diary:
        hit = Appointment.objects.live().filter(
            coach=diary.coach_id, starts_at__lt=absence.ends_at, ends_at__gt=max(absence.starts_at, now)
        )
        rows = list(hit.select_related("coach", "kind", "place"))
        for appointment in rows:
            _cancel_whole(diary, appointment, actor=actor, now=now, reason=words)
    return len(rows)


def reassign(
    *, appointment: Appointment, to: Diary, actor: User, now: datetime, agreed: bool = False, by_manager: bool = False
) -> Appointment:
    """Give an appointment to another coach at the same time: with the learners' agreement, or by a manager.

    Raises:
        BookingRefused: nobody agreed, or it is over.
        SlotTaken: the other coach is taken then.
    """
    if not agreed and not by_manager:
        raise BookingRefused("agreement-needed", _("The person must agree to another coach first."))
    with turn(to, now):
        fresh = _locked_appointment(appointment.pk)
        if fresh.state != AppointmentState.CONFIRMED or fresh.starts_at <= now:
            raise BookingRefused("appointment-closed", _("This appointment is over or cancelled."))
        former = fresh.coach
        if former.pk == to.coach_id:
            return fresh
        fresh.coach = to.coach
        fresh.sequence += 1
        fresh.save(update_fields=["coach", "sequence"])
        empty_room(fresh)
        drop_reminders(appointment=fresh, people=[former])
        plan_reminders(appointment=fresh, people=[to.coach], now=now)
        log(fresh, "reassigned", actor=actor, now=now, former=str(former.public_id), agreed=agreed)
        for seat in fresh.seats.booked().select_related("learner"):
            seat.appointment = fresh
            notices.tell_reassigned(seat, former=former, actor=actor, now=now)
    return fresh


def book_again(
    *, seat: Seat, actor: User, now: datetime, starts_at: datetime | None = None, key: UUID | None = None
) -> Seat:
    """After a cancellation: the same moment, or the same appointment at another one, if nobody has taken it.

    Raises:
        SlotTaken: somebody has.
        BookingRefused: her rules or her quota say no.
    """
    wish = _same_wish(seat, diary_of(seat.appointment), starts_at or seat.starts_at, agreed=True)
    return book(wish=wish, key=key or uuid4(), actor=actor, now=now)


def next_moments(*, seat: Seat, now: datetime) -> list[Slot]:
    """The first moments its coach has instead of the one of this seat."""
    return _next_moments(diary_of(seat.appointment), seat, now)


def _shift(appointment: Appointment, seats: Sequence[Seat], slot: Slot, *, actor: User, now: datetime) -> None:
    before = _slot_of(appointment)
    appointment.starts_at, appointment.ends_at = slot.starts_at, slot.ends_at
    appointment.sequence += 1
    if slot.place_id and appointment.mode == Mode.PLACE:
        appointment.place_id = slot.place_id
    appointment.save(update_fields=["starts_at", "ends_at", "sequence", "place"])
    for seat in seats:  # in the order of people, so that two groups that move wait for one another and never both
        seat.appointment = appointment
        seat.starts_at, seat.ends_at = slot.starts_at, slot.ends_at
        seat.save(update_fields=["starts_at", "ends_at"])
    empty_room(appointment)
    people = [*(seat.learner for seat in seats), appointment.coach]
    move_reminders(appointment=appointment, people=people, now=now)
    behalf = None if any(seat.learner_id == actor.pk for seat in seats) or len(seats) != 1 else seats[0].learner
    log(appointment, "moved", actor=actor, now=now, on_behalf_of=behalf, before=before.starts_at.isoformat())
    if booked := [seat for seat in seats if seat.state == SeatState.BOOKED]:
        notices.tell_moved(booked, before=before, actor=actor, now=now)


def _cancel_whole(diary: Diary, appointment: Appointment, *, actor: User, now: datetime, reason: str) -> None:
    fresh = _locked_appointment(appointment.pk)
    if not fresh.is_live:
        return
    if fresh.ends_at <= now:
        raise BookingRefused("appointment-closed", _("This appointment is over or cancelled."))
    seats = list(fresh.seats.live().select_related("learner", "enrolment").order_by("learner_id"))
    booked = [seat for seat in seats if seat.state == SeatState.BOOKED]
    for seat in seats:
        seat.appointment = fresh
        _leave(seat, actor=actor, now=now, reason=reason)
    if not seats:
        _close(fresh, now, reason)
    if booked:
        free = {seat.pk: _next_moments(diary, seat, now) for seat in booked}
        notices.tell_cancelled(booked, reason=reason, actor=actor, now=now, free=free)


def _next_moments(diary: Diary, seat: Seat, now: datetime) -> list[Slot]:
    kind, end = seat.appointment.kind, now + LOOK_AHEAD
    return next_free(diaries=[diary], kind=kind, start=now, end=end, now=now, learner=seat.learner)[diary.coach_id]


def _leave(seat: Seat, *, actor: User, now: datetime, reason: str) -> None:
    """One seat less; told apart from telling, because a group change tells it otherwise."""
    appointment = seat.appointment
    seat.state = SeatState.CANCELLED
    seat.hold_expires_at = None
    seat.save(update_fields=["state", "hold_expires_at"])
    Appointment.objects.filter(pk=appointment.pk).update(seats_taken=F("seats_taken") - 1)
    appointment.refresh_from_db(fields=["seats_taken"])
    empty_room(appointment)
    if not appointment.seats_taken:
        _close(appointment, now, reason)
        drop_reminders(appointment=appointment, people=[seat.learner, appointment.coach])
    else:
        drop_reminders(appointment=appointment, people=[seat.learner])
    log(
        appointment,
        "cancelled",
        actor=actor,
        now=now,
        on_behalf_of=_other(seat, actor),
        seat=str(seat.public_id),
        reason=reason,
    )


def _close(appointment: Appointment, now: datetime, reason: str) -> None:
    appointment.state = AppointmentState.CANCELLED
    appointment.cancelled_at = now
    appointment.cancel_reason = reason
    appointment.sequence += 1
    appointment.save(update_fields=["state", "cancelled_at", "cancel_reason", "sequence"])


def _change_groups(seat: Seat, slot: Slot, wish: Wish, *, actor: User, now: datetime) -> Seat:
    _leave(seat, actor=actor, now=now, reason="")
    notices.tell_cancelled([seat], reason="", actor=actor, now=now)
    check_quota(wish)
    moved = take_seat(slot=slot, wish=wish, state=SeatState.BOOKED, actor=actor, now=now)
    settle(moved, actor=actor, now=now)
    return moved


def _locked(seat: Seat) -> Seat:
    """The seat as it stands now, its appointment's row locked: another diary's lock may be the one that counts."""
    fresh = Seat.objects.select_related("learner", "enrolment__cohort").get(pk=seat.pk)
    appointment = _locked_appointment(fresh.appointment_id)
    # What was read before the lock was waited for may be of the past.
    fresh.refresh_from_db(fields=["state", "starts_at", "ends_at", "hold_expires_at"])
    fresh.appointment = appointment
    return fresh


def _locked_appointment(pk: int) -> Appointment:
    """Two readings: PostgreSQL answers nothing when a row that was waited for now joins another coach."""
    Appointment.objects.select_for_update().get(pk=pk)
    return Appointment.objects.select_related("coach", "kind", "place").get(pk=pk)


def _changeable(seat: Seat, diary: Diary, now: datetime, *, by_staff: bool) -> Seat:
    fresh = _locked(seat)
    if fresh.state != SeatState.BOOKED or fresh.ends_at <= now:
        raise BookingRefused("appointment-closed", _("This appointment is over or cancelled."))
    if fresh.appointment.coach_id != diary.coach_id:
        raise Changed("appointment-changed", _CHANGED)
    if not by_staff and not rules.can_change_seat(fresh, diary, now):
        words = _("It is too late to change this appointment here. Write to %(coach)s, or call.")
        raise BookingRefused("too-late", words % {"coach": fresh.appointment.coach.get_full_name()})
    return fresh


def _check_unchanged(appointment: Appointment, sequence: int | None) -> None:
    if sequence is not None and sequence != appointment.sequence:
        raise Changed("appointment-changed", _CHANGED)


def _same_wish(seat: Seat, diary: Diary, starts_at: datetime, *, agreed: bool = False) -> Wish:
    appointment = seat.appointment
    return Wish(
        enrolment=seat.enrolment,
        diary=diary,
        kind=appointment.kind,
        starts_at=starts_at,
        mode=appointment.mode,
        topic=seat.topic,
        phone=seat.phone or seat.learner.phone,
        agreed=agreed,
        place=appointment.place,
    )


def _slot_of(appointment: Appointment) -> Slot:
    return Slot(
        coach_id=appointment.coach_id,
        kind_id=appointment.kind_id,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        mode=appointment.mode,
        place_id=appointment.place_id,
        appointment=appointment.public_id,
        seats_left=0,
    )


def _other(seat: Seat, actor: User) -> User | None:
    return None if actor.pk == seat.learner_id else seat.learner
