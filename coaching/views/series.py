"""The same appointment every week or two: the dates are shown with what stands in their way, then booked at once."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from coaching.forms.booking import SeriesBookingForm, SeriesForm, written
from coaching.services.seats import BookingRefused
from coaching.services.series import Occurrence, book_series, plan_series
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx

from .booking import own_enrolment_or_404, wish_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def series(request: SignedInRequest) -> HttpResponse:
    """GET asks how often and shows the dates; POST books those that were ticked, all or none."""
    return _book(request) if request.method == "POST" else _plan(request)


def _plan(request: SignedInRequest) -> HttpResponse:
    enrolment, now = own_enrolment_or_404(request), timezone.now()
    form = SeriesForm(request.GET)
    if not form.is_valid():
        messages.info(request, _("Choose the first moment in the list."))
        return redirect("coaching:appointments")
    wish = wish_of(enrolment, form.cleaned_data, now)
    every_weeks, count = form.cleaned_data["every_weeks"] or 1, form.cleaned_data["count"] or 4
    try:
        plan = plan_series(wish=wish, every_weeks=every_weeks, count=count, now=now)
    except BookingRefused as refused:
        messages.warning(request, refused.message)
        return redirect("coaching:appointments")
    shown = SeriesForm(initial={**_asked(request), "every_weeks": every_weeks, "count": count})
    context = {"wish": wish, "plan": _written(plan), "form": shown, "key": uuid4(), "every_weeks": every_weeks}
    context["free"] = sum(not row.problem for row in plan)
    return htmx.render(request, "coaching/booking/series.html", context)


def _book(request: SignedInRequest) -> HttpResponse:
    enrolment, now = own_enrolment_or_404(request), timezone.now()
    form = SeriesBookingForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose between 2 and 26 dates."))
        return redirect("coaching:appointments")
    cleaned = form.cleaned_data
    wish = wish_of(enrolment, cleaned, now)
    try:
        seats = book_series(
            wish=wish,
            every_weeks=cleaned["every_weeks"],
            starts=cleaned["starts"],
            key=cleaned["key"],
            actor=request.user,
            now=now,
        )
    except BookingRefused as refused:
        # Nothing is booked: the same dates again, as they stand now, with why.
        plan = plan_series(wish=wish, every_weeks=cleaned["every_weeks"], count=cleaned["count"], now=now)
        context = {
            "wish": wish,
            "plan": _written(plan),
            "form": SeriesForm(initial={**_asked(request), "count": cleaned["count"]}),
            "key": uuid4(),
            "every_weeks": cleaned["every_weeks"],
            "free": sum(not row.problem for row in plan),
            "refusal": refused,
        }
        return htmx.render(request, "coaching/booking/series.html", context, status=409)
    words = ngettext("%(count)d appointment is booked.", "%(count)d appointments are booked.", len(seats))
    messages.success(request, words % {"count": len(seats)})
    return redirect("coaching:appointments")


def _asked(request: SignedInRequest) -> dict[str, str]:
    source = request.POST if request.method == "POST" else request.GET
    return {name: source.get(name, "") for name in ("slot", "kind", "coach", "agreed", "mode", "phone", "every_weeks")}


def _written(plan: list[Occurrence]) -> list[tuple[str, Occurrence]]:
    return [(written(row.starts_at), row) for row in plan]
