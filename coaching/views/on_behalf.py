"""Booking for somebody: a coach or a manager books one moment, or proposes some to choose from."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coaching import rules
from coaching.forms.booking import InstantField, StaffBookingForm
from coaching.models import AppointmentKind, Diary, Place
from coaching.queries.appointments import usual_kind_of
from coaching.queries.coaches import coaches_for
from coaching.queries.offers import week_of_slots
from coaching.queries.quota import quota_of
from coaching.services import booking
from coaching.services.seats import BookingRefused, Wish
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from lms.programmes.models import Enrolment

from .booking import day_asked


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def book_for(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """GET shows the free moments of the coach, POST books the one chosen or proposes those that were ticked."""
    enrolment = get_object_or_404(
        Enrolment.objects.select_related("cohort__partner", "learner", "coach"), public_id=public_id
    )
    if not rules.can_book_for(request.user, enrolment) or not enrolment.is_open:
        raise Http404
    now = timezone.now()
    diary = _diary(request, enrolment, now)
    if request.method != "POST":
        return _show(request, enrolment, diary, _form(enrolment, None), now)
    form = _form(enrolment, request.POST)
    starts = _moments(request)
    if diary is None or not form.is_valid():
        return _show(request, enrolment, diary, form, now, status=422)
    starts += [form.cleaned_data["at"]] if form.cleaned_data["at"] else []
    if not starts:
        form.add_error(None, _("Choose at least one moment."))
        return _show(request, enrolment, diary, form, now, status=422)
    wishes = [_wish(enrolment, diary, form.cleaned_data, starts_at) for starts_at in starts]
    try:
        if "propose" in request.POST:
            booking.propose(wishes=wishes, actor=request.user, now=now)
            messages.success(request, _("The moments are proposed. They are kept for two days."))
            return redirect("coaching:book-for", public_id=public_id)
        if len(wishes) > 1:
            form.add_error(None, _("To book, keep one moment. To let the person choose, propose them."))
            return _show(request, enrolment, diary, form, now, status=422)
        seat = booking.book_for(wish=wishes[0], key=form.cleaned_data["key"], actor=request.user, now=now)
    except BookingRefused as refused:
        form.add_error(None, str(refused))
        return _show(request, enrolment, diary, form, now, status=409)
    return redirect("coaching:appointment", public_id=seat.appointment.public_id)


def _diary(request: SignedInRequest, enrolment: Enrolment, now: datetime) -> Diary | None:
    """Her own diary for a coach; a manager names one, or gets that of the learner's coach."""
    choices = {choice.coach.pk: choice for choice in coaches_for(enrolment, now, everyone=True)}
    if request.user.pk in choices:
        return choices[request.user.pk].diary
    if rules.is_coach_of(request.user, enrolment):
        return None
    wanted = request.POST.get("coach") or request.GET.get("coach", "")
    named = next((row for row in choices.values() if str(row.coach.public_id) == wanted), None)
    first = named or next(iter(choices.values()), None)
    return first.diary if first else None


def _form(enrolment: Enrolment, posted: Any) -> StaffBookingForm:
    form = StaffBookingForm(posted, initial={"key": uuid4(), "phone": enrolment.learner.phone})
    partner = enrolment.cohort.partner_id
    kinds: Any = form.fields["kind"]
    kinds.queryset = AppointmentKind.objects.filter(is_active=True).filter(partner=None) | (
        AppointmentKind.objects.filter(is_active=True, partner=partner)
    )
    kinds.empty_label = None
    places: Any = form.fields["place"]
    places.queryset = Place.objects.filter(partner=partner)
    return form


def _moments(request: SignedInRequest) -> list[datetime]:
    """The moments ticked; what is not one of ours is left out."""
    field = InstantField()
    found = []
    for text in request.POST.getlist("slot")[:10]:
        try:
            found.append(field.clean(text))
        except ValidationError:
            continue
    return found


def _wish(enrolment: Enrolment, diary: Diary, cleaned: dict[str, Any], starts_at: datetime) -> Wish:
    return Wish(
        enrolment=enrolment,
        diary=diary,
        kind=cleaned["kind"],
        starts_at=starts_at,
        mode=cleaned["mode"],
        phone=cleaned["phone"],
        agreed=True,
        place=cleaned["place"],
    )


def _show(
    request: SignedInRequest,
    enrolment: Enrolment,
    diary: Diary | None,
    form: StaffBookingForm,
    now: datetime,
    status: int = 200,
) -> HttpResponse:
    kind = _kind(request, form, enrolment)
    form.initial["kind"] = kind
    week = None
    if diary is not None and kind is not None:
        since = day_asked(request.GET.get("from"))
        week = week_of_slots(diary=diary, kind=kind, learner=enrolment.learner, since=since, now=now)
    context = {
        "enrolment": enrolment,
        "diary": diary,
        "form": form,
        "kind": kind,
        "kinds": list(form.fields["kind"].queryset),  # type: ignore[attr-defined]
        "week": week,
        "quota": quota_of(enrolment),
        "coaches": coaches_for(enrolment, now, everyone=True),
        "ticked": _moments(request),
        "follows": rules.can_follow(request.user, enrolment),
    }
    return htmx.render(request, "coaching/booking/book_for.html", context, status=status)


def _kind(request: SignedInRequest, form: StaffBookingForm, enrolment: Enrolment) -> AppointmentKind | None:
    """The kind whose moments are listed: the one asked for, else what the learner last came for, else the first."""
    kinds: Any = form.fields["kind"].queryset  # type: ignore[attr-defined]
    named = kinds.filter(public_id=_uuid(request.POST.get("kind") or request.GET.get("kind"))).first()
    found: AppointmentKind | None = named or kinds.filter(pk=usual_kind_of(enrolment)).first() or kinds.first()
    return found


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
