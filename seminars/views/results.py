"""What a session gave, for those who run it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms.accounts.requests import SignedInRequest
from lms.kit.exports import csv_response, xlsx_response
from seminars.enums import RecordingState
from seminars.models import LiveSession
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


@login_required
@never_cache
@require_safe
def results(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Who came, what was asked and answered, voted, written, and thought of it."""
    session = _run_or_404(request, public_id)
    recordings = list(session.recordings.all())
    context = {
        "session": session,
        "attendance": attendance_summary(session, timezone.now()),
        "questions": questions_of(session),
        "polls": poll_results(session),
        "chat": chat_of(session),
        "survey": survey_result(session),
        "recordings": recordings,
        "may_try_again": any(one.trouble and one.folder and one.state == RecordingState.READY for one in recordings),
    }
    return render(request, "seminars/after/results.html", context)


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
