"""Writes a coach's appointments into her own calendar, and takes them away when they are cancelled.

What her calendar should hold follows from the appointments themselves: nothing is lost when a try fails or a worker
dies, since the next sweep finds the same difference.
"""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import translation

from coaching import caldav, invitations
from coaching.enums import AppointmentState
from coaching.models import Appointment, BusyCalendar, CalendarCopy
from lms.kit.defer import defer
from lms.kit.errors import DomainError

from .calendars import credentials, note_failure

AT_ONCE = 50


def push_due(*, now: datetime) -> int:
    """Every minute: one task for each calendar that differs from its coach's appointments. Returns how many."""
    calendars = BusyCalendar.objects.filter(
        pushes=True, failures=0, read_at__isnull=False, diary__coach__is_active=True
    )
    behind = calendars.filter(Exists(_to_write(now)) | Exists(_gone().filter(calendar=OuterRef("pk"))))
    from coaching.tasks import push_calendar as task  # a task calls the services of this module

    pks = list(behind.values_list("pk", flat=True))
    for pk in pks:
        defer(task, pk)
    return len(pks)


def push_calendar(*, calendar: BusyCalendar, now: datetime) -> None:
    """Bring one calendar up to date; the first refusal stops, and says why in `problem`."""
    to_write = _to_write(now, calendar).select_related("coach", "kind", "place").prefetch_related("seats__learner")
    gone = _gone().filter(calendar=calendar).select_related("appointment")
    with translation.override(calendar.diary.coach.language):
        try:
            for appointment in to_write[:AT_ONCE]:
                push_appointment(calendar, appointment)
            for copy in gone[:AT_ONCE]:
                remove_appointment(calendar, copy)
        except DomainError as refused:
            note_failure(calendar, str(refused), now)


def push_appointment(calendar: BusyCalendar, appointment: Appointment) -> None:
    """Write one appointment, then remember which wording of it was written."""
    coach = calendar.diary.coach
    content = invitations.calendar(invitations.dates_for(coach, [appointment]), coach, method=invitations.PUBLISH)
    # A calendar's own resource carries no METHOD (RFC 4791, 4.1).
    content = content.replace(f"METHOD:{invitations.PUBLISH}\r\n", "", 1)
    uid = invitations.uid(appointment)
    caldav.put(calendar.address, credentials(calendar), uid=uid, content=content)
    CalendarCopy.objects.update_or_create(
        calendar=calendar, appointment=appointment, defaults={"sequence": appointment.sequence}
    )


def remove_appointment(calendar: BusyCalendar, copy: CalendarCopy) -> None:
    caldav.delete(calendar.address, credentials(calendar), uid=invitations.uid(copy.appointment))
    copy.delete()


def _to_write(now: datetime, calendar: BusyCalendar | None = None) -> QuerySet[Appointment]:
    """What is to come and is not in the calendar as it is now; without `calendar`, in the one of the outer query."""
    owner = OuterRef("diary__coach") if calendar is None else calendar.diary.coach_id
    holder = OuterRef(OuterRef("pk")) if calendar is None else calendar.pk
    written = CalendarCopy.objects.filter(calendar=holder, appointment=OuterRef("pk"), sequence=OuterRef("sequence"))
    return Appointment.objects.confirmed().filter(~Exists(written), coach=owner, ends_at__gt=now)


def _gone() -> QuerySet[CalendarCopy]:
    """Copies of what is no longer the coach's to do: cancelled, or given to somebody else."""
    taken_over = ~Q(appointment__coach=F("calendar__diary__coach"))
    return CalendarCopy.objects.filter(Q(appointment__state=AppointmentState.CANCELLED) | taken_over)
