"""A session seen again: its page, its files by pieces, what was watched of it, the lesson made of it."""

import mimetypes
import re
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lms.accounts.requests import SignedInRequest
from lms.kit.errors import DomainError
from media.ranges import ranged
from media.views import INERT
from seminars.enums import RecordingState
from seminars.forms.after import LessonForm
from seminars.models import LiveSession, SessionRecording
from seminars.queries.replays import playlist_url, replay_of, replays_of, watching_of
from seminars.queries.sight import enrolment_for, sessions_seen_by
from seminars.rules import can_run
from seminars.services.publishing import publish_lesson
from seminars.services.replays import make_again
from seminars.services.watching import watch

SPEEDS = ("0.75", "1", "1.25", "1.5", "2")
_FILES = re.compile(r"(?:480p\.mp4|240p\.mp4|sound\.m4a|master\.m3u8|hls-(?:480p|240p|sound)\.(?:m3u8|ts))")
_TYPES = {"m3u8": "application/vnd.apple.mpegurl", "ts": "video/mp2t", "m4a": "audio/mp4"}


@login_required
@never_cache
@require_safe
def replay(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The film where there is one, chapters, and beside them what was said, asked and voted at that moment."""
    session = _session_or_404(request, public_id)
    part = request.GET.get("part", "")
    found = replay_of(session, int(part) if part.isdecimal() and len(part) < 4 else 1)
    if found is None:
        states = set(session.recordings.values_list("state", flat=True))
        context = {
            "session": session,
            "coming": bool(states & {RecordingState.RUNNING, RecordingState.WAITING}),
            "gone": RecordingState.DELETED in states,
        }
        return render(request, "seminars/after/no_replay.html", context)
    wanted = request.GET.get("as", "full")
    source = next((one for one in found.sources if one.kind == wanted), None) or next(iter(found.sources), None)
    runs = can_run(request.user, session)
    context = {
        "session": session,
        "replay": found,
        "recording": found.recording,
        "source": source,
        "playlist": playlist_url(session, found.recording) if source and source.kind == "full" else "",
        "watching": watching_of(found.recording, request.user),
        "parts": range(1, found.count + 1),
        "runs": runs,
        "speeds": SPEEDS,
        "lesson_form": LessonForm(session=session) if runs and session.series.course_id else None,
    }
    return render(request, "seminars/after/replay.html", context)


@login_required
@require_safe
def replay_file(request: SignedInRequest, public_id: UUID, recording: UUID, name: str) -> HttpResponseBase:
    """A film, a sound or a playlist, by pieces, to whoever sees the session."""
    found = _recording_or_404(_session_or_404(request, public_id), recording)
    stored = str((found.video or found.audio).name or "")
    path = f"{stored.rpartition('/')[0]}/{name}"
    if not stored or not _FILES.fullmatch(name) or not default_storage.exists(path):
        raise Http404
    kind = _TYPES.get(name.rpartition(".")[2]) or mimetypes.guess_type(name)[0]
    response = ranged(request, default_storage.open(path), default_storage.size(path), kind)
    response["Content-Security-Policy"] = INERT
    response["Cache-Control"] = f"private, max-age={settings.SESSION_COOKIE_AGE}"
    return response


@login_required
@require_safe
def replay_captions(request: SignedInRequest, public_id: UUID, recording: UUID) -> HttpResponse:
    """What is said in it, as WebVTT."""
    found = _recording_or_404(_session_or_404(request, public_id), recording)
    return HttpResponse(found.captions or "WEBVTT\n", content_type="text/vtt; charset=utf-8")


@login_required
@require_POST
def replay_watched(request: SignedInRequest, public_id: UUID, recording: UUID) -> HttpResponse:
    """What the page says that was played; somebody without a contract is not counted."""
    session = _session_or_404(request, public_id)
    found = _recording_or_404(session, recording)
    told = [piece for piece in request.POST.get("pieces", "")[:2000].split(",") if piece.isdecimal() and len(piece) < 6]
    position = request.POST.get("position", "")
    enrolment = enrolment_for(request.user, session)
    if enrolment is not None:
        watch(
            recording=found,
            enrolment=enrolment,
            pieces={int(piece) for piece in told},
            position=int(position) if position.isdecimal() and len(position) < 7 else 0,
            now=timezone.now(),
        )
    return HttpResponse(status=204)


@login_required
@require_POST
def replay_lesson(request: SignedInRequest, public_id: UUID, recording: UUID) -> HttpResponse:
    """One tap: a draft lesson that holds the replay."""
    session = _session_or_404(request, public_id)
    found = _recording_or_404(session, recording)
    form = LessonForm(request.POST, session=session)
    if not can_run(request.user, session) or not session.series.course_id:
        raise Http404
    if not form.is_valid():
        messages.warning(request, _("Choose the module that it goes into."))
        return redirect("seminars:replay", public_id)
    try:
        lesson = publish_lesson(
            recording=found, module=form.cleaned_data["module"], actor=request.user, now=timezone.now()
        )
    except DomainError as refused:
        messages.warning(request, refused.message)
        return redirect("seminars:replay", public_id)
    if lesson.permissions_for_user(request.user).can_edit():
        return redirect("wagtailadmin_pages:edit", lesson.pk)
    messages.success(request, _("The lesson is there as a draft: an editor reads it over and publishes it."))
    return redirect("seminars:results", public_id)


@login_required
@require_POST
def replay_again(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Have the film made once more."""
    session = _session_or_404(request, public_id)
    if not can_run(request.user, session):
        raise Http404
    try:
        make_again(session=session, now=timezone.now())
    except DomainError as refused:
        messages.warning(request, refused.message)
    else:
        messages.success(request, _("The film is being made again. You will be told when it is ready."))
    return redirect(reverse("seminars:results", args=[public_id]))


def _session_or_404(request: SignedInRequest, public_id: UUID) -> LiveSession:
    found: LiveSession = get_object_or_404(
        sessions_seen_by(request.user).select_related("series__course"), public_id=public_id
    )
    return found


def _recording_or_404(session: LiveSession, public_id: UUID) -> SessionRecording:
    return get_object_or_404(replays_of(session).select_related("session"), public_id=public_id)
