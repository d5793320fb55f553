"""What whoever runs a session does before it: announce it, call it off, look at who comes, slides, documents."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from seminars import rules
from seminars.enums import Audience, SessionState
from seminars.forms.before import DeckForm, HandoutForm, PollForm, ReasonForm, RoundForm
from seminars.models import LiveSession
from seminars.queries.sessions import preparation_of
from seminars.services import announcing
from seminars.services.announcing import AnnouncingRefused
from seminars.views.access import hosted_session_or_404, run_session_or_404


@login_required
@require_safe
def prepare(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    return show_preparation(request, run_session_or_404(request, public_id))


@login_required
@require_POST
def announce(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show it to its audience, once nothing is missing."""
    session = hosted_session_or_404(request, public_id)
    try:
        announcing.announce(session=session, actor=request.user, now=timezone.now())
    except AnnouncingRefused as refused:
        messages.warning(request, refused.message)
        return show_preparation(request, session, status=422)
    messages.success(request, _("The session is announced: people may register."))
    return redirect("seminars:prepare", public_id=public_id)


@login_required
@require_POST
def call_off(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """It will not take place; everybody who registered is told why."""
    session = hosted_session_or_404(request, public_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return show_preparation(request, session, reason_form=form, status=422)
    try:
        reason = form.cleaned_data["reason"]
        announcing.call_off(session=session, reason=reason, actor=request.user, now=timezone.now())
    except AnnouncingRefused as refused:
        messages.warning(request, refused.message)
        return show_preparation(request, session, reason_form=form, status=422)
    messages.success(request, _("The session is called off. Everybody who registered is told."))
    return redirect("seminars:prepare", public_id=public_id)


def show_preparation(
    request: SignedInRequest, session: LiveSession, *, status: int = 200, **forms: Any
) -> HttpResponse:
    now, preparation = timezone.now(), preparation_of(session)
    is_public = session.audience == Audience.PUBLIC
    context = {
        "session": session,
        "preparation": preparation,
        "checklist": [
            (bool(preparation.run_sheet), _("Run sheet"), "sheet"),
            (any(deck.ready_at for deck in preparation.decks), _("Slides"), "slides"),
            (bool(preparation.polls), _("Polls"), "polls"),
            (bool(preparation.handouts), _("Documents"), "documents"),
        ],
        "hosts": rules.can_prepare(request.user, session),
        "is_open": rules.is_open(session, now, runs=True),
        "missing": announcing.missing(session, now) if session.state == SessionState.DRAFT else [],
        "public_link": settings.SITE_URL + reverse("seminars:guest", args=[session.public_id]) if is_public else "",
        "may_call_off": session.state in (SessionState.DRAFT, SessionState.ANNOUNCED),
        "deck_form": DeckForm(),
        "handout_form": HandoutForm(),
        "poll_form": PollForm(),
        "round_form": RoundForm(),
        "reason_form": ReasonForm(),
        **forms,
    }
    return htmx.render(request, "seminars/before/prepare.html", context, status=status)
