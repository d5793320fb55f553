"""Telling moderators that a message needs them: one form for posts, private messages and offers."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community import rules
from community.enums import FlagReason
from community.forms.moderation import FlagForm, OfferFlagForm
from community.models import Offer, Post, PrivateMessage
from community.queries.guides import guidelines
from community.queries.sight import posts_seen_by, sight_of
from community.services.moderation import Flagged, ModerationRefused, flag
from community.views.offers import offer_or_404
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def flag_post(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Report a post that one reads."""
    posts = posts_seen_by(request.user).standing().select_related("thread__space", "author")
    return _flag(request, get_object_or_404(posts, public_id=public_id))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def flag_message(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Report a private message that one received, or sent, while one belongs here."""
    mine = Q(conversation__first=request.user) | Q(conversation__second=request.user)
    found = PrivateMessage.objects.filter(mine, hidden_at=None).select_related("author", "conversation")
    if not rules.can_enter(request.user):
        found = found.none()
    return _flag(request, get_object_or_404(found, public_id=public_id))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def flag_offer(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Report what somebody offers."""
    return _flag(request, offer_or_404(request, public_id))


def _flag(request: SignedInRequest, thing: Flagged) -> HttpResponse:
    initial = {"reason": request.GET.get("reason", "")}
    of_thing = OfferFlagForm if isinstance(thing, Offer) else FlagForm
    form = of_thing(request.POST or None, initial=initial, use_required_attribute=False)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                flag(
                    thing=thing,
                    flagger=request.user,
                    reason=FlagReason(said["reason"]),
                    words=said["words"],
                    now=timezone.now(),
                )
            except ModerationRefused as refused:
                form.add_error(None, refused.message)
            else:
                return _thanks(request, thing, FlagReason(said["reason"]))
    context = {
        "form": form,
        "thing": thing,
        "back": _back(thing),
        "is_private": isinstance(thing, PrivateMessage),
        "guidelines": guidelines(),
    }
    return htmx.render(request, "community/moderation/flag.html", context, status=status)


def _back(thing: Flagged) -> str:
    """Where it was read."""
    if isinstance(thing, Post):
        return reverse("community:post", args=[thing.public_id])
    if isinstance(thing, Offer):
        return reverse("community:offer", args=[thing.public_id])
    return reverse("community:conversation", args=[thing.conversation.public_id])


def _thanks(request: SignedInRequest, thing: Flagged, reason: FlagReason) -> HttpResponse:
    if reason == FlagReason.DANGER:
        words = _("The moderators are told now. If a life is at risk, call 15 or 112; by text message, 114.")
        messages.warning(request, words)
    else:
        messages.success(request, _("Thank you. A moderator reads it and tells you what became of it."))
    if _decides(request, thing):
        return redirect("community:flagged", public_id=thing.author.public_id)
    return redirect(_back(thing))


def _decides(request: SignedInRequest, thing: Flagged) -> bool:
    """Whether who reported it may decide about it at once."""
    if isinstance(thing, Post):
        return rules.can_moderate_space(request.user, thing.thread.space)
    return thing.author_id != request.user.pk and sight_of(request.user).moderates_all
