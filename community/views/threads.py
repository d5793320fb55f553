"""A thread: reading it, answering, starting another one, seeing what one writes before it is sent."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community import rules
from community.enums import ThreadKind
from community.formats.prose import quoted, read
from community.forms.posting import AnswerForm, ThreadForm
from community.models import Draft, Mention, Post, PostFile, Space, Thread
from community.models.threads import LONGEST_POST
from community.queries.drafts import draft_of
from community.queries.guides import guidelines
from community.queries.lessons import lessons_of
from community.queries.people_named import people_named
from community.queries.sight import posts_seen_by
from community.queries.thread import ThreadPage, page_start, start_before, start_of_last, thread_page
from community.services import posting
from community.services.drafts import drop_draft
from community.services.files import describe, take_all
from community.views.spaces import space_or_404, uuid_or_none
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from lms.kit.errors import DomainError
from lms.kit.ids import uuid7


@login_required
@require_safe
def thread(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Fifty posts of it, and the place to answer."""
    found = thread_or_404(request, public_id)
    if found.public_id != public_id:
        return redirect("community:thread", public_id=found.public_id, permanent=True)
    page = thread_page(found, request.user, _start(request, found))
    return htmx.render(request, "community/thread/thread.html", _thread_context(request, page))


@login_required
def answer(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The composer alone, for an answer to one message or a quote of it; a POST sends it."""
    found = thread_or_404(request, public_id)
    if request.method != "POST":
        return _answer_page(request, found, AnswerForm(initial=_answering(request, found)))
    form, now = AnswerForm(request.POST, request.FILES), timezone.now()
    if not form.is_valid():
        return _answer_page(request, found, form, status=422)
    try:
        post = posting.answer(
            thread=found,
            author=request.user,
            source=form.cleaned_data["source"],
            key=form.cleaned_data["key"],
            reply_to=_post_named(request, found, form.cleaned_data["to"]),
            files=_files(request, form, now),
            poll=form.cleaned_data["poll"],
            now=now,
        )
    except DomainError as refusal:
        form.add_error(_field_of(refusal), str(refusal))
        return _answer_page(request, found, form, status=422)
    drop_draft(person=request.user, place=_place(found))
    return sent(request, post)


@login_required
def new(request: SignedInRequest, slug: str) -> HttpResponse:
    """A new thread in a space: kind, title, message, the lesson it is about."""
    space = space_or_404(request, slug)
    if not rules.can_start_thread(request.user, space):
        raise Http404
    kinds = [kind for kind in ThreadKind.values if rules.can_post_kind(request.user, space, kind)]
    offered: dict[str, Any] = {"space": space, "kinds": kinds, "lessons": lessons_of(request.user)}
    if request.method != "POST":
        initial = {**drafted(draft_of(request.user, _place(space))), **_new()}
        initial |= {name: request.GET[name] for name in ("kind", "lesson") if name in request.GET}
        return _new_page(request, space, ThreadForm(initial=initial, **offered))
    form, now = ThreadForm(request.POST, request.FILES, **offered), timezone.now()
    if not form.is_valid():
        return _new_page(request, space, form, status=422)
    try:
        created = posting.start_thread(
            space=space,
            author=request.user,
            kind=form.cleaned_data["kind"],
            title=form.cleaned_data["title"],
            source=form.cleaned_data["source"],
            key=form.cleaned_data["key"],
            lesson=form.chosen_lesson,
            files=_files(request, form, now),
            poll=form.cleaned_data["poll"],
            now=now,
        )
    except DomainError as refusal:
        form.add_error(_field_of(refusal), str(refusal))
        return _new_page(request, space, form, status=422)
    drop_draft(person=request.user, place=_place(space))
    return sent(request, Post.objects.select_related("thread__space").get(thread=created, number=1))


@login_required
@require_POST
def preview(request: SignedInRequest, slug: str) -> HttpResponse:
    """What a message will look like, and who will be told because it names them: of another wording (`post`), those
    whom it did not name before. Nothing is kept."""
    space = space_or_404(request, slug)
    prose = read(request.POST.get("source", "")[:LONGEST_POST])
    public_id = uuid_or_none(request.POST.get("thread", ""))
    about = Thread.objects.filter(space=space, public_id=public_id).first() if public_id else None
    named = people_named(prose.mentions, space, about)
    edited = uuid_or_none(request.POST.get("post", ""))
    mentions = Mention.objects.filter(post__public_id=edited, post__author=request.user) if edited else None
    known = {request.user.pk, *(mentions.values_list("person", flat=True) if mentions else ())}
    context = {
        "html": prose.html,
        "told": [person for row in named for person in row.people if person.pk not in known],
        "unknown": [row.name for row in named if not row.people],
        "space": space,
    }
    return htmx.render(request, "community/thread/preview.html", context, partial="preview")


def thread_or_404(request: SignedInRequest, public_id: UUID) -> Thread:
    """The thread of this address, or the one it was merged into; one she may not read is not there."""
    rows = Thread.objects.select_related("space", "lesson", "accepted__author", "accepted_by", "author")
    found = get_object_or_404(rows, public_id=public_id)
    if found.merged_into_id is not None:
        found = rows.get(pk=found.merged_into_id)
    if not rules.can_read_thread(request.user, found):
        raise Http404
    return found


def sent(request: SignedInRequest, post: Post) -> HttpResponse:
    """Where one lands after sending: at the message, which may be taken back for ten seconds."""
    if post.hidden_at is not None:
        messages.info(
            request,
            _("Your message is kept. A moderator reads it before the others do, as happens to some first messages."),
        )
        gone = post.thread.hidden_at is not None
        return redirect("community:space", post.thread.space.slug) if gone else redirect(post_address(post))
    return redirect(post_address(post, sent=True))


def post_address(post: Post, *, sent: bool = False) -> str:
    """The page of the thread on which a message stands, and its place there."""
    start = page_start(post.thread, post.number)
    asked = {"from": start if start > 1 else None, "sent": post.public_id if sent else None}
    query = urlencode({name: value for name, value in asked.items() if value})
    address = reverse("community:thread", args=[post.thread.public_id])
    return f"{address}{'?' if query else ''}{query}#post-{post.number}"


def _thread_context(request: SignedInRequest, page: ThreadPage) -> dict[str, Any]:
    now = timezone.now()
    draft = draft_of(request.user, _place(page.thread)) if page.may_answer else None
    return {
        "page": page,
        "thread": page.thread,
        "space": page.space,
        "form": AnswerForm(initial={**drafted(draft), **_new()}),
        "draft": draft,
        "place": _place(page.thread),
        "may_start": rules.can_start_thread(request.user, page.space),
        "undo": _just_sent(request, page.thread, now),
    }


def _just_sent(request: SignedInRequest, thread: Thread, now: datetime) -> Post | None:
    """Her own message that may still be taken back at one tap."""
    public_id = uuid_or_none(request.GET.get("sent", ""))
    if public_id is None:
        return None
    mine = Post.objects.standing().filter(thread=thread, author=request.user, public_id=public_id)
    return mine.filter(created_at__gt=now - posting.UNDO).first()


def _start(request: SignedInRequest, thread: Thread) -> int:
    """Where the page asked for begins: at a number, before one, or so that it is the last page."""
    if request.GET.get("from") == "last":
        return start_of_last(thread)
    if before := _number(request.GET.get("before", "")):
        return start_before(thread, before)
    return _number(request.GET.get("from", "")) or 1


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _new() -> dict[str, Any]:
    return {"key": uuid7()}


def _place(about: Space | Thread) -> str:
    """Where a draft of it is kept."""
    return f"{'space' if isinstance(about, Space) else 'thread'}:{about.public_id}"


def drafted(draft: Draft | None) -> dict[str, Any]:
    """A draft as a form begins with it."""
    content = draft.content if draft is not None else {}
    several = {name: values for name, values in content.items() if name == "files"}
    return {name: values[0] for name, values in content.items() if values and isinstance(values, list)} | several


def _answering(request: SignedInRequest, thread: Thread) -> dict[str, Any]:
    """What the composer opens with: the draft, the message it answers, or its words as a quote."""
    initial = {**drafted(draft_of(request.user, _place(thread))), **_new()}
    quote = _post_named(request, thread, uuid_or_none(request.GET.get("quote", "")))
    to = quote or _post_named(request, thread, uuid_or_none(request.GET.get("to", "")))
    if quote is not None:
        words = quoted(quote.source, quote.author.get_full_name())
        initial["source"] = f"{initial.get('source', '')}\n\n{words}".lstrip("\n")
    if to is not None:
        initial["to"] = to.public_id
    return initial


def _post_named(request: SignedInRequest, thread: Thread, public_id: UUID | None) -> Post | None:
    if public_id is None:
        return None
    posts = posts_seen_by(request.user).filter(thread=thread, public_id=public_id)
    return posts.select_related("author").first()


def _answer_page(request: SignedInRequest, thread: Thread, form: AnswerForm, status: int = 200) -> HttpResponse:
    to = _post_named(request, thread, uuid_or_none(str(form["to"].value() or "")))
    context = {
        "thread": thread,
        "space": thread.space,
        "form": form,
        "to": to,
        "draft": draft_of(request.user, _place(thread)),
        "place": _place(thread),
        "may_answer": rules.can_answer(request.user, thread),
    }
    return htmx.render(request, "community/thread/answer.html", context, status=status)


def _new_page(request: SignedInRequest, space: Space, form: ThreadForm, status: int = 200) -> HttpResponse:
    place = _place(space)
    draft = draft_of(request.user, place)
    context = {"space": space, "form": form, "place": place, "draft": draft, "guidelines": guidelines()}
    return htmx.render(request, "community/thread/new.html", context, status=status)


def _files(request: SignedInRequest, form: AnswerForm, now: datetime) -> list[PostFile]:
    """The files sent with a form and before it; should the message be refused, the form keeps them by their ids, and
    they keep what was said of them."""
    cleaned = form.cleaned_data
    files = take_all(person=request.user, uploads=cleaned["upload"], ids=cleaned["files"], now=now)
    data = request.POST.copy()
    data.setlist("files", [str(file.public_id) for file in files])
    form.data = data
    describe(files=files, alts=cleaned["alts"])
    data["alts"] = ""
    return files


def _field_of(refusal: DomainError) -> str | None:
    """Where a refusal is written: beside what must change, or at the head of the form."""
    if refusal.code in {"empty", "too-long"}:
        return "source"
    if refusal.code == "alt":
        return "alts"
    return "poll_options" if refusal.code in {"few-options", "many-options", "same-options"} else None
