"""A coach's own calendars: the state of each in words, one more, one less, a reading now."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coaching.enums import CalendarKind
from coaching.forms.diary import CalendarForm
from coaching.models import BusyCalendar
from coaching.queries.diary import calendars_of
from coaching.services import calendars as busy
from coaching.services.diary import diary_of_coach
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from lms.kit.throttle import within_limit

from .diary import diary_or_404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendars(request: SignedInRequest) -> HttpResponse:
    """Each calendar and how its last reading went; a form for another one."""
    diary = diary_or_404(request)
    form = CalendarForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            busy.add_calendar(diary=diary_of_coach(request.user), new=_new(form.cleaned_data), now=timezone.now())
        except busy.CalendarError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("This calendar is added. We are reading it."))
            return redirect("coaching:diary-calendars")
    rows = list(calendars_of(diary)) if diary.pk else []
    context = {"form": form, "rows": rows, "is_reading": any(row.read_at is None and not row.problem for row in rows)}
    status = 422 if form.errors else 200
    return htmx.render(request, "coaching/diary/calendars.html", context, partial="calendars", status=status)


@login_required
@require_POST
def read(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Have one read now, not at its next turn."""
    calendar = _calendar_or_404(request, public_id)
    if within_limit("read-calendar", str(request.user.pk), limit=10):
        busy.ask_reading(calendar=calendar, now=timezone.now())
        messages.success(request, _("We are reading this calendar."))
    else:
        messages.warning(request, _("That is often. This calendar is read by itself every fifteen minutes."))
    return redirect("coaching:diary-calendars")


@login_required
@require_POST
def remove(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Forget a calendar and what was read of it."""
    busy.remove_calendar(calendar=_calendar_or_404(request, public_id))
    messages.success(request, _("This calendar is removed, with everything that was read of it."))
    return redirect("coaching:diary-calendars")


def _calendar_or_404(request: SignedInRequest, public_id: UUID) -> BusyCalendar:
    diary_or_404(request)
    return get_object_or_404(BusyCalendar, diary__coach=request.user, public_id=public_id)


def _new(cleaned: dict[str, Any]) -> busy.NewCalendar:
    return busy.NewCalendar(**cleaned | {"kind": CalendarKind(cleaned["kind"])})
