"""The room of a live session: its page, and what works in it without a script."""

import mimetypes
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lms.accounts.requests import SignedInRequest
from lms.accounts.zones import zone_label
from lms.kit.errors import DomainError
from lms.kit.middleware import CALL_PERMISSIONS_POLICY
from media.views import INERT
from seminars import rules
from seminars.enums import RoomRole
from seminars.forms.room import STATES, AskForm, SayForm, StateForm
from seminars.models import LiveSession, Slide
from seminars.queries.attendance import halves_of, over_to_sign, to_sign
from seminars.queries.room import page_content, removal_of
from seminars.queries.sight import role_in, sessions_seen_by
from seminars.room_words import room_words
from seminars.services import chat, questions
from seminars.services.recording import records_media


@login_required
@require_safe
def room(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The room; for who may not come in now, the reason and what to do."""
    session = _session(request, public_id)
    if not rules.can_enter(request.user, session):
        return _door(request, session)
    if rules.must_answer_recording(request.user, session):
        return redirect("seminars:session", public_id=public_id)
    return _room(request, session)


@login_required
@require_POST
def say(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """A line of the chat, from a page without a script."""
    session, role = _entered(request, public_id)
    form = SayForm(request.POST)
    if form.is_valid():
        words = {"text": form.cleaned_data["text"], "key": form.cleaned_data["key"]}
        try:
            chat.say(session=session, actor=request.user, role=role, now=timezone.now(), **words)
        except DomainError as refusal:
            form.add_error("text", str(refusal))
        else:
            return redirect("seminars:room", public_id=public_id)
    return _room(request, session, say=form)


@login_required
@require_POST
def ask(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """A question, from a page without a script."""
    session, _role = _entered(request, public_id)
    form = AskForm(request.POST)
    if form.is_valid():
        words = {"text": form.cleaned_data["text"], "key": form.cleaned_data["key"]}
        try:
            questions.ask(session=session, actor=request.user, now=timezone.now(), **words)
        except DomainError as refusal:
            form.add_error("text", str(refusal))
        else:
            return redirect("seminars:room", public_id=public_id)
    return _room(request, session, ask=form)


@login_required
@require_POST
def state(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Open the room, end it, lock it, pause its chat."""
    session, role = _entered(request, public_id)
    if not rules.can_moderate(role):
        raise Http404
    form = StateForm(request.POST)
    if not form.is_valid():
        return _room(request, session, state=form)
    wanted = STATES[form.cleaned_data["do"]]
    if not wanted.rule(role):
        raise Http404
    try:
        wanted.service(session=session, actor=request.user, now=timezone.now())
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _room(request, session, state=form)
    return redirect("seminars:room", public_id=public_id)


@login_required
@never_cache
@require_safe
def signing(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The half-days that are over and wait for one's signature: a fragment of the room."""
    session, _role = _entered(request, public_id)
    return show_signing(request, session)


def show_signing(request: SignedInRequest, session: LiveSession, refusal: str = "") -> HttpResponse:
    context = {
        "session": session,
        "to_sign": over_to_sign(session, request.user, timezone.now()),
        "refusal": refusal,
    }
    return render(request, "seminars/room/signing.html", context, status=422 if refusal else 200)


@login_required
@never_cache
@require_safe
def handouts(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The documents that are handed out, each with the same as text: a fragment of the room."""
    session, _role = _entered(request, public_id)
    context = {"session": session, "handouts": session.handouts.all()}
    return render(request, "seminars/room/handouts.html", context)


@login_required
@require_safe
def slide(request: SignedInRequest, public_id: UUID, deck: UUID, number: int) -> HttpResponseBase:
    """The image of a page, for who takes part in the session or runs it."""
    session = _session(request, public_id)
    if not rules.can_read_material(request.user, session):
        raise Http404
    found = get_object_or_404(Slide, deck__session=session, deck__public_id=deck, number=number)
    response = FileResponse(found.image.open("rb"), content_type=mimetypes.guess_type(found.image.name or "")[0])
    response["Content-Security-Policy"] = INERT
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _session(request: SignedInRequest, public_id: UUID) -> LiveSession:
    """The session, for who sees it."""
    return get_object_or_404(sessions_seen_by(request.user).select_related("series"), public_id=public_id)


def _entered(request: SignedInRequest, public_id: UUID) -> tuple[LiveSession, RoomRole]:
    session = _session(request, public_id)
    role = role_in(request.user, session)
    if role is None or not rules.can_enter(request.user, session):
        raise Http404
    return session, role


def _room(request: SignedInRequest, session: LiveSession, **forms: Any) -> HttpResponse:
    role = role_in(request.user, session)
    context = {
        "session": session,
        "role": role,
        "runs": rules.can_moderate(role),
        "presents": rules.can_present(role),
        "hosts": rules.can_host(role),
        "zone": zone_label(request.user.time_zone),
        "today": timezone.now(),
        "records_media": records_media(),
        "content": page_content(session, timezone.now(), before=_before(request)),
        "say_form": forms.get("say") or SayForm(),
        "ask_form": forms.get("ask") or AskForm(),
        "state_form": forms.get("state"),
        "words": room_words(),
        "to_sign": over_to_sign(session, request.user, timezone.now()),
        "half_ends": " ".join(part.ends_at.isoformat() for part in halves_of(session) if part.ends_at > timezone.now()),
    }
    response = render(request, "seminars/room/room.html", context, status=422 if forms else 200)
    response["Permissions-Policy"] = CALL_PERMISSIONS_POLICY
    return response


def _before(request: SignedInRequest) -> int | None:
    """Above which line of the chat somebody reads."""
    asked = request.GET.get("before", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None


def _door(request: SignedInRequest, session: LiveSession) -> HttpResponse:
    removal = removal_of(request.user, session)
    role = role_in(request.user, session)
    context = {
        "session": session,
        "removal": removal,
        "is_registered": role is not None,
        "runs": rules.can_moderate(role),
        "to_sign": to_sign(session, request.user, timezone.now()) if session.is_over else [],
        "zone": zone_label(request.user.time_zone),
    }
    return render(request, "seminars/room/door.html", context)
