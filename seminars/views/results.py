"""What a session gave, for those who run it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lms.accounts.requests import SignedInRequest
from lms.kit.errors import DomainError
from lms.kit.exports import csv_response, xlsx_response
from seminars.enums import RecordingState
from seminars.forms.after import CaptionsForm
from seminars.models import LiveSession, SessionRecording
from seminars.queries.results import (
    attendance_summary,
    chat_of,
    poll_results,
    questions_of,
    survey_result,
    table_of,
)
from seminars.queries.sight import sessions_seen_by
from seminars.rules import can_run
from seminars.services import captions


@login_required
@never_cache
@require_safe
def results(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Who came, what was asked and answered, voted, written, and thought of it."""
    return _show(request, _run_or_404(request, public_id))


@login_required
@require_POST
def captions_give(request: SignedInRequest, public_id: UUID, recording: UUID) -> HttpResponse:
    """Captions made elsewhere take the place of those typed in the room."""
    session = _run_or_404(request, public_id)
    found = get_object_or_404(SessionRecording, session=session, public_id=recording)
    form = _captions_form(found, request)
    if form.is_valid():
        data = form.cleaned_data["file"]
        try:
            late = captions.give_captions(recording=found, data=data, actor=request.user, now=timezone.now())
        except DomainError as refused:
            form.add_error("file", refused.message)
        else:
            messages.success(request, _("The captions of this file are those of the replay from now on."))
            if late:
                words = ngettext(
                    "%(count)d caption comes after the end of the recording: it is not shown.",
                    "%(count)d captions come after the end of the recording: they are not shown.",
                    late,
                )
                messages.warning(request, words % {"count": late})
            return redirect("seminars:results", public_id)
    return _show(request, session, captions_form=(found.pk, form), status=422)


@login_required
@require_POST
def captions_remove(request: SignedInRequest, public_id: UUID, recording: UUID) -> HttpResponse:
    session = _run_or_404(request, public_id)
    found = get_object_or_404(SessionRecording, session=session, public_id=recording)
    try:
        captions.take_captions_away(recording=found, actor=request.user, now=timezone.now())
    except DomainError as refused:
        messages.warning(request, refused.message)
    else:
        messages.success(request, _("The file is removed: the captions are those typed in the room."))
    return redirect("seminars:results", public_id)


def _show(
    request: SignedInRequest,
    session: LiveSession,
    *,
    captions_form: tuple[int, CaptionsForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    recordings = list(session.recordings.all())
    refused = dict([captions_form] if captions_form else [])
    context = {
        "session": session,
        "attendance": attendance_summary(session, timezone.now()),
        "questions": questions_of(session),
        "polls": poll_results(session),
        "chat": chat_of(session),
        "survey": survey_result(session),
        "recordings": [
            (one, refused.get(one.pk) or _captions_form(one) if one.state in captions.OVER else None)
            for one in recordings
        ],
        "may_try_again": any(one.trouble and one.folder and one.state == RecordingState.READY for one in recordings),
    }
    return render(request, "seminars/after/results.html", context, status=status)


def _captions_form(recording: SessionRecording, request: SignedInRequest | None = None) -> CaptionsForm:
    data, files = (request.POST, request.FILES) if request else (None, None)
    return CaptionsForm(data, files, auto_id=f"id_{recording.public_id}_%s")


@login_required
@never_cache
@require_safe
def results_export(request: SignedInRequest, public_id: UUID, table: str, form: str) -> HttpResponse:
    """One of the tables, for a spreadsheet."""
    session = _run_or_404(request, public_id)
    found = table_of(session, table)
    if found is None or form not in ("csv", "xlsx"):
        raise Http404
    written = csv_response if form == "csv" else xlsx_response
    return written(f"{table}-{session.starts_at:%Y-%m-%d}.{form}", found.header, found.rows)


def _run_or_404(request: SignedInRequest, public_id: UUID) -> LiveSession:
    session = get_object_or_404(sessions_seen_by(request.user).select_related("series"), public_id=public_id)
    if not can_run(request.user, session):
        raise Http404
    return session
