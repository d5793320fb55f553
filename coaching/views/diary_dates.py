"""Dates of a diary: days that differ from the week, absences and whom they touch, slots offered once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coaching.forms.diary import AbsenceForm, ExceptionForm, OneOffForm
from coaching.forms.offered import offered_to
from coaching.models import Absence, DayException, OneOffSlot
from coaching.queries.diary import affected, local_instant
from coaching.services import diary as diaries
from coaching.services.diary import DiaryRefused
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx

from .diary import diary_or_404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def exceptions(request: SignedInRequest) -> HttpResponse:
    """Days with other hours, or none."""
    diary = diary_or_404(request)
    form = ExceptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            diaries.add_exception(diary=diaries.diary_of_coach(request.user), **form.cleaned_data)
        except DiaryRefused as refused:
            form.add_error("first", str(refused))
        else:
            messages.success(request, _("These days are noted."))
            return redirect("coaching:diary-days")
    today = timezone.localdate()
    rows = diary.exceptions.filter(day__gte=today) if diary.pk else []
    return _show(request, "coaching/diary/days.html", form, {"rows": rows})


@login_required
@require_POST
def remove_exception(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """This day follows the week again."""
    diary_or_404(request)
    get_object_or_404(DayException, diary__coach=request.user, public_id=public_id).delete()
    messages.success(request, _("This day follows your week again."))
    return redirect("coaching:diary-days")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: SignedInRequest) -> HttpResponse:
    """Time away. What it falls upon is listed next, before anything is cancelled."""
    diary = diary_or_404(request)
    form = AbsenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        absence = diaries.declare_absence(
            diary=diaries.diary_of_coach(request.user),
            starts_at=local_instant(diary, form.cleaned_data["starts"]),
            ends_at=local_instant(diary, form.cleaned_data["ends"]),
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
        messages.success(request, _("Your absence is noted. Nobody can book you then."))
        return redirect("coaching:diary-absence", public_id=absence.public_id)
    rows = diary.absences.filter(ends_at__gt=timezone.now()) if diary.pk else []
    return _show(request, "coaching/diary/absences.html", form, {"rows": rows})


@login_required
@require_safe
def absence(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One absence, and the appointments it falls upon."""
    row = _absence_or_404(request, public_id)
    context = {"absence": row, "affected": affected(row, timezone.now())}
    return htmx.render(request, "coaching/diary/absence.html", context)


@login_required
@require_POST
def cancel_affected(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Cancel them all; each person is told, and offered other moments."""
    row = _absence_or_404(request, public_id)
    count = diaries.cancel_affected(absence=row, actor=request.user, now=timezone.now())
    words = ngettext(
        "One appointment is cancelled. The person has been told, and offered other moments.",
        "%(count)s appointments are cancelled. Each person has been told, and offered other moments.",
        count,
    )
    messages.success(request, words % {"count": count})
    return redirect("coaching:diary-absence", public_id=row.public_id)


@login_required
@require_POST
def remove_absence(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Not away after all; what was cancelled stays cancelled."""
    _absence_or_404(request, public_id).delete()
    messages.success(request, _("This absence is removed. People can book you again."))
    return redirect("coaching:diary-absences")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def one_offs(request: SignedInRequest) -> HttpResponse:
    """Slots offered once, outside the week: an evening, a group."""
    diary, now = diary_or_404(request), timezone.now()
    form = OneOffForm(request.POST or None, **offered_to(request.user))
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            diaries.add_one_off(
                diary=diaries.diary_of_coach(request.user),
                kind=cleaned["kind"],
                starts_at=local_instant(diary, datetime.combine(cleaned["day"], cleaned["at"])),
                mode=cleaned["mode"],
                place=cleaned["place"],
                now=now,
            )
        except DiaryRefused as refused:
            form.add_error({"mode": "mode", "place": "place"}.get(refused.code, "day"), str(refused))
        else:
            messages.success(request, _("This slot is offered."))
            return redirect("coaching:diary-once")
    rows = diary.one_off_slots.filter(starts_at__gt=now).select_related("kind", "place") if diary.pk else []
    return _show(request, "coaching/diary/once.html", form, {"rows": rows})


@login_required
@require_POST
def remove_one_off(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """No longer offer it; who has booked it keeps the appointment."""
    diary_or_404(request)
    get_object_or_404(OneOffSlot, diary__coach=request.user, public_id=public_id).delete()
    messages.success(request, _("This slot is no longer offered. Appointments already made stay."))
    return redirect("coaching:diary-once")


def _absence_or_404(request: SignedInRequest, public_id: UUID) -> Absence:
    diary_or_404(request)
    rows = Absence.objects.select_related("diary__coach")
    return get_object_or_404(rows, diary__coach=request.user, public_id=public_id)


def _show(request: SignedInRequest, template: str, form: Form, context: dict[str, Any]) -> HttpResponse:
    return htmx.render(request, template, {"form": form} | context, status=422 if form.errors else 200)
