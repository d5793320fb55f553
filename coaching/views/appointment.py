"""One appointment: read it, move it, cancel it, give it to another coach, put it in a calendar."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coaching import invitations, rules
from coaching.enums import SeatState
from coaching.forms.booking import MoveForm, ReasonForm, ReassignForm, StaffMoveForm
from coaching.models import Appointment, Seat
from coaching.queries.appointments import ROOM_OPENS, rest_of_series, seats_shown
from coaching.queries.coaches import coaches_for
from coaching.queries.offers import week_of_slots
from coaching.queries.slots import slot_at
from coaching.services import booking, changing, waiting
from coaching.services.seats import BookingRefused
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx

from .booking import day_asked


@login_required
@require_safe
def appointment(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What, when, where; and for whoever may: move, cancel, join."""
    return _show(request, appointment_or_404(request, public_id))


@login_required
@require_safe
def invitation(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The appointment as a file for the person's own calendar."""
    row = appointment_or_404(request, public_id)
    if row.coach_id != request.user.pk and own_seat(request, row) is None:
        raise Http404
    return calendar_file(row, request.user)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """GET lists the moments it could move to, POST moves it: the learner's own until the deadline, staff's any time."""
    row, now = appointment_or_404(request, public_id), timezone.now()
    seat = own_seat(request, row)
    if seat is None and not rules.can_run_appointment(request.user, row):
        raise Http404
    if request.method != "POST":
        return _moments(request, row, seat, now)
    try:
        if seat is not None:
            form = MoveForm(request.POST)
            if not form.is_valid():
                return _moments(request, row, seat, now, status=422)
            cleaned = form.cleaned_data
            moved = changing.move(
                seat=seat, starts_at=cleaned["slot"], sequence=cleaned["sequence"], actor=request.user, now=now
            ).appointment
        else:
            staff_form = StaffMoveForm(request.POST)
            if not staff_form.is_valid():
                return _moments(request, row, seat, now, form=staff_form, status=422)
            cleaned = staff_form.cleaned_data
            moved = changing.move_appointment(
                appointment=row, starts_at=cleaned["at"], sequence=cleaned["sequence"], actor=request.user, now=now
            )
    except BookingRefused as refused:
        messages.warning(request, refused.message)
        row.refresh_from_db()
        return _moments(request, row, own_seat(request, row), now, status=409)
    messages.success(request, _("The appointment is moved. Everybody concerned is told."))
    return redirect("coaching:appointment", public_id=moved.public_id)


@login_required
@require_POST
def cancel(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The learner gives her seat back, with `rest` those after it in its series; staff cancel the whole and say why."""
    row, now = appointment_or_404(request, public_id), timezone.now()
    seat = own_seat(request, row)
    if seat is not None and "rest" in request.POST:
        refused = _attempt(request, lambda: changing.cancel_rest(seat=seat, actor=request.user, now=now))
        if refused is None:
            messages.success(request, _("These appointments are cancelled. Your coach is told."))
        return refused or redirect("coaching:appointments")
    if seat is not None:
        refused = _attempt(request, lambda: changing.cancel(seat=seat, actor=request.user, now=now))
        return refused or redirect("coaching:appointment", public_id=public_id)
    if not rules.can_run_appointment(request.user, row):
        raise Http404
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, row, reason_form=form, status=422)
    reason = form.cleaned_data["reason"]
    refused = _attempt(
        request,
        lambda: changing.cancel_appointment(appointment=row, actor=request.user, now=now, reason=reason),
    )
    return refused or redirect("coaching:appointment", public_id=public_id)


@login_required
@require_POST
def book_again(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Undo of a cancellation, while the moment is free."""
    row = appointment_or_404(request, public_id)
    seats = row.seats.filter(learner=request.user).select_related("enrolment__cohort", "learner")
    seat = seats.order_by("-pk").first()
    if seat is None or seat.state != SeatState.CANCELLED:
        raise Http404
    seat.appointment = row
    try:
        again = changing.book_again(seat=seat, actor=request.user, now=timezone.now())
    except BookingRefused as refused:
        messages.warning(request, refused.message)
        return redirect("coaching:appointments")
    return redirect("coaching:appointment", public_id=again.appointment.public_id)


@login_required
@require_POST
def accept(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One tap takes a moment that the coach proposed."""
    seat, now = _proposal_or_404(request, public_id), timezone.now()
    try:
        booking.accept(seat=seat, topic="", phone=request.user.phone, actor=request.user, now=now)
    except BookingRefused as refused:
        messages.warning(request, refused.message)
        return redirect("coaching:appointments")
    return redirect("coaching:appointment", public_id=public_id)


@login_required
@require_POST
def decline(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    booking.decline(seat=_proposal_or_404(request, public_id), actor=request.user, now=timezone.now())
    messages.success(request, _("Your coach knows that this moment does not suit you."))
    return redirect("coaching:appointments")


@login_required
@require_POST
def reassign(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Another coach at the same time: a coach asks the person first, a manager decides."""
    row, now = appointment_or_404(request, public_id), timezone.now()
    if not rules.can_run_appointment(request.user, row):
        raise Http404
    form = ReassignForm(request.POST, coaches=other_coaches(row, now))
    chosen = {choice.coach.public_id: choice.diary for choice in _choices(row, now)}
    if not form.is_valid() or form.cleaned_data["coach"] not in chosen:
        return _show(request, row, reassign_form=form, status=422)
    refused = _attempt(
        request,
        lambda: changing.reassign(
            appointment=row,
            to=chosen[form.cleaned_data["coach"]],
            agreed=form.cleaned_data["agreed"],
            by_manager=row.coach_id != request.user.pk,
            actor=request.user,
            now=now,
        ),
    )
    if refused is None:
        messages.success(request, _("Another coach takes over. Everybody concerned is told."))
    return refused or redirect("coaching:appointment", public_id=public_id)


@login_required
@require_POST
def sooner(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Tell me when an earlier moment than this one is free."""
    row = appointment_or_404(request, public_id)
    seat = own_seat(request, row)
    if seat is None:
        raise Http404
    waiting.wait_for(enrolment=seat.enrolment, coach=row.coach, kind=row.kind, instead_of=seat, now=timezone.now())
    messages.success(request, _("We tell you as soon as an earlier moment is free. Your appointment stays as it is."))
    return redirect("coaching:appointment", public_id=public_id)


def appointment_or_404(request: SignedInRequest, public_id: UUID) -> Appointment:
    rows = Appointment.objects.select_related("coach__diary", "kind", "place", "series")
    row = get_object_or_404(rows, public_id=public_id)
    if not rules.can_see_appointment(request.user, row):
        raise Http404
    return row


def own_seat(request: SignedInRequest, row: Appointment) -> Seat | None:
    """The seat this person has booked in it."""
    seats = row.seats.booked().filter(learner=request.user).select_related("enrolment__cohort", "learner")
    seat = seats.first()
    if seat is not None:
        seat.appointment = row
    return seat


def calendar_file(row: Appointment, person: Any) -> HttpResponse:
    content = invitations.calendar(invitations.dates_for(person, [row]), person, method=invitations.PUBLISH)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.starts_at:%Y-%m-%d}.ics"'
    return response


def other_coaches(row: Appointment, now: datetime) -> list[tuple[str, str]]:
    """Choices of a select: the coaches of the learner's cohort who are not this one."""
    return [(str(choice.coach.public_id), choice.coach.get_full_name()) for choice in _choices(row, now)]


def _choices(row: Appointment, now: datetime) -> list[Any]:
    seat = row.seats.booked().select_related("enrolment__cohort").first()
    if seat is None:
        return []
    return [choice for choice in coaches_for(seat.enrolment, now, everyone=True) if choice.coach.pk != row.coach_id]


def _proposal_or_404(request: SignedInRequest, public_id: UUID) -> Seat:
    seats = Seat.objects.filter(learner=request.user, state=SeatState.HELD).exclude(booked_by=request.user)
    seats = seats.select_related("appointment__coach", "appointment__kind", "appointment__place", "learner")
    return get_object_or_404(seats, appointment__public_id=public_id)


def _attempt(request: SignedInRequest, change: Callable[[], object]) -> HttpResponse | None:
    """Run a change; a refusal becomes a message on the appointment's page, with status 422."""
    try:
        change()
    except BookingRefused as refused:
        messages.warning(request, refused.message)
        public_id: UUID = request.resolver_match.kwargs["public_id"]  # type: ignore[union-attr]
        return _show(request, appointment_or_404(request, public_id), status=422)
    return None


def _show(request: SignedInRequest, row: Appointment, *, status: int = 200, **forms: Any) -> HttpResponse:
    now = timezone.now()
    seats = seats_shown(row, request.user)
    mine = next((seat for seat in seats if seat.learner_id == request.user.pk), None)
    runs = rules.can_run_appointment(request.user, row)
    if mine is not None:
        mine.appointment = row
    diary = getattr(row.coach, "diary", None)
    is_open = row.is_live and row.ends_at > now
    context = {
        "appointment": row,
        "seats": seats,
        "mine": mine,
        "runs": runs and is_open,
        "can_change": mine is not None and mine.state == SeatState.BOOKED and rules.can_change_seat(mine, diary, now),
        "rest": rest_of_series(mine).count() if mine is not None and row.series_id else 0,
        "can_join": is_open and rules.can_join_appointment(request.user, row),
        "reads_topic": row.coach_id == request.user.pk,
        "is_open": is_open,
        "room_opens_at": row.starts_at - ROOM_OPENS,
        "can_book_again": mine is not None and mine.state == SeatState.CANCELLED and _is_free_again(row, mine, now),
        "was_booked": request.GET.get("done") == "booked",
        "diary": diary,
        "to_report": _to_report(request, row, seats, now),
        "events": list(row.events.select_related("actor", "on_behalf_of")) if runs else [],
        "reason_form": ReasonForm(),
        "reassign_form": ReassignForm(coaches=other_coaches(row, now)) if runs and is_open else None,
        **forms,
    }
    return htmx.render(request, "coaching/booking/appointment.html", context, status=status)


def _to_report(request: SignedInRequest, row: Appointment, seats: list[Seat], now: datetime) -> list[Seat]:
    """The seats whose report this person may write now."""
    if row.starts_at > now:
        return []
    return [seat for seat in seats if seat.state == SeatState.BOOKED and rules.can_write_report(request.user, seat)]


def _is_free_again(row: Appointment, seat: Seat, now: datetime) -> bool:
    """Whether the moment of a cancelled seat may be booked again: not when its coach is away."""
    if seat.starts_at <= now:
        return False
    found = slot_at(
        diary=booking.diary_of(row),
        kind=row.kind,
        starts_at=row.starts_at,
        mode=row.mode,
        now=now,
        learner=seat.learner,
    )
    return not isinstance(found, str)


def _moments(
    request: SignedInRequest,
    row: Appointment,
    seat: Seat | None,
    now: datetime,
    *,
    form: StaffMoveForm | None = None,
    status: int = 200,
) -> HttpResponse:
    diary = booking.diary_of(row)
    week = None
    if seat is not None and diary.is_open:
        week = week_of_slots(
            diary=diary,
            kind=row.kind,
            learner=request.user,
            since=day_asked(request.GET.get("from")),
            now=now,
            moving=row,
        )
    if seat is None and form is None:
        form = StaffMoveForm(initial={"at": timezone.localtime(row.starts_at), "sequence": row.sequence})
    context = {
        "appointment": row,
        "seat": seat,
        "week": week,
        "too_late": seat is not None and not rules.can_change_seat(seat, diary, now),
        "form": form,
        "action": request.path,
        "hidden": [("sequence", row.sequence)],
    }
    return htmx.render(request, "coaching/booking/move.html", context, status=status)
