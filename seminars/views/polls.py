"""Polls and quizzes prepared before a session; they are opened in its room."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lms.accounts.requests import SignedInRequest
from lms.kit.errors import DomainError
from seminars.forms.before import PollForm
from seminars.services.polls import prepare_poll
from seminars.views.access import run_session_or_404
from seminars.views.prepare import show_preparation


@login_required
@require_POST
def add_poll(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    session = run_session_or_404(request, public_id)
    form = PollForm(request.POST)
    if form.is_valid():
        try:
            prepare_poll(session=session, actor=request.user, now=timezone.now(), **form.wording)
        except DomainError as refused:
            form.add_error("choices", str(refused))
        else:
            messages.success(request, _("The poll is ready: open it in the room."))
            return redirect("seminars:prepare", public_id=public_id)
    return show_preparation(request, session, poll_form=form, status=422)


@login_required
@require_POST
def remove_poll(request: SignedInRequest, public_id: UUID, poll: UUID) -> HttpResponse:
    """Only one that was never opened: answers stay with the session."""
    session = run_session_or_404(request, public_id)
    get_object_or_404(session.polls.filter(opened_at=None), public_id=poll).delete()
    messages.success(request, _("The poll is removed."))
    return redirect("seminars:prepare", public_id=public_id)
