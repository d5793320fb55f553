"""One message: its address for ever, its wordings, changing it, taking it back, the answer that solves."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community import rules
from community.formats.prose import read
from community.forms.posting import EditForm
from community.models import Post
from community.queries.drafts import draft_of
from community.queries.wordings import wordings_of
from community.services import posting
from community.services.drafts import drop_draft
from community.views.threads import drafted, post_address, sent
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from lms.kit.errors import DomainError


@login_required
@require_safe
def post(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The address of a message, for ever: it leads to its place in its thread, wherever that is now."""
    found = _post_or_404(request, public_id, is_standing=False)
    return redirect(post_address(found))


@login_required
def edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Another wording; when somebody saved meanwhile, both texts are shown."""
    found, now = _post_or_404(request, public_id), timezone.now()
    if not rules.can_edit_post(request.user, found):
        raise Http404
    is_first = found.number == 1
    if request.method != "POST":
        return _going_on(request, found)
    form = EditForm(request.POST, is_first=is_first)
    if not form.is_valid():
        return _edit_page(request, found, form, status=422)
    cleaned = form.cleaned_data
    try:
        saved = posting.edit(
            post=found,
            source=cleaned["source"],
            version=cleaned["version"],
            title=cleaned.get("title"),
            actor=request.user,
            now=now,
        )
    except posting.VersionRefused as refusal:
        return _conflict_page(request, refusal)
    except DomainError as refusal:
        form.add_error("source" if refusal.code in {"empty", "too-long"} else None, str(refusal))
        return _edit_page(request, found, form, status=422)
    drop_draft(person=request.user, place=_place(found))
    if saved.hidden_at is not None:  # it waits for a moderator
        return sent(request, saved)
    return redirect("community:post", public_id=found.public_id)


@login_required
@require_safe
def history(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Every wording of a message, the last one first; what a moderator took out, moderators alone still read."""
    found = _post_or_404(request, public_id)
    rows = wordings_of(found, with_removed=rules.can_moderate_space(request.user, found.thread.space))
    versions = [{"version": version, "html": read(version.source).html} for version in rows]
    return htmx.render(request, "community/thread/history.html", {"post": found, "versions": versions})


@login_required
def take_back(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Take a message back: at once from the toast, which leads back to its text; later after a word of
    confirmation."""
    found = _post_or_404(request, public_id)
    if not rules.can_take_back(request.user, found):
        raise Http404
    if request.method != "POST":
        return htmx.render(request, "community/thread/take_back.html", {"post": found, "thread": found.thread})
    try:
        draft = posting.take_back(post=found, actor=request.user, now=timezone.now())
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect("community:post", public_id=found.public_id)
    found.thread.refresh_from_db()
    if draft is not None:
        messages.success(request, _("Your message is taken back: here is your text."))
        if found.number == 1:
            return redirect("community:thread-new", found.thread.space.slug)
        return redirect(post_address(found).partition("#")[0] + "#answer")
    messages.success(request, _("Your message is taken back."))
    if found.thread.hidden_at is not None:
        return redirect("community:space", found.thread.space.slug)
    return redirect(post_address(found))


@login_required
@require_POST
def accept(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """This answer solves the question, or does not any more (`accept` empty)."""
    found = _post_or_404(request, public_id)
    chosen = found if request.POST.get("accept") else None
    if chosen is None and found.thread.accepted_id != found.pk:
        return redirect("community:post", public_id=found.public_id)
    try:
        posting.accept(thread=found.thread, post=chosen, actor=request.user, now=timezone.now())
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    return redirect("community:post", public_id=found.public_id)


def _post_or_404(request: SignedInRequest, public_id: UUID, *, is_standing: bool = True) -> Post:
    """A message she may read; `is_standing` False: also the place where one stood."""
    rows = Post.objects.select_related("thread__space", "author")
    found = get_object_or_404(rows, public_id=public_id)
    readable = rules.can_read_post if is_standing else _can_read_its_thread
    if not readable(request.user, found):
        raise Http404
    return found


def _can_read_its_thread(user: Any, post: Post) -> bool:
    return rules.can_read_thread(user, post.thread)


def _going_on(request: SignedInRequest, found: Post) -> HttpResponse:
    """The message as it stands, or the draft of its next wording; both, where it was saved since the draft was kept."""
    draft = draft_of(request.user, _place(found))
    stands = {"title": found.thread.title, "source": found.source, "version": found.version}
    form = EditForm(initial={**stands, **drafted(draft)}, is_first=found.number == 1)
    more: dict[str, Any] = {}
    if draft is not None and found.edited_at is not None and found.edited_at > draft.kept_at:
        more = {"theirs": found, "refusal": posting.VersionRefused(found)}
    return _edit_page(request, found, form, **more)


def _edit_page(request: SignedInRequest, found: Post, form: EditForm, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "post": found,
        "thread": found.thread,
        "space": found.thread.space,
        "form": form,
        "place": _place(found),
        "draft": draft_of(request.user, _place(found)),
        **more,
    }
    return htmx.render(request, "community/thread/edit.html", context, status=status)


def _place(post: Post) -> str:
    return f"post:{post.public_id}"


def _conflict_page(request: SignedInRequest, refusal: posting.VersionRefused) -> HttpResponse:
    """What was saved meanwhile above what was typed; saving again takes the place of the former."""
    theirs = refusal.post
    form = EditForm({**request.POST.dict(), "version": str(theirs.version)}, is_first=theirs.number == 1)
    form.is_valid()
    return _edit_page(request, theirs, form, status=409, theirs=theirs, refusal=refusal)
