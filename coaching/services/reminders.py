"""Reminders: rows of their own, planned when an appointment is booked and swept every minute."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from coaching import notices
from coaching.enums import AppointmentState, SeatState
from coaching.models import Appointment, Reminder, ReminderChoice
from lms.accounts.models import User

CHOICES = (7 * 24 * 60, 2 * 24 * 60, 24 * 60, 3 * 60, 60, 15)
"""Minutes before the start that a person may choose, the farthest first."""

_BATCH = 500


def minutes_chosen_by(person: User) -> Sequence[int]:
    return _chosen([person])[person.pk]


def plan_reminders(*, appointment: Appointment, people: Sequence[User], now: datetime) -> None:
    """One row for each reminder still to come; those whose time has gone are not written."""
    rows = [
        Reminder(appointment=appointment, person_id=person_id, minutes_before=minutes, due_at=due_at)
        for person_id, chosen in _chosen(people).items()
        for minutes in chosen
        if (due_at := appointment.starts_at - timedelta(minutes=minutes)) > now
    ]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)


def _chosen(people: Iterable[User]) -> dict[int, Sequence[int]]:
    """When each person is reminded, in minutes before the start, by her id."""
    chosen: dict[int, Sequence[int]] = {person.pk: ReminderChoice.DEFAULT_MINUTES for person in people}
    rows = ReminderChoice.objects.filter(person__in=list(chosen))
    return chosen | dict(rows.values_list("person_id", "minutes_before"))


def move_reminders(*, appointment: Appointment, people: Sequence[User], now: datetime) -> None:
    """The appointment has another start: every reminder follows it, and one already sent is due again."""
    rows = list(appointment.reminders.all())
    for row in rows:
        row.due_at = appointment.starts_at - timedelta(minutes=row.minutes_before)
        row.sent_at = None if row.due_at > now else now
    Reminder.objects.bulk_update(rows, ["due_at", "sent_at"])
    plan_reminders(appointment=appointment, people=people, now=now)


def drop_reminders(*, appointment: Appointment, people: Iterable[User]) -> None:
    """Somebody does not come any more: nothing is left to remind her of."""
    Reminder.objects.filter(appointment=appointment, person__in=list(people), sent_at=None).delete()


def choose_reminders(*, person: User, minutes: Iterable[int], now: datetime) -> None:
    """Set when one person is reminded; her appointments to come follow at once. No choice at all is a choice."""
    chosen = sorted(set(minutes), reverse=True)
    with transaction.atomic():
        ReminderChoice.objects.update_or_create(person=person, defaults={"minutes_before": chosen})
        Reminder.objects.filter(person=person, sent_at=None).delete()
        hers = Q(coach=person) | Q(seats__learner=person, seats__state=SeatState.BOOKED)
        to_come = Appointment.objects.filter(hers, state=AppointmentState.CONFIRMED, starts_at__gt=now)
        for appointment in to_come.distinct():
            plan_reminders(appointment=appointment, people=[person], now=now)


def sweep_reminders(*, now: datetime) -> int:
    """Every minute: tell those whose time has come, each once. Returns how many.

    A reminder that comes after the start (the worker was down) is not told: it is no use to anybody.
    """
    due = Reminder.objects.filter(due_at__lte=now, sent_at=None).order_by("due_at")
    return sum(_remind(pk, now) for pk in list(due.values_list("pk", flat=True)[:_BATCH]))


def _remind(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        if not Reminder.objects.filter(pk=pk, sent_at=None).update(sent_at=now):
            return False
        row = Reminder.objects.select_related("appointment__coach", "appointment__kind", "person").get(pk=pk)
        appointment = row.appointment
        seats = list(appointment.seats.booked().select_related("learner"))
        comes = row.person_id == appointment.coach_id or any(seat.learner_id == row.person_id for seat in seats)
        if appointment.state != AppointmentState.CONFIRMED or appointment.starts_at <= now or not seats or not comes:
            return False
        notices.tell_reminder(row, seats, now)
    return True
