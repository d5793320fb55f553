"""Live sessions before they begin: the list, one session, coming to it, one's own calendar."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.accounts.requests import SignedInRequest
from lms.kit import calendars, htmx
from lms.programmes.rules import can_follow_cohorts
from seminars import invitations, rules
from seminars.forms.before import RecordingAnswerForm
from seminars.models import LiveSession, Registration, SeminarSeriesPage, SessionFeed
from seminars.queries.attendance import to_sign
from seminars.queries.sessions import agenda_of, feed_of, page_of
from seminars.services import feeds, registration
from seminars.services.registration import RegistrationRefused
from seminars.views.access import session_or_404


@login_required
@require_safe
def sessions(request: SignedInRequest) -> HttpResponse:
    """What comes, what is hers, what is over."""
    context = {
        "agenda": agenda_of(request.user, timezone.now()),
        "series": list(SeminarSeriesPage.objects.live().public().order_by("title")),
        "follows": can_follow_cohorts(request.user),
    }
    return htmx.render(request, "seminars/before/list.html", context)


@login_required
@require_safe
def session(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One session: what, when, by whom, and coming to it."""
    return _show(request, session_or_404(request, public_id))


@login_required
@require_POST
def register(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Take a seat, or wait for one."""
    row = session_or_404(request, public_id)
    try:
        registration.register(session=row, person=request.user, actor=request.user, now=timezone.now())
    except RegistrationRefused as refused:
        messages.warning(request, refused.message)
        return _show(request, row, status=422)
    return _done(request, row)


@login_required
@require_POST
def cancel(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Give one's seat back, or leave the waiting list."""
    row = session_or_404(request, public_id)
    try:
        registration.cancel(registration=_own_or_404(request, row), actor=request.user, now=timezone.now())
    except RegistrationRefused as refused:
        messages.warning(request, refused.message)
        return _show(request, row, status=422)
    messages.success(request, _("You are no longer registered. You may change your mind while seats are left."))
    # The session may be hidden from her now: a guest, a former learner.
    return _done(request, row) if rules.can_see(request.user, row) else redirect("seminars:list")


@login_required
@require_POST
def consent(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Say whether one agrees to be in the recording."""
    row = session_or_404(request, public_id)
    own = _own_or_404(request, row)
    form = RecordingAnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, row, recording_form=form, status=422)
    registration.answer_recording(registration=own, consents=form.cleaned_data["consents"], now=timezone.now())
    messages.success(request, _("Your answer is kept. You may change it here until the session begins."))
    return _done(request, row)


@login_required
@require_safe
def calendar_file(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The session as a file for the person's own calendar."""
    row = session_or_404(request, public_id)
    content = invitations.calendar([row], request.user, method=invitations.PUBLISH)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.starts_at:%Y-%m-%d}.ics"'
    return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: SignedInRequest) -> HttpResponse:
    """The address at which this person's own calendar reads her sessions; shown once, when it is made."""
    address = ""
    if request.method == "POST":
        token = feeds.open_feed(person=request.user, now=timezone.now())
        address = settings.SITE_URL + reverse("seminars:feed", args=[token])
    context = {"feed": SessionFeed.objects.filter(person=request.user).first(), "address": address}
    return htmx.render(request, "seminars/before/subscribe.html", context)


@login_required
@require_POST
def unsubscribe(request: SignedInRequest) -> HttpResponse:
    feeds.close_feed(person=request.user)
    messages.success(request, _("The address is closed. Calendars that used it read nothing any more."))
    return redirect("seminars:subscribe")


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """A person's sessions for her calendar: those of the last three months and all those to come.

    Unknown, closed and suspended answer alike. The same sessions give the same bytes, hence the same ETag.
    """
    found = feeds.feed_behind(token)
    if found is None:
        raise Http404
    rows = feed_of(found.person, timezone.now() - invitations.FEED_KEEPS)
    with translation.override(found.person.language):
        content = invitations.calendar(rows, found.person, method=invitations.PUBLISH, name=_("Live seminars"))
    return calendars.answer(request, content)


def _own_or_404(request: SignedInRequest, row: LiveSession) -> Registration:
    return get_object_or_404(Registration.objects.select_related("session"), session=row, person=request.user)


def _done(request: SignedInRequest, row: LiveSession) -> HttpResponse:
    """What changed: its part of the page for htmx, the page again for the others."""
    return _show(request, row) if request.htmx else redirect("seminars:session", public_id=row.public_id)


def _show(request: SignedInRequest, row: LiveSession, *, status: int = 200, **forms: Any) -> HttpResponse:
    now = timezone.now()
    page = page_of(row, request.user, now)
    runs = rules.can_run(request.user, row)
    own = page.registration
    asked = {} if own is None or own.consents_to_recording is None else {"consents": own.consents_to_recording}
    answers = {True: "yes", False: "no"}
    context = {
        "page": page,
        "session": row,
        "runs": runs,
        "is_open": rules.is_open(row, now, runs=runs or bool(page.role)),
        "opens_at": row.starts_at - rules.ROOM_OPENS,
        "reads_attendance": row.opened_at is not None and rules.can_read_attendance(request.user, row),
        "to_sign": to_sign(row, request.user, now),
        "reads_material": runs or page.is_registered,
        "may_answer_survey": page.is_over and rules.can_answer_survey(request.user, row),
        "recording_form": RecordingAnswerForm(initial={key: answers[value] for key, value in asked.items()}),
        **forms,
    }
    return htmx.render(request, "seminars/before/session.html", context, partial="coming", status=status)
