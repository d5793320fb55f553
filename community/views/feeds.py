"""A space read in a feed reader, and mails handed over by a mail service: doors without a session."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import rules
from community.formats.feeds import atom
from community.formats.mails import LARGEST
from community.models import SpaceFeed
from community.queries.feeds import entries_of, feed_behind
from community.services.feeds import make_feed, stop_feed
from community.services.inbound import receive
from community.views.spaces import space_or_404
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feed_address(request: SignedInRequest, slug: str) -> HttpResponse:
    """Her secret address of this space's feed; a POST makes a new one, which is shown this once."""
    found = space_or_404(request, slug)
    address = ""
    if request.method == "POST":
        token = make_feed(space=found, person=request.user, now=timezone.now())
        address = settings.SITE_URL + reverse("community:feed", args=[token])
    feed = SpaceFeed.objects.filter(space=found, person=request.user).first()
    context = {"space": found, "feed": feed, "address": address}
    return htmx.render(request, "community/reading/feed.html", context)


@login_required
@require_POST
def feed_stop(request: SignedInRequest, slug: str) -> HttpResponse:
    found = space_or_404(request, slug)
    stop_feed(space=found, person=request.user)
    return redirect("community:feed-address", slug=found.slug)


@never_cache
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The feed itself: who holds the address reads what its person reads today, and nothing once she does not."""
    found = feed_behind(token)
    if found is None or not rules.can_read_space(found.person, found.space):
        raise Http404
    text = atom(found.space, entries_of(found), found.person.language)
    response = HttpResponse(text, content_type="application/atom+xml; charset=utf-8")
    response["X-Robots-Tag"] = "noindex"
    return response


@csrf_exempt
@require_POST
def inbound(request: HttpRequest) -> HttpResponse:
    """A mail as it came (message/rfc822, or the field `email` of a form), from whoever knows the secret.

    The answer says nothing of what became of it: the mail's own writer is told.
    """
    secret = settings.INBOUND_MAIL_SECRET
    said = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not secret or not constant_time_compare(said, secret):
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return HttpResponse(status=413)
    receive(_mail_in(request), now=timezone.now())
    return HttpResponse(status=202)


def _mail_in(request: HttpRequest) -> bytes:
    if request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        if (sent := request.FILES.get("email")) is not None:
            return bytes(sent.read(LARGEST + 1))
        return request.POST.get("email", "").encode()
    return request.read(LARGEST + 1)
