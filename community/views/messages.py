"""Private messages: the list, one conversation, writing."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import rules
from community.forms.people import PrivateForm, UntilForm
from community.models import Conversation
from community.queries.badges import badges_of
from community.queries.messages import conversation_between, conversations_of, lines, other_of, talk
from community.queries.people import is_blocked
from community.services.messages import MessageRefused, mark_read, send_private
from community.services.trust import SandboxRefused
from community.views.people import enter_or_404, person_or_404, shared
from lms.accounts.models import User
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx

CONVERSATIONS_A_PAGE = 30


@login_required
@never_cache
@require_safe
def conversations(request: SignedInRequest) -> HttpResponse:
    """Mine, the latest first."""
    enter_or_404(request)
    page = Paginator(conversations_of(request.user), CONVERSATIONS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "lines": lines(request.user, list(page)), **shared(request)}
    return htmx.render(request, "community/messages/list.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The first message to somebody; who has written with her before goes on in their conversation."""
    who = person_or_404(request, public_id)
    if not rules.can_write_to(request.user, who):
        raise Http404
    conversation = conversation_between(request.user, who)
    if request.method == "POST":
        return _send(request, who, conversation)
    if conversation is not None and conversation.last_number:
        return redirect("community:conversation", public_id=conversation.public_id)
    return _write_page(request, who, PrivateForm(initial={"key": PrivateForm.new_key()}))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The last messages with somebody, and a place to answer."""
    found = _mine_or_404(request, public_id)
    if request.method == "POST":
        return _send(request, other_of(found, request.user), found)
    return _show(request, found, PrivateForm(initial={"key": PrivateForm.new_key()}))


@login_required
@require_POST
def read(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """I have read up to here: said by the page when it is open, or by a button."""
    found = _mine_or_404(request, public_id)
    form = UntilForm(request.POST)
    if form.is_valid():
        mark_read(conversation=found, person=request.user, until=form.cleaned_data["until"])
    if request.htmx:
        return HttpResponse()  # the button goes
    return redirect("community:messages")


def _send(request: SignedInRequest, who: User, found: Conversation | None) -> HttpResponse:
    form = PrivateForm(request.POST)
    if form.is_valid():
        try:
            message = send_private(
                author=request.user,
                person=who,
                source=form.cleaned_data["source"],
                key=form.cleaned_data["key"],
                now=timezone.now(),
            )
        except (MessageRefused, SandboxRefused) as refused:
            form.add_error("source", refused.message)
        else:
            if message.hidden_at is not None:
                messages.info(request, _("A moderator reads this message before it arrives."))
            url = redirect("community:conversation", public_id=message.conversation.public_id).url
            return redirect(f"{url}#m{message.number}")
    if found is not None and found.last_number:
        return _show(request, found, form, status=422)
    return _write_page(request, who, form, status=422)


def _show(request: SignedInRequest, found: Conversation, form: PrivateForm, status: int = 200) -> HttpResponse:
    before = UntilForm({"until": request.GET.get("before", "")})
    shown = talk(found, request.user, before.cleaned_data["until"] if before.is_valid() else None)
    context = {
        "talk": shown,
        "other": shown.other,
        "badge": badges_of([shown.other.pk]).get(shown.other.pk, ""),
        "has_page": rules.can_see_person(request.user, shown.other),
        "has_blocked": is_blocked(shown.other, by=request.user),
        "form": form,
        "new": [message.number for message in shown.messages if shown.is_new(message)],
        **shared(request),
    }
    return htmx.render(request, "community/messages/conversation.html", context, partial="log", status=status)


def _write_page(request: SignedInRequest, who: User, form: PrivateForm, status: int = 200) -> HttpResponse:
    context = {"who": who, "badge": badges_of([who.pk]).get(who.pk, ""), "form": form, **shared(request)}
    return htmx.render(request, "community/messages/write.html", context, status=status)


def _mine_or_404(request: SignedInRequest, public_id: UUID) -> Conversation:
    found = get_object_or_404(Conversation.objects.select_related("first", "second"), public_id=public_id)
    if not rules.can_read_conversation(request.user, found):
        raise Http404
    return found
