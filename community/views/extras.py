"""Reactions, bookmarks, polls, files and drafts."""

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community import rules
from community.enums import FileKind
from community.forms.extras import BookmarkForm, ReactionForm, UploadForm, VoteForm
from community.models import Poll, Post, PostFile
from community.queries.bookmarks import PAGE, bookmark_on, bookmarks_of
from community.queries.drafts import drafts_of
from community.queries.extras import extras_of, file_url, poll_view
from community.queries.missed import Have, missed_by
from community.queries.sight import posts_seen_by, threads_seen_by
from community.rendering import post_html
from community.services import bookmarks, drafts, files, polls, reactions
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from lms.kit.errors import DomainError
from media.ranges import ranged
from media.views import INERT

NOT_KEPT = {"csrfmiddlewaretoken", "draft_place", "draft_version", "version", "key", "upload"}
"""Fields of a composer that are no part of a draft."""


@login_required
@require_POST
def react(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Say a word under a post, or take it back."""
    post = _post_or_404(request, public_id)
    form, refused = ReactionForm(request.POST), ""
    if form.is_valid():
        on = bool(form.cleaned_data["add"])
        kind = form.cleaned_data["add"] or form.cleaned_data["remove"]
        try:
            reactions.react(post=post, person=request.user, kind=kind, on=on, now=timezone.now())
        except DomainError as refusal:
            refused = str(refusal)
    else:
        refused = str(_("Choose a word under the message."))
    if request.htmx:
        context = {"post": post, "extras": extras_of([post.pk], request.user).of(post.pk), "refused": refused}
        return render(request, "community/extras/partials/reactions.html", context, status=422 if refused else 200)
    if refused:
        messages.warning(request, refused)
    return redirect("community:post", public_id=post.public_id)


# --- Bookmarks --------------------------------------------------------------------------------------------------------


@login_required
def bookmark(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Keep a post, with a word and a reminder; or keep it no longer."""
    post, now = _post_or_404(request, public_id), timezone.now()
    kept = bookmark_on(post, request.user)
    if request.method != "POST":
        return _bookmark_page(request, post, BookmarkForm(initial=_of_bookmark(kept)))
    if "drop" in request.POST:
        bookmarks.drop(post=post, person=request.user)
        messages.success(request, _("You do not keep this message any more."))
        return redirect("community:post", public_id=post.public_id)
    form = BookmarkForm(request.POST)
    if not form.is_valid():
        return _bookmark_page(request, post, form, status=422)
    try:
        bookmarks.keep(
            post=post,
            person=request.user,
            note=form.cleaned_data["note"],
            remind_at=form.remind_at(now),
            now=now,
        )
    except bookmarks.BookmarkRefused as refusal:
        form.add_error("when" if refusal.code == "past" else None, str(refusal))
        return _bookmark_page(request, post, form, status=422)
    messages.success(request, _("The message is kept. You find it in “What I keep”."))
    return redirect("community:post", public_id=post.public_id)


@login_required
@require_safe
def bookmark_list(request: SignedInRequest) -> HttpResponse:
    """What one keeps, the last one first."""
    _enter_or_404(request)
    page = Paginator(bookmarks_of(request.user), PAGE).get_page(request.GET.get("page"))
    return htmx.render(request, "community/extras/bookmarks.html", {"page": page})


# --- Polls ------------------------------------------------------------------------------------------------------------


@login_required
def poll(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The poll alone, as its reader sees it; a POST votes."""
    found = _poll_or_404(request, public_id)
    if request.method != "POST":
        return _poll_fragment(request, found)
    form, refused = VoteForm(request.POST), ""
    try:
        chosen = form.cleaned_data["option"] if form.is_valid() else []
        polls.vote(poll=found, person=request.user, options=chosen, now=timezone.now())
    except DomainError as refusal:
        refused = str(refusal)
    return _after_poll(request, found, refused)


@login_required
@require_POST
def poll_close(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Its author or a moderator ends a poll."""
    found = _poll_or_404(request, public_id)
    if not rules.can_close_poll(request.user, found):
        raise Http404
    polls.close_poll(poll=found, now=timezone.now())
    return _after_poll(request, found, "")


# --- Files ------------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def file_add(request: SignedInRequest) -> HttpResponse:
    """One file sent by the composer's script: where it is read, or a sentence that says why not."""
    _enter_or_404(request)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse({"error": str(next(iter(form.errors.values()))[0])}, status=422)
    try:
        file = files.take_file(
            person=request.user,
            upload=form.cleaned_data["upload"],
            alt=form.cleaned_data["alt"],
            now=timezone.now(),
        )
    except DomainError as refusal:
        return JsonResponse({"error": str(refusal), "code": refusal.code}, status=422)
    return JsonResponse(
        {
            "id": str(file.public_id),
            "url": file_url(file),
            "name": file.name,
            "alt": file.alt,
            "is_image": file.kind == FileKind.IMAGE,
        },
        status=201,
    )


@login_required
@require_safe
def file(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
    """A file, by its post's rule, in whole or by pieces; while it is loose, only to who sent it."""
    found = get_object_or_404(PostFile.objects.select_related("post__thread"), public_id=public_id)
    mine = found.post is None and found.person_id == request.user.pk
    if not mine and (found.post is None or not rules.can_read_post(request.user, found.post)):
        raise Http404
    try:
        opened = default_storage.open(str(found.file.name))
    except FileNotFoundError:
        raise Http404 from None
    is_image = found.kind == FileKind.IMAGE
    response = ranged(request, opened, found.size, "image/webp" if is_image else None)
    response["Content-Disposition"] = _disposition(found, is_image)
    response["Content-Security-Policy"] = INERT
    # What a moderator hides is gone from every screen within minutes.
    response["Cache-Control"] = "private, max-age=300"
    patch_vary_headers(response, ["Cookie"])
    return response


@login_required
@require_POST
def file_remove(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Throw away a file of one's own that no message has taken."""
    found = get_object_or_404(PostFile, public_id=public_id, person=request.user, post=None)
    files.drop_file(file=found)
    return HttpResponse(status=204)


# --- Drafts -----------------------------------------------------------------------------------------------------------


@login_required
def draft_list(request: SignedInRequest) -> HttpResponse:
    """What one is writing, on any device; a POST keeps one."""
    _enter_or_404(request)
    if request.method != "POST":
        return htmx.render(request, "community/extras/drafts.html", {"drafts": drafts_of(request.user)})
    try:
        draft = drafts.keep_draft(
            person=request.user,
            place=request.POST.get("draft_place", ""),
            content=_content(request),
            version=_version(request),
            now=timezone.now(),
        )
    except drafts.DraftConflict as conflict:
        other = {"version": conflict.draft.version, "content": conflict.draft.content} if conflict.draft else {}
        return _draft_answer(request, {"error": str(conflict), "version": 0, **other}, status=409)
    except drafts.DraftRefused as refusal:
        return _draft_answer(request, {"error": str(refusal)}, status=422)
    return _draft_answer(request, {"version": draft.version})


@login_required
@require_POST
def draft_drop(request: SignedInRequest) -> HttpResponse:
    """Throw a draft away."""
    _enter_or_404(request)
    drafts.drop_draft(person=request.user, place=request.POST.get("draft_place", ""))
    if _is_script(request):
        return HttpResponse(status=204)
    messages.success(request, _("The draft is gone."))
    return redirect("community:drafts")


# --- What a page has missed -------------------------------------------------------------------------------------------


@login_required
@require_safe
def thread_since(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What changed in a thread since a page showed it: new posts, new wordings, what is gone, the counts."""
    thread = get_object_or_404(threads_seen_by(request.user).select_related("accepted"), public_id=public_id)
    have = Have.read(request.GET.get("have", ""), request.GET.get("accepted", ""), request.GET.get("span", ""))
    if have is None:
        return JsonResponse({}, status=400)
    missed = missed_by(thread=thread, person=request.user, have=have, at_end=request.GET.get("end") == "1")
    language = get_language() or settings.LANGUAGE_CODE
    rendered = [
        {
            "id": str(post.public_id),
            "number": post.number,
            "version": post.version,
            "html": post_html(post, language, user=request.user),
        }
        for post in missed.posts
    ]
    response = JsonResponse(asdict(replace(missed, posts=())) | {"posts": rendered})
    response["Cache-Control"] = "no-store"
    return response


# --- Shared by the views above ----------------------------------------------------------------------------------------


def _enter_or_404(request: SignedInRequest) -> None:
    if not rules.can_enter(request.user):
        raise Http404


def _post_or_404(request: SignedInRequest, public_id: UUID) -> Post:
    seen = posts_seen_by(request.user).select_related("thread", "author")
    found: Post = get_object_or_404(seen, public_id=public_id)
    return found


def _poll_or_404(request: SignedInRequest, public_id: UUID) -> Poll:
    seen = posts_seen_by(request.user).values("pk")
    found: Poll = get_object_or_404(
        Poll.objects.select_related("post__thread", "post__author"), public_id=public_id, post__in=seen
    )
    return found


def _poll_fragment(request: SignedInRequest, found: Poll, refused: str = "") -> HttpResponse:
    view = poll_view(found, request.user)
    context = {"poll": view, "refused": refused, "can_close": rules.can_close_poll(request.user, found)}
    return render(request, "community/extras/partials/poll.html", context, status=422 if refused else 200)


def _after_poll(request: SignedInRequest, found: Poll, refused: str) -> HttpResponse:
    if request.htmx:
        return _poll_fragment(request, found, refused)
    if refused:
        messages.warning(request, refused)
    return redirect("community:post", public_id=found.post.public_id)


def _bookmark_page(request: SignedInRequest, post: Post, form: BookmarkForm, status: int = 200) -> HttpResponse:
    context = {"post": post, "form": form, "kept": bookmark_on(post, request.user)}
    return htmx.render(request, "community/extras/bookmark.html", context, status=status)


def _of_bookmark(kept: Any) -> dict[str, Any]:
    if kept is None:
        return {"when": ""}
    return {"note": kept.note, "when": "on" if kept.remind_at else "", "on": kept.remind_at}


def _content(request: SignedInRequest) -> drafts.Content:
    return {name: request.POST.getlist(name) for name in request.POST if name not in NOT_KEPT}


def _version(request: SignedInRequest) -> int:
    typed = request.POST.get("draft_version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _is_script(request: SignedInRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _draft_answer(request: SignedInRequest, said: dict[str, Any], status: int = 200) -> HttpResponse:
    if _is_script(request):
        return JsonResponse(said, status=status)
    if "error" in said:
        messages.warning(request, said["error"])
    else:
        messages.success(request, _("Your draft is kept. You find it here from any device."))
    return redirect("community:drafts")


def _disposition(found: PostFile, is_image: bool) -> str:
    header: str | None = content_disposition_header(not is_image, found.name)
    return header or "attachment"
