"""The waiting list: whoever asked is told in order when a moment is free, and books it herself."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from coaching import notices
from coaching.models import AppointmentKind, Diary, Seat, WaitingEntry
from coaching.queries.slots import Slot, free_slots
from lms.accounts.models import User
from lms.notifications.queries import telling_choices
from lms.notifications.timing import quiet_until
from lms.programmes.models import Enrolment

TURN = timedelta(minutes=30)
"""How long one person has the news for herself before the next one is told."""
_SHOWN = ("enrolment__learner", "coach__diary", "kind", "instead_of")


def wait_for(
    *, enrolment: Enrolment, coach: User, kind: AppointmentKind, now: datetime, instead_of: Seat | None = None
) -> WaitingEntry:
    """Ask to be told of a moment with this coach, or of one earlier than `instead_of`; asking again waits again."""
    entry, created = WaitingEntry.objects.get_or_create(
        enrolment=enrolment,
        coach=coach,
        kind=kind,
        closed_at=None,
        defaults={"instead_of": instead_of, "created_at": now},
    )
    if not created and (entry.told_at is not None or entry.instead_of != instead_of):
        entry.told_at = None
        entry.instead_of = instead_of
        entry.save(update_fields=["told_at", "instead_of"])
    return entry


def stop_waiting(*, entry: WaitingEntry, now: datetime) -> None:
    WaitingEntry.objects.filter(pk=entry.pk, closed_at=None).update(closed_at=now)


def sweep_waiting(*, now: datetime) -> int:
    """Every minute: where a moment is free, tell the next person of each list. Returns how many were told.

    Whatever freed it (a cancellation, an absence that ends, new hours) is seen the same way: by looking. Whoever was
    told and found everything gone waits again. In her quiet hours nobody is told: the moment goes to the next.
    """
    WaitingEntry.objects.filter(closed_at=None, instead_of__starts_at__lte=now).update(closed_at=now)
    waiting = WaitingEntry.objects.filter(closed_at=None, enrolment__learner__is_active=True)
    _wait_again(waiting, now)
    busy = set(waiting.filter(told_at__gt=now - TURN).values_list("coach_id", "kind_id"))
    told = 0
    for entry in waiting.filter(told_at=None).select_related(*_SHOWN).order_by("created_at"):
        queue = (entry.coach_id, entry.kind_id)
        if queue in busy or not entry.enrolment.is_open or _sleeps(entry.enrolment.learner, now):
            continue
        slot = _first_slot(entry, now)
        if slot is not None and _tell(entry, slot, now):
            busy.add(queue)
            told += 1
    return told


def _wait_again(waiting: QuerySet[WaitingEntry], now: datetime) -> None:
    for entry in waiting.filter(told_at__lte=now - TURN).select_related(*_SHOWN):
        if _first_slot(entry, now) is None:
            WaitingEntry.objects.filter(pk=entry.pk, told_at=entry.told_at).update(told_at=None)


def _sleeps(person: User, now: datetime) -> bool:
    return quiet_until(telling_choices(person), person.time_zone, now) is not None


def _tell(entry: WaitingEntry, slot: Slot, now: datetime) -> bool:
    with transaction.atomic():
        if not WaitingEntry.objects.filter(pk=entry.pk, told_at=None, closed_at=None).update(told_at=now):
            return False
        notices.tell_slot_free(entry, slot, now)
    return True


def _first_slot(entry: WaitingEntry, now: datetime) -> Slot | None:
    diary: Diary | None = getattr(entry.coach, "diary", None)
    if diary is None or not diary.is_open:
        return None
    end = now + timedelta(days=diary.window_days)
    if entry.instead_of is not None:
        end = min(end, entry.instead_of.starts_at)
    slots = free_slots(
        diary=diary, kind=entry.kind, start=now, end=end, now=now, learner=entry.enrolment.learner, moving=None
    )
    earliest = entry.instead_of.starts_at if entry.instead_of else None
    return next((slot for slot in slots if earliest is None or slot.ends_at <= earliest), None)
