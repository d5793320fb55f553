"""The public link of a session, and the personal link of a guest."""

from typing import Any
from uuid import UUID

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit import htmx
from lms.kit.errors import DomainError
from lms.kit.throttle import within_limit
from seminars.enums import Audience, SessionState
from seminars.forms.before import GuestForm
from seminars.guests import BACKEND, is_guest_session
from seminars.links import address_of_place, guest_behind
from seminars.models import LiveSession
from seminars.queries.sessions import page_of
from seminars.services import guests

MAILS_AN_HOUR = 5
"""To one address; and twenty times as many from one place."""
AN_HOUR = 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The public page of a session: what it is, and a form that sends a personal link. People with an account go to
    the session's own page."""
    session = _public_or_404(public_id)
    if request.user.is_authenticated:
        return redirect("seminars:session", public_id=public_id)
    if request.method != "POST":
        return _show(request, session, GuestForm())
    form = GuestForm(request.POST)
    if not form.is_valid():
        return _show(request, session, form, status=422)
    email = form.cleaned_data["email"].strip().lower()
    place = request.META.get("REMOTE_ADDR", "")
    if within_limit("guest-link", email, limit=MAILS_AN_HOUR, seconds=AN_HOUR) and within_limit(
        "guest-link-from", place, limit=20 * MAILS_AN_HOUR, seconds=AN_HOUR
    ):
        guests.ask_link(
            session=session, email=email, name=form.cleaned_data["name"].strip(), language=get_language() or "fr"
        )
    # The same answer for every address, also for one that has had its five mails.
    return _show(request, session, form, sent_to=email)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_link(request: HttpRequest, signed: str) -> HttpResponse:
    """A guest's own link. GET only shows: scanners of mail open every link; POST lets her in."""
    told = guest_behind(signed)
    if told is None:
        raise Http404
    session = _public_or_404(UUID(told["session"]))
    to = request.GET.get("to", "")
    page = address_of_place(to, session)
    if request.user.is_authenticated and (not is_guest_session(request) or request.user.email == told["email"]):
        return redirect(page)  # as herself: nobody who is signed in becomes somebody else by a link
    context: dict[str, Any] = {"session": session, "signed": signed, "name": told["name"], "to": to}
    if request.method != "POST":
        return htmx.render(request, "seminars/before/guest_link.html", context)
    try:
        registration = guests.enter(
            session=session,
            email=told["email"],
            name=told["name"],
            language=get_language() or "fr",
            now=timezone.now(),
        )
    except DomainError as refused:
        if refused.code == "has-account":
            return redirect(f"{reverse('account_login')}?next={page}")
        return htmx.render(request, "seminars/before/guest_link.html", context | {"refused": refused}, status=422)
    login(request, registration.person, backend=BACKEND)
    return redirect(page)


def _public_or_404(public_id: UUID) -> LiveSession:
    sessions = LiveSession.objects.filter(audience=Audience.PUBLIC).exclude(state=SessionState.DRAFT)
    return get_object_or_404(sessions.select_related("series"), public_id=public_id)


def _show(
    request: HttpRequest, session: LiveSession, form: GuestForm, *, sent_to: str = "", status: int = 200
) -> HttpResponse:
    now = timezone.now()
    context = {"session": session, "page": page_of(session, None, now), "form": form, "sent_to": sent_to}
    return htmx.render(request, "seminars/before/guest.html", context, status=status)
