"""The community's home, a space's threads, the questions that wait."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from community import rules
from community.models import Space, Thread
from community.queries.guides import guidelines
from community.queries.lessons import space_to_ask_in, threads_about, written_about
from community.queries.sight import sight_of, threads_seen_by
from community.queries.spaces import ThreadRow, home_of, moves_of, space_page
from community.queries.unanswered import WAITS
from community.queries.unanswered import unanswered as unanswered_questions
from courses.models import LessonPage
from courses.rules import can_read_lesson
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx

CHOICES = {
    "": pgettext_lazy("threads", "All"),
    "questions": _("Questions"),
    "unsolved": _("To solve"),
    "news": _("Announcements"),
}
PAGE = 30
"""Threads on a page of those that are no space's."""


@login_required
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Her cohort's space first, what is new, and the questions that wait."""
    enter_or_404(request)
    moves = moves_seen(request.user)
    found = home_of(request.user, timezone.now())
    context = {
        "home": found,
        "moves": moves,
        "may_ask": found.first is not None and rules.can_start_thread(request.user, found.first),
        "guidelines": guidelines(),
        "may_moderate": rules.can_moderate(request.user),
    }
    return htmx.render(request, "community/space/home.html", context, partial="forum")


@login_required
@require_safe
def space(request: SignedInRequest, slug: str) -> HttpResponse:
    """One space: what it is for, its threads."""
    found = space_or_404(request, slug)
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in CHOICES else ""
    after, moves = _thread_after(request, found), sum(moves_of([found]).values())
    page = space_page(found, request.user, timezone.now(), chosen=chosen, after=after)
    context = {
        "space": found,
        "moves": moves,
        "page": page,
        "chosen": chosen,
        "choices": CHOICES,
        "is_first_page": after is None,
        "may_start": rules.can_start_thread(request.user, found),
        "may_moderate": rules.can_moderate_space(request.user, found),
        "level": page.level,
    }
    return htmx.render(request, "community/space/space.html", context, partial="threads")


@login_required
@require_safe
def unanswered(request: SignedInRequest) -> HttpResponse:
    """Questions without any answer; by default those that have waited for a day."""
    enter_or_404(request)
    everything, now = request.GET.get("all") == "on", timezone.now()
    threads = unanswered_questions(request.user, now) if everything else unanswered_questions(request.user, now, WAITS)
    page = Paginator(threads, PAGE).get_page(request.GET.get("page"))
    return htmx.render(request, "community/space/unanswered.html", {"page": page, "everything": everything})


@login_required
@require_safe
def lesson(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What was written about a lesson, in all her spaces; htmx, on the lesson's own page, asks how much it is."""
    enter_or_404(request)
    about = get_object_or_404(LessonPage.objects.live(), public_id=public_id)
    if not can_read_lesson(request.user, about):
        raise Http404
    context: dict[str, Any] = {"lesson": about, "space": space_to_ask_in(request.user, about)}
    if request.htmx:
        context["written"] = written_about(about, request.user)
    else:
        page = Paginator(threads_about(about, request.user), PAGE).get_page(request.GET.get("page"))
        context |= {"page": page, "rows": [ThreadRow.opened(thread) for thread in page]}
    return htmx.render(request, "community/space/lesson.html", context, partial="beside")


def enter_or_404(request: SignedInRequest) -> None:
    if not rules.can_enter(request.user):
        raise Http404


def space_or_404(request: SignedInRequest, slug: str) -> Space:
    """A space she reads; another one is not there."""
    found = next((row for row in sight_of(request.user).spaces.values() if row.slug == slug), None)
    if found is None:
        raise Http404
    return found


def moves_seen(user: Any) -> int:
    """Until where all her spaces have moved, for a list of several; read before what the list shows."""
    return sum(moves_of(sight_of(user).spaces.values()).values())


def _thread_after(request: SignedInRequest, found: Space) -> Thread | None:
    public_id = uuid_or_none(request.GET.get("after", ""))
    return threads_seen_by(request.user).filter(space=found, public_id=public_id).first() if public_id else None


def uuid_or_none(text: str) -> UUID | None:
    """An id from an address; None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
