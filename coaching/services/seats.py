"""The scarce part of booking: one coach's turn, the seats of her appointments, and what the database refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from coaching import overlaps
from coaching.enums import AppointmentState, Mode, SeatState
from coaching.models import Appointment, AppointmentEvent, AppointmentKind, AppointmentSeries, Diary, Place, Seat
from coaching.queries.slots import Slot, slot_at
from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.turns import in_line
from lms.programmes.models import Enrolment

HOLD = timedelta(minutes=5)


class BookingRefused(DomainError):
    """The rules of coaching say no; the sentence says why, and who can help."""


class SlotTaken(BookingRefused):
    """Somebody was faster: the moment is no longer free."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: a kind of appointment for one learner, in a diary, from an instant, how, about what.

    `agreed`: the learner says yes to a coach who is not her own. `place` counts only for staff, who choose it.
    """

    enrolment: Enrolment
    diary: Diary
    kind: AppointmentKind
    starts_at: datetime
    mode: str = ""
    topic: str = ""
    phone: str = ""
    agreed: bool = False
    place: Place | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.kind.minutes)


@contextmanager
def turn(diary: Diary, now: datetime) -> Iterator[Diary]:
    """One writer at a time in a diary: a transaction that holds its row, where abandoned holds are already free.

    The lock orders people who want the same coach; the database's own rules are what guarantees. What they refuse
    (the learner or the place is taken elsewhere, where other locks are) leaves as `SlotTaken`.
    """
    try:
        with in_line("booking"), transaction.atomic():
            locked = Diary.objects.select_for_update(no_key=True).get(pk=diary.pk)
            locked.coach = diary.coach
            release_abandoned(locked, now)
            yield locked
    except IntegrityError as error:
        rule = overlaps.broken_rule(error)
        if rule is None:
            raise
        words = _("This moment has just been taken.")
        if rule == overlaps.LEARNER:
            words = _("There is already an appointment at this time.")
        raise SlotTaken("slot-taken", words) from error


def open_slot(diary: Diary, wish: Wish, now: datetime, moving: Appointment | None = None) -> Slot:
    """The slot that starts when the wish does, as everybody may book it; under the diary's lock.

    Raises:
        SlotTaken: there is none (any more), and the sentence says why.
    """
    found = slot_at(
        diary=diary,
        kind=wish.kind,
        starts_at=wish.starts_at,
        mode=wish.mode,
        now=now,
        learner=wish.enrolment.learner,
        moving=moving,
    )
    if isinstance(found, str):
        raise SlotTaken("slot-taken", found)
    return found


def chosen_slot(diary: Diary, wish: Wish) -> Slot:
    """The slot a member of staff decides on: outside the week if she likes, never over another appointment."""
    group = (
        Appointment.objects.live()
        .filter(coach=diary.coach_id, kind=wish.kind, starts_at=wish.starts_at, seats_taken__lt=F("capacity"))
        .first()
        if wish.kind.is_group
        else None
    )
    place_id = wish.place.pk if wish.place and wish.mode == Mode.PLACE else None
    return Slot(
        coach_id=diary.coach_id,
        kind_id=wish.kind.pk,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        mode=wish.mode,
        place_id=place_id,
        appointment=group.public_id if group else None,
        seats_left=wish.kind.capacity,
    )


def take_seat(
    *,
    slot: Slot,
    wish: Wish,
    state: SeatState,
    actor: User,
    now: datetime,
    hold_until: datetime | None = None,
    series: AppointmentSeries | None = None,
) -> Seat:
    """Sit the learner down: in the group that has a seat left, or in a new appointment; under the diary's lock.

    Raises:
        SlotTaken: the last seat of the group is gone.
    """
    appointment = _join(slot.appointment, state) if slot.appointment else None
    if appointment is None:
        mode = wish.mode or slot.mode or next(iter(slot.modes_among(wish.kind.modes)), Mode.ONLINE)
        appointment = Appointment.objects.create(
            coach=wish.diary.coach,
            kind=wish.kind,
            series=series,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            mode=mode,
            place_id=slot.place_id if mode == Mode.PLACE else None,
            state=AppointmentState.HELD if state == SeatState.HELD else AppointmentState.CONFIRMED,
            capacity=wish.kind.capacity,
            seats_taken=1,
            created_by=actor,
            created_at=now,
        )
    return Seat.objects.create(
        appointment=appointment,
        enrolment=wish.enrolment,
        learner=wish.enrolment.learner,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        state=state,
        hold_expires_at=hold_until,
        topic=wish.topic,
        phone=wish.phone,
        booked_by=actor,
        booked_at=now,
    )


def _join(public_id: UUID, state: SeatState) -> Appointment:
    """Count one more seat, only while there is one."""
    changes: dict[str, object] = {"seats_taken": F("seats_taken") + 1}
    if state == SeatState.BOOKED:
        changes["state"] = AppointmentState.CONFIRMED
    live = Appointment.objects.live().filter(public_id=public_id, seats_taken__lt=F("capacity"))
    if not live.update(**changes):
        raise SlotTaken("slot-taken", _("The last seat has just been taken."))
    return Appointment.objects.get(public_id=public_id)


def give_back(held: Seat) -> None:
    """Undo a hold as if it had never been: nothing of it is worth remembering."""
    locked = Seat.objects.select_for_update().filter(pk=held.pk, state=SeatState.HELD).first()
    if locked is None:
        return
    appointment_id = locked.appointment_id
    locked.delete()
    Appointment.objects.filter(pk=appointment_id).update(seats_taken=F("seats_taken") - 1)
    Appointment.objects.filter(pk=appointment_id, state=AppointmentState.HELD, seats_taken=0).delete()


def release_abandoned(diary: Diary, now: datetime) -> int:
    """Free what was held in this diary and never confirmed; under its lock. Returns how many."""
    abandoned = Seat.objects.filter(appointment__coach=diary.coach_id, state=SeatState.HELD, hold_expires_at__lte=now)
    rows = list(abandoned)
    for held in rows:
        give_back(held)
    return len(rows)


def sweep_holds(*, now: datetime) -> int:
    """Every minute: free the holds that nobody confirmed, diary by diary. Returns how many."""
    waiting = Diary.objects.filter(
        coach__appointments_given__seats__state=SeatState.HELD,
        coach__appointments_given__seats__hold_expires_at__lte=now,
    )
    count = 0
    for diary in waiting.select_related("coach").distinct():
        with in_line("booking"), transaction.atomic():
            Diary.objects.select_for_update(no_key=True).get(pk=diary.pk)
            count += release_abandoned(diary, now)
    return count


def log(
    appointment: Appointment,
    verb: str,
    *,
    actor: User | None,
    now: datetime,
    on_behalf_of: User | None = None,
    **detail: object,
) -> None:
    """Add a line to the appointment's journal."""
    AppointmentEvent.objects.create(
        appointment=appointment, verb=verb, actor=actor, at=now, on_behalf_of=on_behalf_of, detail=detail
    )
