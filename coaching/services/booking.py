"""Books appointments: a hold while the person makes up her mind, then one confirmation, or a coach's proposal."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from coaching import notices, rules
from coaching.enums import AppointmentState, Mode, SeatState
from coaching.models import Appointment, BookingKey, Diary, Seat, WaitingEntry
from coaching.queries.coaches import coaches_for
from coaching.queries.quota import quota_of
from lms.accounts.models import User
from lms.kit.templatetags.kit import duration
from lms.programmes.models import Enrolment
from lms.programmes.queries import provider

from .reminders import plan_reminders
from .seats import HOLD, BookingRefused, SlotTaken, Wish, chosen_slot, give_back, log, open_slot, take_seat, turn

PROPOSAL = timedelta(hours=48)
LOOK_AHEAD = timedelta(days=28)
"""How far the next free moments are looked for when one is refused."""


class KeyReused(BookingRefused):
    """The same key came with another request: one of the two is a mistake."""


def hold(*, wish: Wish, actor: User, now: datetime) -> Seat:
    """Keep a slot for five minutes while the learner confirms; lets go of what she held before.

    Raises:
        SlotTaken: the slot is not free (any more).
        BookingRefused: her rules or her quota say no.
    """
    check_allowed(wish, actor, now)
    check_quota(wish)
    with turn(wish.diary, now) as diary:
        for former in Seat.objects.filter(learner=actor, state=SeatState.HELD, booked_by=actor):
            give_back(former)
        slot = open_slot(diary, wish, now)
        return take_seat(slot=slot, wish=wish, state=SeatState.HELD, hold_until=now + HOLD, actor=actor, now=now)


def release(*, seat: Seat, now: datetime) -> None:
    """The learner gives a held slot back before its five minutes are over."""
    with transaction.atomic():
        give_back(seat)


def book(*, wish: Wish, key: UUID, actor: User, now: datetime) -> Seat:
    """Book for oneself: confirms the slot held, or takes it at once where nothing (or nothing any more) is held.

    The same `key` with the same wish answers the same seat and does nothing; learner and coach are told once.

    Raises:
        KeyReused: the key already booked something else.
        SlotTaken: the slot is not free (any more).
        BookingRefused: her rules or her quota say no.
    """
    if (known := known_answer(wish, key, actor)) is not None:
        return known
    check_allowed(wish, actor, now)
    with _one_answer(wish, key, actor), turn(wish.diary, now) as diary:
        if (known := known_answer(wish, key, actor)) is not None:
            return known
        held = (
            Seat.objects.select_related("appointment")
            .filter(
                learner=actor,
                booked_by=actor,
                state=SeatState.HELD,
                starts_at=wish.starts_at,
                appointment__coach=diary.coach_id,
                appointment__kind=wish.kind,
            )
            .first()
        )
        if held is None:
            check_quota(wish)
            seat = take_seat(slot=open_slot(diary, wish, now), wish=wish, state=SeatState.BOOKED, actor=actor, now=now)
        else:
            seat = _sit_down(held, wish, diary, now)
        remember_answer(wish, key, seat, actor, now)
        settle(seat, actor=actor, now=now)
    return seat


def book_for(*, wish: Wish, key: UUID, actor: User, now: datetime) -> Seat:
    """A member of staff books on a learner's behalf: also outside the week, at short notice and over the quota.

    It is written in the journal, with what was overridden, and told to the learner.

    Raises:
        SlotTaken: the coach, the place or the learner is taken then.
    """
    if (known := known_answer(wish, key, actor)) is not None:
        return known
    over = _over_quota(wish)
    with _one_answer(wish, key, actor), turn(wish.diary, now) as diary:
        if (known := known_answer(wish, key, actor)) is not None:
            return known
        seat = take_seat(slot=chosen_slot(diary, wish), wish=wish, state=SeatState.BOOKED, actor=actor, now=now)
        remember_answer(wish, key, seat, actor, now)
        settle(seat, actor=actor, now=now, **({"over_quota": True} if over else {}))
    return seat


def propose(*, wishes: Sequence[Wish], actor: User, now: datetime) -> list[Seat]:
    """A coach keeps some moments for one learner, two days at most and never past their start; she picks one.

    Raises:
        BookingRefused: two of them overlap.
        SlotTaken: one of them is taken; none is kept.
    """
    in_order = sorted(wishes, key=lambda wish: wish.starts_at)
    if any(later.starts_at < wish.ends_at for wish, later in pairwise(in_order)):
        raise BookingRefused("proposals-overlap", _("Two of these moments overlap. Choose moments that do not."))
    with turn(wishes[0].diary, now) as diary:
        seats = [
            take_seat(
                slot=chosen_slot(diary, wish),
                wish=wish,
                state=SeatState.HELD,
                hold_until=min(now + PROPOSAL, wish.starts_at),
                actor=actor,
                now=now,
            )
            for wish in wishes
        ]
        for seat in seats:
            log(seat.appointment, "proposed", actor=actor, now=now, on_behalf_of=seat.learner)
        notices.tell_proposed(sorted(seats, key=lambda seat: seat.starts_at), actor=actor, now=now)
    return seats


def accept(*, seat: Seat, topic: str, phone: str, actor: User, now: datetime) -> Seat:
    """The learner takes one of the moments her coach proposed; the others are free again.

    Raises:
        SlotTaken: it was kept for two days, which are over.
    """
    own = diary_of(seat.appointment)
    with turn(own, now) as diary:
        kept = Seat.objects.select_related("appointment").filter(pk=seat.pk, state=SeatState.HELD).first()
        if kept is None:
            raise SlotTaken("proposal-over", _("This moment is no longer kept for you. Here are those that are free."))
        wish = Wish(kept.enrolment, diary, kept.appointment.kind, kept.starts_at, topic=topic, phone=phone)
        accepted = _sit_down(kept, wish, diary, now)
        others = Seat.objects.filter(learner=actor, state=SeatState.HELD, booked_by=kept.booked_by_id)
        for other in others.filter(appointment__coach=diary.coach_id):
            give_back(other)
        settle(accepted, actor=actor, now=now)
    return accepted


def decline(*, seat: Seat, actor: User, now: datetime) -> None:
    """The learner says that a proposed moment does not suit her; its coach is told."""
    with transaction.atomic():
        notices.tell_declined(seat, actor=actor, now=now)
        give_back(seat)


def settle(seat: Seat, *, actor: User, now: datetime, tell: bool = True, **detail: object) -> None:
    """What follows every booking: the journal, the reminders, the waiting list, and both people told."""
    learner = seat.learner
    log(
        seat.appointment,
        "booked",
        actor=actor,
        now=now,
        on_behalf_of=None if actor.pk == learner.pk else learner,
        seat=str(seat.public_id),
        **detail,
    )
    plan_reminders(appointment=seat.appointment, people=[learner, seat.appointment.coach], now=now)
    WaitingEntry.objects.filter(
        enrolment=seat.enrolment_id, kind=seat.appointment.kind_id, closed_at=None, instead_of=None
    ).update(closed_at=now)
    if tell:
        notices.tell_booked([seat], actor=actor, now=now)


def check_allowed(wish: Wish, actor: User, now: datetime) -> None:
    """Refuse, in words, what this learner may not book for herself."""
    if not rules.can_book(actor, wish.enrolment) or not rules.can_book_kind(wish.kind, wish.enrolment):
        raise BookingRefused("kind-closed", _("This kind of appointment is not open to you."))
    choice = next((row for row in coaches_for(wish.enrolment, now) if row.diary.pk == wish.diary.pk), None)
    if choice is None:
        raise BookingRefused("coach-closed", _("This coach cannot be booked. Choose yours, or ask for help."))
    if choice.needs_agreement and not wish.agreed:
        raise BookingRefused("agreement-needed", _("This is not your usual coach: say that it suits you."))
    if wish.mode and wish.mode not in wish.kind.modes:
        raise BookingRefused("mode-closed", _("This appointment does not happen that way."))
    if wish.mode == Mode.PHONE and not wish.phone:
        raise BookingRefused("phone-missing", _("Give the number your coach will call."))


def check_quota(wish: Wish, count: int = 1) -> None:
    """Refuse more coaching than the track offers, and say who can open more.

    Inside a transaction the enrolment's row is locked: two diaries cannot each give the last hour.
    """
    if not wish.kind.counts_in_quota:
        return
    if transaction.get_connection().in_atomic_block:
        Enrolment.objects.select_for_update(no_key=True).get(pk=wish.enrolment.pk)
    quota = quota_of(wish.enrolment)
    if quota is None or quota.covers(count * wish.kind.minutes):
        return
    words = _("Your track offers %(offered)s of coaching, and %(used)s are booked. %(coach)s can open more.") % {
        "offered": duration(quota.offered),
        "used": duration(quota.used),
        "coach": wish.diary.coach.get_full_name(),
    }
    contact = provider()
    if contact and contact.help_name:
        words += " " + _("So can %(person)s, %(phone)s.") % {"person": contact.help_name, "phone": contact.help_phone}
    raise BookingRefused("quota-used", words)


def diary_of(appointment: Appointment) -> Diary:
    """The diary an appointment stands in; a coach who never opened one gets hers, closed."""
    diary, _created = Diary.objects.select_related("coach").get_or_create(
        coach_id=appointment.coach_id, defaults={"is_open": False}
    )
    return diary


def known_answer(wish: Wish, key: UUID, actor: User) -> Seat | None:
    """The seat this key has already booked."""
    row = BookingKey.objects.select_related("seat__appointment").filter(person=actor, key=key).first()
    if row is None:
        return None
    if row.fingerprint != _fingerprint(wish):
        raise KeyReused("key-reused", _("This page was already used for another booking. Open the moments again."))
    return row.seat


def remember_answer(wish: Wish, key: UUID, seat: Seat, actor: User, now: datetime) -> None:
    BookingKey.objects.create(person=actor, key=key, fingerprint=_fingerprint(wish), seat=seat, at=now)


def _sit_down(held: Seat, wish: Wish, diary: Diary, now: datetime) -> Seat:
    """A held seat becomes a booked one, with what the learner typed; under the diary's lock."""
    appointment = held.appointment
    if wish.mode and wish.mode != appointment.mode and appointment.seats_taken == 1:
        slot = open_slot(diary, wish, now, moving=appointment)
        appointment.mode = wish.mode
        appointment.place_id = slot.place_id if wish.mode == Mode.PLACE else None
    appointment.state = AppointmentState.CONFIRMED
    appointment.save(update_fields=["state", "mode", "place"])
    held.state = SeatState.BOOKED
    held.hold_expires_at = None
    held.topic, held.phone = wish.topic, wish.phone
    held.booked_at = now
    held.save(update_fields=["state", "hold_expires_at", "topic", "phone", "booked_at"])
    return held


def _over_quota(wish: Wish) -> bool:
    quota = quota_of(wish.enrolment) if wish.kind.counts_in_quota else None
    return quota is not None and not quota.covers(wish.kind.minutes)


def _fingerprint(wish: Wish) -> str:
    asked = [
        wish.enrolment.pk,
        wish.diary.pk,
        wish.kind.pk,
        wish.starts_at.timestamp(),
        wish.mode,
        wish.topic,
        wish.phone,
        wish.place.pk if wish.place else None,
    ]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


@contextmanager
def _one_answer(wish: Wish, key: UUID, actor: User) -> Iterator[None]:
    """Two requests with one key in two diaries meet at the key itself: the later one is told so."""
    try:
        yield
    except IntegrityError as error:
        if not BookingKey.objects.filter(person=actor, key=key).exists():
            raise
        raise KeyReused("key-reused", _("This page was already used for another booking.")) from error
