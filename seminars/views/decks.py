"""Slides and documents of a session, in advance: read by who has a seat, changed by who runs it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from media.views import INERT
from seminars import rules
from seminars.forms.before import DeckForm, HandoutForm
from seminars.models import Deck, Handout, LiveSession
from seminars.services import decks
from seminars.services.decks import DeckRefused
from seminars.views.access import run_session_or_404, session_or_404
from seminars.views.prepare import show_preparation


@login_required
@require_safe
def deck(request: SignedInRequest, public_id: UUID, deck: UUID) -> HttpResponse:
    """Every page of a deck: its image, and what it says."""
    session = _readable_or_404(request, public_id)
    found = get_object_or_404(Deck.objects.filter(ready_at__isnull=False), session=session, public_id=deck)
    context = {"session": session, "deck": found, "slides": list(found.slides.all())}
    return htmx.render(request, "seminars/before/deck.html", context)


@login_required
@require_safe
def deck_file(request: SignedInRequest, public_id: UUID, deck: UUID) -> HttpResponseBase:
    """The PDF itself, as a download."""
    found = get_object_or_404(Deck, session=_readable_or_404(request, public_id), public_id=deck)
    return _download(found.file, f"{found.title}.pdf", "application/pdf")


@login_required
@require_safe
def handout(request: SignedInRequest, public_id: UUID, handout: UUID) -> HttpResponseBase:
    """A document, as a download."""
    rows = Handout.objects.select_related("document")
    found = get_object_or_404(rows, session=_readable_or_404(request, public_id), public_id=handout)
    return _download(found.document.file, found.document.filename, "application/octet-stream")


@login_required
@require_POST
def add_deck(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    session = run_session_or_404(request, public_id)
    form = DeckForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            decks.add_deck(session=session, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except DeckRefused as refused:
            form.add_error("file", refused.message)
        else:
            messages.success(request, _("The slides are kept. Their pages are being made: look again in a minute."))
            return redirect("seminars:prepare", public_id=public_id)
    return show_preparation(request, session, deck_form=form, status=422)


@login_required
@require_POST
def remove_deck(request: SignedInRequest, public_id: UUID, deck: UUID) -> HttpResponse:
    session = run_session_or_404(request, public_id)
    if session.is_live or session.is_over:
        messages.warning(request, _("These slides were shown: they stay with the session."))
        return show_preparation(request, session, status=422)
    decks.remove_deck(deck=get_object_or_404(Deck, session=session, public_id=deck))
    messages.success(request, _("The slides are removed."))
    return redirect("seminars:prepare", public_id=public_id)


@login_required
@require_POST
def add_handout(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    session = run_session_or_404(request, public_id)
    form = HandoutForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            decks.add_handout(session=session, actor=request.user, **form.cleaned_data)
        except DeckRefused as refused:
            form.add_error("file", refused.message)
        else:
            messages.success(request, _("The document is with the session."))
            return redirect("seminars:prepare", public_id=public_id)
    return show_preparation(request, session, handout_form=form, status=422)


@login_required
@require_POST
def remove_handout(request: SignedInRequest, public_id: UUID, handout: UUID) -> HttpResponse:
    session = run_session_or_404(request, public_id)
    decks.remove_handout(handout=get_object_or_404(Handout, session=session, public_id=handout))
    messages.success(request, _("The document is no longer with the session."))
    return redirect("seminars:prepare", public_id=public_id)


def _readable_or_404(request: SignedInRequest, public_id: UUID) -> LiveSession:
    session = session_or_404(request, public_id)
    if not rules.can_read_material(request.user, session):
        raise Http404
    return session


def _download(file: Any, name: str, content_type: str) -> HttpResponseBase:
    response = FileResponse(
        file.open("rb"), as_attachment=True, filename=get_valid_filename(name), content_type=content_type
    )
    response["Content-Security-Policy"] = INERT
    response["Cache-Control"] = "private, no-store"
    return response
