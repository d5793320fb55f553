"""Reports of appointments: written by the coach, read by whoever may, signed by both."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coaching import rules
from coaching.enums import Presence, SeatState
from coaching.forms.desk import TASK_PREFIXES, ReportForm, TaskForm, as_typed, task_forms
from coaching.models import CoachingReport, Seat
from coaching.queries.learners import follow_up_of
from coaching.queries.presence import minutes_together
from coaching.queries.reports import draft_of, reports_to_read, seats_to_report, versions_of
from coaching.questions import FIRST_MEETING
from coaching.services.credits import credit_line
from coaching.services.reports import ReportChanged, ReportRefused, is_countersigned, keep_draft, write_report
from coaching.services.signatures import SignatureRefused, sign_report
from lms.accounts.requests import SignedInRequest
from lms.evidence.services import CorrectionRefused
from lms.kit import htmx


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Write the report of one seat. The page keeps a draft while it is filled in; what somebody else saved
    meanwhile is answered by 409, with both texts."""
    seat, now = _seat_or_404(request, public_id), timezone.now()
    known = CoachingReport.objects.filter(seat=seat).prefetch_related("competencies").first()
    if request.method != "POST":
        return _form(request, seat, known, *_forms(seat, known, request, now))
    if "draft" in request.POST:
        return _keep(request, seat, now)
    form, rows = ReportForm(request.POST, seat=seat, use_required_attribute=False), task_forms(request.POST)
    if not all([form.is_valid(), *(row.is_valid() for row in rows)]):
        return _form(request, seat, known, form, rows, status=422)
    try:
        written = write_report(
            seat=seat,
            base=form.cleaned_data["base"],
            wording=form.wording,
            tasks=[row.task for row in rows if row.task],
            reason=form.cleaned_data["reason"],
            actor=request.user,
            now=now,
        )
    except ReportChanged as changed:
        return _conflict(request, seat, form, rows, changed)
    except CorrectionRefused as refused:
        form.add_error("reason", refused.message)
        return _form(request, seat, known, form, rows, status=422)
    except ReportRefused as refused:
        form.add_error(None, refused.message)
        return _form(request, seat, known, form, rows, status=422)
    messages.success(request, _("The report is saved."))
    return redirect("coaching:report-shown", public_id=written.public_id)


@login_required
@never_cache
@require_safe
def shown(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """A report: its words for those who may read them, its facts for those who may only know of it."""
    return _show(request, _report_or_404(request, public_id))


@login_required
@require_POST
def sign(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One tap, under the wording that was shown."""
    signed = _report_or_404(request, public_id)
    role = rules.signs_as(request.user, signed)
    if role is None:
        raise Http404
    number = request.POST.get("revision", "")
    try:
        sign_report(
            report=signed,
            number=int(number) if number.isdecimal() else 0,
            person=request.user,
            role=role,
            now=timezone.now(),
        )
    except SignatureRefused as refused:
        messages.warning(request, refused.message)
        return _show(request, _report_or_404(request, public_id), status=409)
    messages.success(request, _("The report is signed."))
    return redirect("coaching:report-shown", public_id=public_id)


def _seat_or_404(request: SignedInRequest, public_id: UUID) -> Seat:
    seat = get_object_or_404(seats_to_report(), public_id=public_id, state=SeatState.BOOKED)
    if not rules.can_write_report(request.user, seat):
        raise Http404
    return seat


def _report_or_404(request: SignedInRequest, public_id: UUID) -> CoachingReport:
    found = get_object_or_404(reports_to_read(), public_id=public_id)
    if not rules.can_see_report(request.user, found):
        raise Http404
    return found


def _keep(request: SignedInRequest, seat: Seat, now: datetime) -> HttpResponse:
    base = request.POST.get("base", "")
    if not base.isdecimal():
        return HttpResponse(status=422)
    content = {name: values for name, values in request.POST.lists() if name not in ("csrfmiddlewaretoken", "draft")}
    try:
        keep_draft(seat=seat, base=int(base), content=content, author=request.user, now=now)
    except ReportChanged as changed:
        return HttpResponse(changed.message, status=409)
    return HttpResponse(status=204)


def _forms(
    seat: Seat, known: CoachingReport | None, request: SignedInRequest, now: datetime
) -> tuple[ReportForm, list[TaskForm]]:
    """The forms as they open: from the draft, else from the report, else from what the room saw."""
    base = known.revision if known else 0
    draft = draft_of(seat, request.user, base)
    if draft:
        initial = as_typed(ReportForm, draft.content) | {"base": base}
        rows = [as_typed(TaskForm, draft.content, prefix) for prefix in TASK_PREFIXES]
        return ReportForm(initial=initial, seat=seat, use_required_attribute=False), task_forms(None, rows)
    initial = _told(seat, known) if known else _proposed(seat)
    return ReportForm(initial=initial, seat=seat, use_required_attribute=False), task_forms(None)


def _told(seat: Seat, known: CoachingReport) -> dict[str, Any]:
    return {
        "base": known.revision,
        "presence": seat.presence,
        "coach_presence": seat.appointment.coach_presence,
        "minutes": seat.attended_minutes or 0,
        "covered": known.covered,
        "learnt": known.learnt,
        "difficulty": known.difficulty,
        "next_step": known.next_step,
        "competencies": [row.public_id for row in known.competencies.all()],
        "is_shared": known.is_shared,
    }


def _proposed(seat: Seat) -> dict[str, Any]:
    """Presence as it was noted, or seen; both are taken to have come, which one tap denies."""
    seen = minutes_together(seat.appointment).get(seat.learner_id)
    noted, coach = seat.presence, seat.appointment.coach_presence
    return {
        "base": 0,
        "presence": noted if noted != Presence.UNKNOWN else Presence.ATTENDED,
        "coach_presence": coach if coach != Presence.UNKNOWN else Presence.ATTENDED,
        "minutes": min(seen, seat.appointment.minutes) if seen else seat.appointment.minutes,
        "is_shared": True,
    }


def _conflict(
    request: SignedInRequest, seat: Seat, form: ReportForm, rows: list[TaskForm], changed: ReportChanged
) -> HttpResponse:
    """Both texts, and a page that saves over the other one once it has been read."""
    theirs = CoachingReport.objects.select_related("author").get(seat=seat)
    last = theirs.revisions.select_related("author").last()
    data = request.POST.copy()
    data["base"] = str(theirs.revision)
    mine = ReportForm(data, seat=seat, use_required_attribute=False)
    mine.add_error(None, changed.message)
    return _form(request, seat, theirs, mine, rows, status=409, theirs=last)


def _form(
    request: SignedInRequest,
    seat: Seat,
    known: CoachingReport | None,
    form: ReportForm,
    rows: list[TaskForm],
    *,
    status: int = 200,
    theirs: Any = None,
) -> HttpResponse:
    follow = follow_up_of(seat.enrolment)
    context = {
        "seat": seat,
        "appointment": seat.appointment,
        "report": known,
        "form": form,
        "rows": rows,
        "follow": follow,
        "theirs": theirs,
        "seen": minutes_together(seat.appointment).get(seat.learner_id),
        "has_credit": credit_line(seat) is not None,
        "is_countersigned": is_countersigned(seat),
        "has_begun": seat.starts_at <= timezone.now(),
        "questions": () if follow.reports or known else FIRST_MEETING,
    }
    return htmx.render(request, "coaching/desk/report_form.html", context, status=status)


def _show(request: SignedInRequest, found: CoachingReport, *, status: int = 200) -> HttpResponse:
    user, seat = request.user, found.seat
    reads = rules.can_read_report(user, found)
    writes = rules.can_write_report(user, seat)
    versions = versions_of(found)
    signatures = {one.role: one for one in versions[0].revision.signatures.all()}
    role = rules.signs_as(user, found)
    asked = is_countersigned(seat)
    context = {
        "report": found,
        "seat": seat,
        "appointment": seat.appointment,
        "reads": reads,
        "reads_next_step": rules.can_see_next_step(user, found),
        "writes": writes,
        "competencies": list(found.competencies.all()) if reads else [],
        "tasks": list(found.tasks.all()) if reads else [],
        "versions": versions if writes else [],
        "revision": versions[0].revision,
        "signatures": list(signatures.values()),
        "is_countersigned": asked,
        "may_sign": asked and found.is_shared and role is not None and role not in signatures,
    }
    return htmx.render(request, "coaching/desk/report.html", context, status=status)
