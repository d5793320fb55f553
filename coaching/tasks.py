"""Work of coaching that the worker does: talking to the calendars of coaches."""

from django.tasks import task
from django.utils import timezone

from .models import BusyCalendar
from .services import calendars, copies


@task
def read_calendar(pk: int) -> None:
    """Read one calendar; it may have been removed since."""
    calendar = BusyCalendar.objects.select_related("diary__coach").filter(pk=pk).first()
    if calendar is not None:
        calendars.read_calendar(calendar=calendar, now=timezone.now())


@task
def push_calendar(pk: int) -> None:
    """Write into one calendar what has changed."""
    calendar = BusyCalendar.objects.select_related("diary__coach").filter(pk=pk).first()
    if calendar is not None:
        copies.push_calendar(calendar=calendar, now=timezone.now())
