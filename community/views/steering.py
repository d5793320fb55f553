"""A moderator's page of one thread: pinned, closed, locked, slow, moved, merged, split."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community import rules
from community.forms.steering import MergeForm, MoveForm, SplitForm, StateForm
from community.models import Post, Space, Thread
from community.queries.sight import sight_of, threads_seen_by
from community.services import steering
from community.views.threads import thread_or_404
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from lms.kit.errors import DomainError


@login_required
@require_safe
def manage(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Everything that may be done with the thread."""
    return _page(request, _moderated_or_404(request, public_id))


@login_required
@require_POST
def state(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Pin, close, lock, slow down, or the contrary."""
    found, form = _moderated_or_404(request, public_id), StateForm(request.POST)
    if not form.is_valid():
        return _page(request, found, state_form=form)
    try:
        steering.set_state(thread=found, **form.cleaned_data, actor=request.user, now=timezone.now())
    except DomainError as refusal:
        return _refused(request, found, "state_form", form, refusal)
    messages.success(request, _("The thread is as you chose."))
    return redirect("community:thread", public_id=found.public_id)


@login_required
@require_POST
def move(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """To another space."""
    found = _moderated_or_404(request, public_id)
    spaces = _other_spaces(request, found)
    form = MoveForm(request.POST, spaces=spaces)
    if not form.is_valid():
        return _page(request, found, move_form=form)
    try:
        space = next(row for row in spaces if row.slug == form.cleaned_data["space"])
        steering.move(thread=found, space=space, actor=request.user, now=timezone.now())
    except DomainError as refusal:
        return _refused(request, found, "move_form", form, refusal)
    messages.success(request, _("The thread has moved to %(space)s; its address has not changed.") % {"space": space})
    return redirect("community:thread", public_id=found.public_id)


@login_required
@require_POST
def merge(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Into another thread: the old address leads there."""
    found, form = _moderated_or_404(request, public_id), MergeForm(request.POST)
    into = form.chosen(threads_seen_by(request.user)) if form.is_valid() else None
    if into is None:
        if not form.errors:
            form.add_error("into", _("No thread has this address."))
        return _page(request, found, merge_form=form)
    try:
        steering.merge(thread=found, into=into, actor=request.user, now=timezone.now())
    except DomainError as refusal:
        return _refused(request, found, "merge_form", form, refusal)
    messages.success(request, _("Both threads are one now."))
    return redirect("community:thread", public_id=into.public_id)


@login_required
@require_POST
def split(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Some of its messages become a thread of their own."""
    found, form = _moderated_or_404(request, public_id), SplitForm(request.POST)
    if not form.is_valid():
        return _page(request, found, split_form=form)
    posts = list(Post.objects.filter(thread=found, number__in=form.cleaned_data["numbers"]))
    try:
        title, kind = form.cleaned_data["title"], form.cleaned_data["kind"]
        created = steering.split(
            thread=found, posts=posts, title=title, kind=kind, actor=request.user, now=timezone.now()
        )
    except DomainError as refusal:
        return _refused(request, found, "split_form", form, refusal)
    messages.success(request, _("These messages are a thread of their own now."))
    return redirect("community:thread", public_id=created.public_id)


def _moderated_or_404(request: SignedInRequest, public_id: UUID) -> Thread:
    found = thread_or_404(request, public_id)
    if not rules.can_moderate_space(request.user, found.space):
        raise Http404
    return found


def _other_spaces(request: SignedInRequest, found: Thread) -> list[Space]:
    sight = sight_of(request.user)
    return [space for pk, space in sight.spaces.items() if pk != found.space_id and sight.moderates(pk)]


def _refused(request: SignedInRequest, found: Thread, name: str, form: Any, refusal: DomainError) -> HttpResponse:
    form.add_error(None, str(refusal))
    return _page(request, found, **{name: form})


def _page(request: SignedInRequest, found: Thread, **forms: Any) -> HttpResponse:
    """The forms of the page, with the one that was refused as it was typed."""
    chosen = {
        "pinned": found.pinned_at is not None,
        "closed": found.closed_at is not None,
        "locked": found.locked_at is not None,
        "slow_mode_seconds": found.slow_mode_seconds,
    }
    spaces = _other_spaces(request, found)
    context = {
        "thread": found,
        "space": found.space,
        "refused_form": next(iter(forms.values()), None),
        "state_form": StateForm(initial=chosen),
        "move_form": MoveForm(spaces=spaces) if spaces else None,
        "merge_form": MergeForm(),
        "split_form": SplitForm(initial={"kind": found.kind}),
        **forms,
    }
    return htmx.render(request, "community/thread/manage.html", context, status=422 if forms else 200)
