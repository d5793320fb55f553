"""Searching, what is unread, how closely one reads."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.forms.reading import PageForm, SearchForm, SpaceLevelForm, ThreadLevelForm, UntilForm
from community.queries.search import Found, similar
from community.queries.search import search as found_by
from community.queries.sight import sight_of
from community.queries.unread import unread_page
from community.services import reading
from community.views.spaces import enter_or_404, moves_seen, space_or_404
from community.views.threads import thread_or_404
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx


@login_required
@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """Messages by their words, author, space, dates; solved questions or open ones."""
    enter_or_404(request)
    form = SearchForm(request.GET, spaces=sight_of(request.user).spaces.values())
    page = PageForm(request.GET)
    found, asked = Found((), 1, has_more=False), None
    if form.is_valid():
        asked = form.asked()
        found = found_by(request.user, asked, page.cleaned_data["page"] if page.is_valid() else 1)
    context = {"form": form, "found": found, "asked": asked, "words": request.GET.get("q", "")}
    status = 200 if form.is_valid() else 422
    return htmx.render(request, "community/reading/search.html", context, partial="results", status=status)


@login_required
@require_safe
def similar_threads(request: SignedInRequest, slug: str) -> HttpResponse:
    """What was asked before in nearly the same words."""
    found = space_or_404(request, slug)
    threads = similar(request.user, request.GET.get("title", "")[:200])
    context = {"space": found, "threads": threads, "title": request.GET.get("title", "")}
    return htmx.render(request, "community/reading/similar.html", context, partial="similar")


@login_required
@require_safe
def unread(request: SignedInRequest) -> HttpResponse:
    """What is new in all her spaces, and a button for each that says: I have read it all."""
    enter_or_404(request)
    moves = moves_seen(request.user)
    context = {"page": unread_page(request.user, timezone.now()), "moves": moves}
    return htmx.render(request, "community/reading/unread.html", context, partial="unread")


@login_required
@require_POST
def read_space(request: SignedInRequest, slug: str) -> HttpResponse:
    """Everything in this space counts as read."""
    found = space_or_404(request, slug)
    reading.mark_space_read(space=found, person=request.user, now=timezone.now())
    messages.success(request, _("Everything in this space counts as read."))
    return redirect("community:unread")


@login_required
@require_POST
def read_thread(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """I have read up to here: said by the page while it is read, or by a button."""
    found = thread_or_404(request, public_id)
    form = UntilForm(request.POST)
    if form.is_valid():
        reading.mark_read(thread=found, person=request.user, until=form.cleaned_data["until"], now=timezone.now())
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect("community:unread")


@login_required
@require_POST
def thread_level(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Watch, follow, normal, mute."""
    found = thread_or_404(request, public_id)
    form = ThreadLevelForm(request.POST)
    if form.is_valid():
        level = form.cleaned_data["level"]
        reading.set_thread_level(thread=found, person=request.user, level=level, now=timezone.now())
        messages.success(request, _("Your choice for this thread is kept."))
    return redirect("community:thread", public_id=found.public_id)


@login_required
@require_POST
def space_level(request: SignedInRequest, slug: str) -> HttpResponse:
    found = space_or_404(request, slug)
    form = SpaceLevelForm(request.POST)
    if form.is_valid():
        level = form.cleaned_data["level"]
        reading.set_space_level(space=found, person=request.user, level=level, now=timezone.now())
        messages.success(request, _("Your choice for this space is kept."))
    return redirect("community:space", slug=found.slug)
