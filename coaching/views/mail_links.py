"""The link of a mail: see, move, cancel or book again one seat without signing in, until the appointment is over."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID, uuid4

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
from coaching.notices import seat_behind, signed_seat
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
    """Another moment: for the appointment as it stands, or for one that was cancelled, which is then booked again."""
    seat, now = _seat_or_404(signed), timezone.now()
    with _reader(seat):
        if request.method != "POST":
            return _moments(request, seat, signed)
        form = MoveForm(request.POST)
        if not form.is_valid():
            return _moments(request, seat, signed, status=422)
        try:
            moved = _moved(seat, form, now)
        except BookingRefused as refused:
            messages.warning(request, refused.message)
            return _moments(request, _seat_or_404(signed), signed, status=409)
        if seat.state == SeatState.CANCELLED:
            messages.success(request, _("The new appointment is booked. Your coach is told."))
        else:
            messages.success(request, _("The appointment is moved. Your coach is told."))
    return redirect("coaching:mail-link", signed=signed_seat(moved))


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


def _moved(seat: Seat, form: MoveForm, now: datetime) -> Seat:
    starts_at = form.cleaned_data["slot"]
    if seat.state == SeatState.CANCELLED:
        key = form.cleaned_data["key"]
        return changing.book_again(seat=seat, starts_at=starts_at, key=key, actor=seat.learner, now=now)
    sequence = form.cleaned_data["sequence"]
    return changing.move(seat=seat, starts_at=starts_at, sequence=sequence, actor=seat.learner, now=now)


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
    diary, now = getattr(seat.appointment.coach, "diary", None), timezone.now()
    is_live = seat.state == SeatState.BOOKED
    context = {
        "seat": seat,
        "appointment": seat.appointment,
        "signed": signed,
        "is_live": is_live,
        "can_change": is_live and rules.can_change_seat(seat, diary, now),
        "slots": [] if is_live or not diary else changing.next_moments(seat=seat, now=now),
        "key": uuid4(),
    }
    return htmx.render(request, "coaching/booking/mail_link.html", context, status=status)


def _moments(request: HttpRequest, seat: Seat, signed: str, status: int = 200) -> HttpResponse:
    now = timezone.now()
    diary = booking.diary_of(seat.appointment)
    is_gone = seat.state == SeatState.CANCELLED
    can_change = is_gone or rules.can_change_seat(seat, diary, now)
    week = None
    if can_change and diary.is_open:
        week = week_of_slots(
            diary=diary,
            kind=seat.appointment.kind,
            learner=seat.learner,
            since=day_asked(request.GET.get("from")),
            now=now,
            moving=None if is_gone else seat.appointment,
        )
    context = {
        "seat": seat,
        "appointment": seat.appointment,
        "signed": signed,
        "week": week,
        "too_late": not can_change,
        "action": request.path,
        "is_gone": is_gone,
        "hidden": [("sequence", seat.appointment.sequence), ("key", uuid4())],
    }
    return htmx.render(request, "coaching/booking/move.html", context, status=status)
