"""What the pages before a session have in common: who finds it, who prepares it."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from lms.accounts.requests import SignedInRequest
from seminars import rules
from seminars.models import LiveSession
from seminars.queries.sight import sessions_seen_by


def session_or_404(request: SignedInRequest, public_id: UUID) -> LiveSession:
    seen = sessions_seen_by(request.user).select_related("series", "partner", "cohort", "track")
    return get_object_or_404(seen, public_id=public_id)


def run_session_or_404(request: SignedInRequest, public_id: UUID) -> LiveSession:
    session = session_or_404(request, public_id)
    if not rules.can_run(request.user, session):
        raise Http404
    return session


def hosted_session_or_404(request: SignedInRequest, public_id: UUID) -> LiveSession:
    session = run_session_or_404(request, public_id)
    if not rules.can_prepare(request.user, session):
        raise Http404
    return session
