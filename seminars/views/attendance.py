"""Who attended: the pages of who runs a session or follows its learners, one's own, the sheet, the files."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.accounts.requests import SignedInRequest
from lms.evidence.forms import CorrectionForm
from lms.kit import htmx
from lms.kit.errors import DomainError
from lms.kit.exports import csv_response, xlsx_response
from lms.kit.pdf import UnprintableText
from seminars import rules
from seminars.enums import HalfDay
from seminars.forms.attendance import SignatureForm
from seminars.models import Attendance, LiveSession
from seminars.papers import render_sheets
from seminars.queries.attendance import (
    attendees,
    last_moment_to_sign,
    own_attendance,
    registrations_seen_by,
    sessions_attended_by_people_of,
    trainers_of,
)
from seminars.queries.sheets import export_header, export_rows, sheets_of
from seminars.services.attendance import correct_attendance
from seminars.services.signatures import SignatureRefused
from seminars.services.signatures import sign as sign_half_day
from seminars.views.room import show_signing

PEOPLE_A_PAGE = 50
SESSIONS_A_PAGE = 30


@login_required
@require_safe
def attendances(request: SignedInRequest) -> HttpResponse:
    """The sessions whose attendance the reader may know: those she runs, those of the people she follows."""
    if not rules.follows_attendance(request.user):
        raise Http404
    found = Paginator(sessions_attended_by_people_of(request.user), SESSIONS_A_PAGE)
    return htmx.render(request, "seminars/attendance/list.html", {"page_obj": found.get_page(request.GET.get("page"))})


@login_required
@never_cache
@require_safe
def attendance(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Expected, present, signed; each one's minutes, verdict and gaps, of those the reader may know."""
    session, now = _session_or_404(request, public_id), timezone.now()
    people = attendees(session, registrations_seen_by(request.user, session), now)
    to_look_at = [one for one in people if one.is_to_look_at]
    shown = "look" if request.GET.get("show") == "look" else "all"
    trainers = trainers_of(session)
    context = {
        "session": session,
        "page_obj": Paginator(to_look_at if shown == "look" else people, PEOPLE_A_PAGE).get_page(
            request.GET.get("page")
        ),
        "shown": shown,
        "expected": len(people),
        "came": sum(one.presence.came for one in people),
        "to_look_at": len(to_look_at),
        "unsigned": sum(one.needs_signature and bool(one.unsigned) for one in people),
        "trainers": trainers,
        "corrects": {one.registration.pk for one in people if _may_correct(request, session, one, trainers)},
        "may_sign": now <= last_moment_to_sign(session) and session.opened_at is not None,
        "now": now,
    }
    return htmx.render(request, "seminars/attendance/attendance.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Say that other minutes count, with a reason."""
    settled = get_object_or_404(
        Attendance.objects.select_related("registration__session", "registration__enrolment__cohort"),
        public_id=public_id,
    )
    registration = settled.registration
    session = registration.session
    if not rules.can_correct_attendance(request.user, registration):
        raise Http404
    now = timezone.now()
    [one] = attendees(session, registrations_seen_by(request.user, session).filter(pk=registration.pk), now)
    initial = {"minutes": one.counted_minutes or one.present_minutes}
    form = CorrectionForm(request.POST or None, initial=initial, most=session.minutes, use_required_attribute=False)
    if request.method == "POST" and form.is_valid():
        try:
            correct_attendance(
                attendance=settled,
                minutes=form.cleaned_data["minutes"],
                reason=form.cleaned_data["reason"],
                actor=request.user,
                now=now,
            )
        except DomainError as refused:
            form.add_error("reason" if refused.code == "no-reason" else "minutes", refused.message)
        else:
            messages.success(request, _("The minutes are corrected."))
            return redirect("seminars:attendance", public_id=session.public_id)
    context = {"session": session, "one": one, "form": form}
    status = 422 if request.method == "POST" else 200
    return htmx.render(request, "seminars/attendance/correct.html", context, status=status)


@login_required
@never_cache
@require_safe
def mine(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One's own attendance, and the half-days to sign."""
    return _mine(request, _own_or_404(request, public_id))


@login_required
@require_POST
def sign(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One tap for one half-day, by a learner who was there or a trainer; htmx asks from the room, and stays there."""
    session = get_object_or_404(LiveSession.objects.shown(), public_id=public_id)
    is_trainer = any(trainer.person == request.user for trainer in trainers_of(session))
    if not is_trainer:
        session = _own_or_404(request, public_id)
    form = SignatureForm(request.POST)
    refusal = _("Choose the half-day to sign.")
    if form.is_valid():
        day, half = form.cleaned_data["day"], HalfDay(form.cleaned_data["half"])
        try:
            sign_half_day(session=session, person=request.user, day=day, half=half, now=timezone.now())
        except SignatureRefused as refused:
            refusal = str(refused.message)
        else:
            if request.htmx:
                return show_signing(request, session)
            messages.success(request, _("Signed. Thank you."))
            return redirect("seminars:attendance" if is_trainer else "seminars:my-attendance", public_id=public_id)
    if request.htmx:
        return show_signing(request, session, refusal)
    messages.warning(request, refusal)
    if is_trainer:
        return redirect("seminars:attendance", public_id=public_id)
    return _mine(request, session, status=422)


@login_required
@never_cache
@require_safe
def sheet(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The émargement sheets, one for each cohort in the reader's sight."""
    session, now = _session_or_404(request, public_id), timezone.now()
    if now < session.starts_at:
        raise Http404
    sheets = sheets_of(session, registrations_seen_by(request.user, session), now)
    try:
        printed = render_sheets(sheets, now)
    except UnprintableText as refused:
        messages.warning(request, refused.message)
        return redirect("seminars:attendance", public_id=public_id)
    response = HttpResponse(printed, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{_filename(session, "pdf")}"'
    return response


@login_required
@require_safe
def export_csv(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The same people as a table."""
    return _export(request, public_id, "csv", csv_response, _plain)


@login_required
@require_safe
def export_xlsx(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The same for Excel."""
    return _export(request, public_id, "xlsx", xlsx_response, list)


def _session_or_404(request: SignedInRequest, public_id: UUID) -> LiveSession:
    session = get_object_or_404(LiveSession.objects.select_related("series"), public_id=public_id)
    if not rules.can_read_attendance(request.user, session):
        raise Http404
    return session


def _own_or_404(request: SignedInRequest, public_id: UUID) -> LiveSession:
    """A session that she is or was expected at."""
    session = get_object_or_404(LiveSession.objects.shown().select_related("series"), public_id=public_id)
    if not session.registrations.filter(person=request.user).exists():
        raise Http404
    return session


def _mine(request: SignedInRequest, session: LiveSession, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    context = {
        "session": session,
        "mine": own_attendance(session, request.user, now),
        "last_moment": last_moment_to_sign(session),
        "now": now,
    }
    return htmx.render(request, "seminars/attendance/mine.html", context, status=status)


def _may_correct(request: SignedInRequest, session: LiveSession, one: Any, trainers: list[Any]) -> bool:
    """The rule for each row, without a question to the database for each."""
    if one.attendance is None or one.person == request.user:
        return False
    if request.user.is_superuser or any(trainer.person == request.user for trainer in trainers):
        return True
    return rules.manages(request.user, one.enrolment)


def _export(
    request: SignedInRequest,
    public_id: UUID,
    extension: str,
    respond: Callable[..., HttpResponse],
    written: Callable[[Iterable[Any]], list[Any]],
) -> HttpResponse:
    session, now = _session_or_404(request, public_id), timezone.now()
    people = attendees(session, registrations_seen_by(request.user, session), now)
    rows = (written(row) for row in export_rows(session, people))
    return respond(_filename(session, extension), export_header(session), rows)


def _filename(session: LiveSession, extension: str) -> str:
    return f"attendance-{timezone.localtime(session.starts_at):%Y-%m-%d}.{extension}"


def _plain(row: Iterable[Any]) -> list[Any]:
    """Instants as people write them, in the reader's zone."""
    return [f"{timezone.localtime(cell):%Y-%m-%d %H:%M:%S}" if isinstance(cell, datetime) else cell for cell in row]
