"""A learner's appointments: her coach, her dates, the free moments, and one confirmation."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coaching.enums import SeatState
from coaching.forms.booking import BookingForm, SlotForm, written
from coaching.models import AppointmentKind, Seat
from coaching.queries.appointments import dates_of, open_waiting
from coaching.queries.coaches import CoachChoice, coaches_for, kinds_for
from coaching.queries.learners import follow_up_of
from coaching.queries.offers import week_of_slots
from coaching.queries.quota import quota_of
from coaching.queries.slots import next_free, slot_at
from coaching.services import booking
from coaching.services.seats import BookingRefused, SlotTaken, Wish
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from lms.programmes.models import Enrolment
from lms.programmes.queries import roles_of


@login_required
@require_safe
def appointments(request: SignedInRequest) -> HttpResponse:
    """My coach, my next date, the moments that are free."""
    enrolment, now = own_enrolment_or_404(request), timezone.now()
    choices, kinds = coaches_for(enrolment, now), list(kinds_for(enrolment))
    choice = _chosen(choices, request.GET.get("coach", ""))
    dates = dates_of(enrolment, now)
    kind = _kind_named(kinds, request.GET.get("kind", ""), dates.usual_kind)
    week = None
    if choice and kind:
        week = week_of_slots(
            diary=choice.diary, kind=kind, learner=request.user, since=day_asked(request.GET.get("from")), now=now
        )
    context = {
        "enrolment": enrolment,
        "choice": choice,
        "others": [row for row in choices if row is not choice],
        "kinds": kinds,
        "kind": kind,
        "week": week,
        "dates": dates,
        "next": dates.to_come[0] if dates.to_come else None,
        "seen": dates.times_seen(choice.coach) if choice else 0,
        "quota": quota_of(enrolment),
        "waiting": list(open_waiting(enrolment)),
        "follow": follow_up_of(enrolment),
        "action": reverse("coaching:hold-slot"),
        "hidden": [("kind", kind.public_id), ("coach", choice.coach.public_id)] if choice and kind else [],
    }
    return htmx.render(request, "coaching/booking/appointments.html", context)


@login_required
@require_POST
def hold(request: SignedInRequest) -> HttpResponse:
    """A tap on a moment: it is kept for five minutes, and the page that confirms it opens."""
    enrolment, now = own_enrolment_or_404(request), timezone.now()
    form = SlotForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose a moment in the list."))
        return redirect("coaching:appointments")
    wish = wish_of(enrolment, form.cleaned_data, now)
    try:
        seat = booking.hold(wish=wish, actor=request.user, now=now)
    except SlotTaken as refused:
        return taken(request, wish, refused, now)
    except BookingRefused as refused:
        messages.warning(request, refused.message)
        return redirect(_moments(wish))
    return redirect("coaching:hold", public_id=seat.public_id)


@login_required
@require_safe
def held(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """How, about what, and one button; after five minutes the moment is no longer kept."""
    now = timezone.now()
    seat = _own_hold(request, public_id)
    if seat is None or (seat.hold_expires_at and seat.hold_expires_at <= now):
        messages.info(request, _("This moment is no longer kept for you. Choose one in the list."))
        return redirect("coaching:appointments")
    form = BookingForm(
        initial={
            "slot": written(seat.starts_at),
            "kind": seat.appointment.kind.public_id,
            "coach": seat.appointment.coach.public_id,
            "agreed": True,
            "key": uuid4(),
            "mode": seat.appointment.mode,
            "phone": request.user.phone,
        }
    )
    form.offer(_ways(seat, now))
    return htmx.render(request, "coaching/booking/confirm.html", _confirmation(seat, form))


@login_required
@require_POST
def release(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Give the moment back, and choose another one."""
    seat = _own_hold(request, public_id)
    if seat is not None:
        booking.release(seat=seat, now=timezone.now())
    return redirect("coaching:appointments")


@login_required
@require_POST
def book(request: SignedInRequest) -> HttpResponse:
    """Book the moment kept, or this one at once; what was typed stays when it is refused."""
    enrolment, now = own_enrolment_or_404(request), timezone.now()
    form = BookingForm(request.POST)
    if not form.is_valid():
        return _refused_form(request, enrolment, form, now)
    wish = wish_of(enrolment, form.cleaned_data, now)
    try:
        seat = booking.book(wish=wish, key=form.cleaned_data["key"], actor=request.user, now=now)
    except SlotTaken as refused:
        return taken(request, wish, refused, now)
    except BookingRefused as refused:
        form.add_error("phone" if refused.code == "phone-missing" else None, str(refused))
        return _refused_form(request, enrolment, form, now)
    return redirect(reverse("coaching:appointment", args=[seat.appointment.public_id]) + "?done=booked")


def taken(request: SignedInRequest, wish: Wish, refused: BookingRefused, now: datetime) -> HttpResponse:
    """The moment went to somebody else: why, the next three free ones, and everything that was typed."""
    slots = next_free(
        diaries=[wish.diary],
        kind=wish.kind,
        start=now,
        end=now + booking.LOOK_AHEAD,
        now=now,
        learner=wish.enrolment.learner,
    )[wish.diary.coach_id]
    context = {"wish": wish, "refusal": refused, "slots": slots, "key": uuid4(), "moments": _moments(wish)}
    return htmx.render(request, "coaching/booking/taken.html", context, status=409)


def own_enrolment_or_404(request: SignedInRequest) -> Enrolment:
    """The enrolment in which this person books: open, the most recent first."""
    enrolment = next((row for row in roles_of(request.user).enrolments if row.is_open), None)
    if enrolment is None:
        raise Http404
    return enrolment


def wish_of(enrolment: Enrolment, cleaned: dict[str, Any], now: datetime) -> Wish:
    """What a clean form asks for; a coach or a kind that is not hers does not exist."""
    choice = next(
        (row for row in coaches_for(enrolment, now) if row.coach.public_id == cleaned["coach"]),
        None,
    )
    kind = kinds_for(enrolment).filter(public_id=cleaned["kind"]).first()
    if choice is None or kind is None:
        raise Http404
    return Wish(
        enrolment=enrolment,
        diary=choice.diary,
        kind=kind,
        starts_at=cleaned["slot"],
        mode=cleaned.get("mode", ""),
        topic=cleaned.get("topic", ""),
        phone=cleaned.get("phone", ""),
        agreed=cleaned["agreed"],
    )


def _chosen(choices: list[CoachChoice], wanted: str) -> CoachChoice | None:
    named = next((row for row in choices if str(row.coach.public_id) == wanted), None)
    return named or (choices[0] if choices else None)


def day_asked(text: str | None) -> date | None:
    """The day a list of moments starts from; None when the address says nothing readable."""
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def _own_hold(request: SignedInRequest, public_id: UUID) -> Seat | None:
    """What this person holds; somebody else's is nothing."""
    seats = Seat.objects.select_related("appointment__coach", "appointment__kind", "appointment__place")
    mine = seats.filter(learner=request.user, booked_by=request.user, state=SeatState.HELD)
    return mine.filter(public_id=public_id).first()


def _ways(seat: Seat, now: datetime) -> list[str]:
    """How a held moment may take place; what is held keeps its own way, whatever has changed since."""
    appointment = seat.appointment
    if appointment.capacity > 1:
        return [appointment.mode]
    slot = slot_at(
        diary=booking.diary_of(appointment),
        kind=appointment.kind,
        starts_at=appointment.starts_at,
        mode="",
        now=now,
        learner=None,
        moving=appointment,
    )
    ways = [] if isinstance(slot, str) else slot.modes_among(appointment.kind.modes)
    return ways if appointment.mode in ways else [appointment.mode]


def _confirmation(seat: Seat, form: BookingForm) -> dict[str, Any]:
    return {"seat": seat, "appointment": seat.appointment, "form": form}


def _refused_form(request: SignedInRequest, enrolment: Enrolment, form: BookingForm, now: datetime) -> HttpResponse:
    """The confirmation again with its errors and what was typed; its five minutes over, the moment is kept anew."""
    seats = Seat.objects.select_related("appointment__coach", "appointment__kind", "appointment__place")
    kept = seats.filter(learner=request.user, booked_by=request.user, state=SeatState.HELD, hold_expires_at__gt=now)
    seat, said = kept.first(), form.cleaned_data
    if seat is None and {"slot", "kind", "coach"} <= said.keys():
        moment = {name: said.get(name) for name in ("slot", "kind", "coach", "agreed")}
        wish = wish_of(enrolment, moment, now)
        try:
            seat = booking.hold(wish=wish, actor=request.user, now=now)
        except SlotTaken as refused:
            mode, phone, topic = (str(form[name].value() or "") for name in ("mode", "phone", "topic"))
            return taken(request, replace(wish, mode=mode, phone=phone, topic=topic), refused, now)
        except BookingRefused:
            pass  # what is said below is the first reason
    if seat is None:
        for errors in form.errors.values():
            messages.warning(request, str(errors[0]))
        return redirect("coaching:appointments")
    form.offer(_ways(seat, now))
    return htmx.render(request, "coaching/booking/confirm.html", _confirmation(seat, form), status=422)


def _moments(wish: Wish) -> str:
    query = f"?coach={wish.diary.coach.public_id}&kind={wish.kind.public_id}"
    return reverse("coaching:appointments") + query


def _kind_named(kinds: list[AppointmentKind], wanted: str, usual: AppointmentKind | None) -> AppointmentKind | None:
    """The kind asked for, else the one she comes for, else the first."""
    named = next((row for row in kinds if str(row.public_id) == wanted), None)
    return named or next((row for row in kinds if row == usual), kinds[0] if kinds else None)
