"""Coming to a live session: a seat or a place on the waiting list, never one seat too many."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.live import rights_changed
from lms.kit.turns import in_line
from seminars import notices
from seminars.enums import RegistrationState, SessionState
from seminars.models import LiveSession, Registration, Reminder, Removal, SessionStaff
from seminars.queries.sight import enrolment_for

REMINDERS = (24 * 60, 60, 10)
"""Minutes before the start at which people are reminded."""
_BATCH = 500


class RegistrationRefused(DomainError):
    """`not-open`, `over`, `runs-it`, `sent-out`: the sentence says why."""


@contextmanager
def turn(session: LiveSession) -> Iterator[LiveSession]:
    """One writer at a time on the seats of a session: a transaction that holds its row, read again."""
    with in_line("seminars"), transaction.atomic():
        yield LiveSession.objects.select_for_update(no_key=True).get(pk=session.pk)


def register(*, session: LiveSession, person: User, actor: User, now: datetime) -> Registration:
    """Give `person` a seat, or a place on the waiting list when none is left; asked again, nothing changes.

    Raises:
        RegistrationRefused: the session is not announced or is over, she runs it, or she was sent out of it.
    """
    with turn(session) as locked:
        _check(locked, person, now)
        found = Registration.objects.filter(session=locked, person=person).first()
        if found is not None and found.state != RegistrationState.CANCELLED:
            return _with(found, locked, person)
        has_seat = seats_left(locked) != 0
        registration = found or Registration(session=locked, person=person)
        registration.state = RegistrationState.REGISTERED if has_seat else RegistrationState.WAITING
        registration.enrolment = registration.enrolment or enrolment_for(person, locked)
        registration.registered_at, registration.registered_by = now, actor
        registration.seated_at, registration.cancelled_at = now if has_seat else None, None
        registration.save()
        _with(registration, locked, person)
        if has_seat:
            plan_reminders([registration], now=now)
            notices.tell_registered(registration, actor=actor, now=now)
        else:
            notices.tell_waiting(registration, actor=actor, now=now)
    return registration


def cancel(*, registration: Registration, actor: User, now: datetime) -> Registration:
    """Give the seat back: the first who waits has it, and is told. What is cancelled already stays as it is.

    Raises:
        RegistrationRefused: the session is over.
    """
    with turn(registration.session) as locked:
        if locked.state == SessionState.ENDED:
            raise RegistrationRefused("over", _("This session is over."))
        row = Registration.objects.select_related("person").get(pk=registration.pk)
        _with(row, locked, row.person)
        if row.state == RegistrationState.CANCELLED:
            return row
        row.state, row.cancelled_at, row.seated_at = RegistrationState.CANCELLED, now, None
        row.save(update_fields=["state", "cancelled_at", "seated_at"])
        row.reminders.filter(sent_at=None).delete()
        notices.tell_given_back(row, actor=actor, now=now)
        if locked.is_live:
            rights_changed(row.person_id)  # her place in the room is given back with it
        seat_waiting(locked, actor=None, now=now)
    return row


def seat_waiting(session: LiveSession, *, actor: User | None, now: datetime) -> list[Registration]:
    """Seat those who wait, in their order, while there are seats; under the session's lock (`turn`)."""
    if session.state not in (SessionState.ANNOUNCED, SessionState.LIVE) or session.ends_at <= now:
        return []
    waiting = Registration.objects.filter(session=session, state=RegistrationState.WAITING, person__is_active=True)
    left = seats_left(session)
    rows = list(waiting.select_related("person").order_by("registered_at", "pk")[:left])
    for row in rows:
        row.state, row.seated_at = RegistrationState.REGISTERED, now
        row.save(update_fields=["state", "seated_at"])
        _with(row, session, row.person)
        notices.tell_seated(row, actor=actor, now=now)
    plan_reminders(rows, now=now)
    return rows


def answer_recording(*, registration: Registration, consents: bool, now: datetime) -> None:
    """Whether she agrees to be heard and seen in the recording; she may change her mind."""
    registration.consents_to_recording, registration.consented_at = consents, now
    registration.save(update_fields=["consents_to_recording", "consented_at"])


def seats_left(session: LiveSession) -> int | None:
    """None where seats are not counted; never below zero."""
    if session.seats is None:
        return None
    taken = Registration.objects.filter(session=session, state=RegistrationState.REGISTERED).count()
    return max(0, session.seats - taken)


# --- Reminders --------------------------------------------------------------------------------------------------------


def plan_reminders(registrations: list[Registration], *, now: datetime) -> None:
    """One row for each reminder still to come, at the session's present time; one that was sent is due again where
    the session moved later."""
    rows = []
    for registration in registrations:
        starts_at = registration.session.starts_at
        due = {minutes: starts_at - timedelta(minutes=minutes) for minutes in REMINDERS}
        rows += [
            Reminder(registration=registration, minutes_before=minutes, at=at, sent_at=None)
            for minutes, at in due.items()
            if at > now
        ]
    Reminder.objects.filter(registration__in=registrations).delete()
    Reminder.objects.bulk_create(rows)


def sweep_reminders(*, now: datetime) -> int:
    """Every minute: remind those whose time has come, each once. Returns how many.

    One that comes after the start (the worker was down) is not told; of several that are late, the last alone is.
    """
    due = Reminder.objects.filter(at__lte=now, sent_at=None).order_by("at", "pk")
    return sum(_remind(pk, now) for pk in list(due.values_list("pk", flat=True)[:_BATCH]))


def _remind(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        if not Reminder.objects.filter(pk=pk, sent_at=None).update(sent_at=now):
            return False
        row = Reminder.objects.select_related("registration__session", "registration__person").get(pk=pk)
        registration = row.registration
        session = registration.session
        is_coming = registration.state == RegistrationState.REGISTERED and session.state in (
            SessionState.ANNOUNCED,
            SessionState.LIVE,
        )
        nearer = registration.reminders.filter(minutes_before__lt=row.minutes_before, at__lte=now, sent_at=None)
        if not is_coming or session.starts_at <= now or nearer.exists():
            return False
        notices.tell_reminder(row, now)
    return True


def _check(session: LiveSession, person: User, now: datetime) -> None:
    if session.state not in (SessionState.ANNOUNCED, SessionState.LIVE):
        words = _("This session is over.") if session.is_over else _("This session is not open for registration.")
        raise RegistrationRefused("not-open", words)
    if session.ends_at <= now and not session.is_live:
        raise RegistrationRefused("over", _("This session is over."))
    if SessionStaff.objects.filter(session=session, person=person).exists():
        raise RegistrationRefused("runs-it", _("You run this session: your place is kept."))
    if Removal.objects.filter(session=session, person=person, lifted_at=None).exists():
        raise RegistrationRefused("sent-out", _("A host has closed this session to you. She or he can open it again."))


def _with(registration: Registration, session: LiveSession, person: User) -> Registration:
    registration.session, registration.person = session, person
    return registration
