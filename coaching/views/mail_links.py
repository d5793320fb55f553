"""The link of a mail: see, move or cancel one seat without signing in, until the appointment is over."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coaching import rules
from coaching.enums import SeatState
from coaching.forms.booking import MoveForm
from coaching.models import Seat
from coaching.notices import seat_behind
from coaching.queries.offers import week_of_slots
from coaching.services import booking, changing
from coaching.services.seats import BookingRefused
from lms.accounts.zones import zone_named
from lms.kit import htmx

from .appointment import calendar_file
from .booking import day_asked


@never_cache
@require_safe
def appointment(request: HttpRequest, signed: str) -> HttpResponse:
    """GET only shows: scanners of mail open every link."""
    seat = _seat_or_404(signed)
    with _reader(seat):
        return _show(request, seat, signed)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, signed: str) -> HttpResponse:
    seat, now = _seat_or_404(signed), timezone.now()
    with _reader(seat):
        if request.method != "POST":
            return _moments(request, seat, signed)
        form = MoveForm(request.POST)
        if not form.is_valid():
            return _moments(request, seat, signed, status=422)
        try:
            moved = changing.move(
                seat=seat,
                starts_at=form.cleaned_data["slot"],
                sequence=form.cleaned_data["sequence"],
                actor=seat.learner,
                now=now,
            )
        except BookingRefused as refused:
            messages.warning(request, refused.message)
            return _moments(request, _seat_or_404(signed), signed, status=409)
        messages.success(request, _("The appointment is moved. Your coach is told."))
    if moved.pk != seat.pk:
        return redirect("coaching:appointment", public_id=moved.appointment.public_id)
    return redirect("coaching:mail-link", signed=signed)


@never_cache
@require_POST
def cancel(request: HttpRequest, signed: str) -> HttpResponse:
    seat = _seat_or_404(signed)
    with _reader(seat):
        try:
            changing.cancel(seat=seat, actor=seat.learner, now=timezone.now())
        except BookingRefused as refused:
            messages.warning(request, refused.message)
            return _show(request, _seat_or_404(signed), signed, status=422)
    return redirect("coaching:mail-link", signed=signed)


@never_cache
@require_safe
def invitation(request: HttpRequest, signed: str) -> HttpResponse:
    seat = _seat_or_404(signed)
    with _reader(seat):
        return calendar_file(seat.appointment, seat.learner)


@contextmanager
def _reader(seat: Seat) -> Iterator[None]:
    """The language and the zone of the person the mail was sent to: nobody is signed in to say so."""
    with translation.override(seat.learner.language), timezone.override(zone_named(seat.learner.time_zone)):
        yield


def _seat_or_404(signed: str) -> Seat:
    """The seat of a link that still works: its signature is ours, its person may still come, its date is not over."""
    public_id = seat_behind(signed)
    seats = Seat.objects.select_related(
        "appointment__coach__diary", "appointment__kind", "appointment__place", "enrolment__cohort", "learner"
    )
    seat = seats.filter(public_id=UUID(public_id)).first() if public_id else None
    if seat is None or seat.state == SeatState.HELD or seat.ends_at <= timezone.now():
        raise Http404
    if not rules.can_book(seat.learner, seat.enrolment):
        raise Http404
    return seat


def _show(request: HttpRequest, seat: Seat, signed: str, status: int = 200) -> HttpResponse:
    diary = getattr(seat.appointment.coach, "diary", None)
    context = {
        "seat": seat,
        "appointment": seat.appointment,
        "signed": signed,
        "is_live": seat.state == SeatState.BOOKED,
        "can_change": seat.state == SeatState.BOOKED and rules.can_change_seat(seat, diary, timezone.now()),
    }
    return htmx.render(request, "coaching/booking/mail_link.html", context, status=status)


def _moments(request: HttpRequest, seat: Seat, signed: str, status: int = 200) -> HttpResponse:
    now = timezone.now()
    diary = booking.diary_of(seat.appointment)
    can_change = seat.state == SeatState.BOOKED and rules.can_change_seat(seat, diary, now)
    week = None
    if can_change and diary.is_open:
        week = week_of_slots(
            diary=diary,
            kind=seat.appointment.kind,
            learner=seat.learner,
            since=day_asked(request.GET.get("from")),
            now=now,
            moving=seat.appointment,
        )
    context = {
        "seat": seat,
        "appointment": seat.appointment,
        "signed": signed,
        "week": week,
        "too_late": not can_change,
        "action": request.path,
        "hidden": [("sequence", seat.appointment.sequence)],
    }
    return htmx.render(request, "coaching/booking/move.html", context, status=status)
