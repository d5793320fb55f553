"""The editors' pages of the community: a space's welcome, the guidelines."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from community import rules
from community.models import GuidePage
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx


def guide(request: HttpRequest, *, page: GuidePage, preview: bool = False) -> HttpResponse:
    """A guide as members read it, and as its editor previews it."""
    return _draw(request, page) if preview else _for_members(cast("SignedInRequest", request), page=page)


@login_required
def _for_members(request: SignedInRequest, *, page: GuidePage) -> HttpResponse:
    if not rules.can_enter(request.user):
        raise Http404
    return _draw(request, page)


def _draw(request: Any, page: GuidePage) -> HttpResponse:
    return htmx.render(request, "community/guide/guide.html", {"page": page})
