"""What each person sets for her own appointments: reminders, the address of her calendar, the waiting list."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coaching import invitations
from coaching.forms.booking import RemindersForm, SlotAskedForm
from coaching.models import CalendarFeed, WaitingEntry
from coaching.queries.appointments import agenda, last_change
from coaching.queries.coaches import coaches_for, kinds_for
from coaching.services import feeds, reminders, waiting
from lms.accounts.requests import SignedInRequest
from lms.kit import calendars, htmx

from .booking import own_enrolment_or_404

DELAYS = {
    7 * 24 * 60: gettext_lazy("A week before"),
    2 * 24 * 60: gettext_lazy("Two days before"),
    24 * 60: gettext_lazy("The day before, at the same time"),
    3 * 60: gettext_lazy("Three hours before"),
    60: gettext_lazy("One hour before"),
    15: gettext_lazy("A quarter of an hour before"),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reminder_choices(request: SignedInRequest) -> HttpResponse:
    """When this person is reminded of her appointments."""
    if request.method != "POST":
        form = RemindersForm(initial={"minutes": list(reminders.minutes_chosen_by(request.user))}, labels=DELAYS)
        return htmx.render(request, "coaching/booking/reminders.html", {"form": form})
    form = RemindersForm(request.POST, labels=DELAYS)
    if not form.is_valid():
        return htmx.render(request, "coaching/booking/reminders.html", {"form": form}, status=422)
    reminders.choose_reminders(person=request.user, minutes=form.cleaned_data["minutes"], now=timezone.now())
    messages.success(request, _("Your reminders are set, for the appointments already booked too."))
    return redirect("coaching:reminders")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: SignedInRequest) -> HttpResponse:
    """The address at which this person's own calendar reads her appointments; shown once, when it is made."""
    address = ""
    if request.method == "POST":
        token = feeds.open_feed(person=request.user, now=timezone.now())
        address = settings.SITE_URL + reverse("coaching:feed", args=[token])
    context = {"feed": CalendarFeed.objects.filter(person=request.user).first(), "address": address}
    return htmx.render(request, "coaching/booking/calendar.html", context)


@login_required
@require_POST
def close_calendar(request: SignedInRequest) -> HttpResponse:
    feeds.close_feed(person=request.user)
    messages.success(request, _("The address is closed. Calendars that used it read nothing any more."))
    return redirect("coaching:calendar")


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """A person's appointments for her calendar: those of the last three months and all those to come.

    Unknown, closed and suspended answer alike. The same appointments give the same bytes, hence the same ETag.
    """
    now = timezone.now()
    found = feeds.feed_behind(token)
    if found is None:
        raise Http404
    rows = list(agenda(found.person, now - invitations.FEED_KEEPS))
    with translation.override(found.person.language):
        dates = invitations.dates_for(found.person, rows)
        content = invitations.calendar(dates, found.person, method=invitations.PUBLISH, name=_("Appointments"))
    changed = max(found.created_at, last_change(found.person) or found.created_at)
    return calendars.answer(request, content, changed=changed)


@login_required
@require_POST
def wait(request: SignedInRequest) -> HttpResponse:
    """No moment suits: tell me when there is one."""
    enrolment, now = own_enrolment_or_404(request), timezone.now()
    form = SlotAskedForm(request.POST)
    if not form.is_valid():
        return redirect("coaching:appointments")
    asked = form.cleaned_data
    choice = next((row for row in coaches_for(enrolment, now) if row.coach.public_id == asked["coach"]), None)
    kind = kinds_for(enrolment).filter(public_id=asked["kind"]).first()
    if choice is None or kind is None:
        raise Http404
    waiting.wait_for(enrolment=enrolment, coach=choice.coach, kind=kind, now=now)
    messages.success(request, _("We tell you as soon as a moment is free."))
    return redirect("coaching:appointments")


@login_required
@require_POST
def stop_waiting(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    entry = get_object_or_404(WaitingEntry, public_id=public_id, enrolment__learner=request.user, closed_at=None)
    waiting.stop_waiting(entry=entry, now=timezone.now())
    messages.success(request, _("You are no longer on this list."))
    return redirect("coaching:appointments")
