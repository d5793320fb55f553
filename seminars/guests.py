"""Guests of public sessions: accounts without a password or a role, let in by their personal link and nowhere else.

A guest's session is opened by a backend of its own: as soon as she is given a password or any role, the link and what
it opened end, and she signs in like everybody. `only_seminars` keeps her to the pages of live seminars.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.auth.backends import BaseBackend
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from lms.accounts.models import User
from lms.programmes.queries import Roles

BACKEND = "seminars.guests.GuestBackend"
OPEN_TO_GUESTS = frozenset({"seminars"})
"""Namespaces; beside the pages below."""
PAGES = frozenset(
    {
        *("portal:help", "portal:accessibility", "portal:language", "portal:device-test", "portal:device-test-line"),
        *("account_logout", "account_login", "notifications:stop"),
    }
)
HOMES = frozenset({"wagtail_serve", "portal:home"})
"""Where the academy's name leads: to her list of sessions, for a guest."""


def is_guest(person: User) -> bool:
    """Nobody has given her a password, an invitation or a role."""
    if not person.is_active or person.has_arrived or person.is_superuser:
        return False
    roles = Roles(person)
    has_role = roles.enrolments or roles.partner_ids or roles.staffed_cohort_ids or roles.audited_funder_ids
    return not (has_role or roles.group_names or person.invitations.unanswered().exists())


class GuestBackend(BaseBackend):
    """Finds the guest of a session; proves nobody's identity: only `services.guests.enter` opens such a session."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: Any) -> User | None:
        person = User.objects.filter(pk=user_id).first()
        return person if person is not None and is_guest(person) else None


def is_guest_session(request: HttpRequest) -> bool:
    return request.session.get(BACKEND_SESSION_KEY) == BACKEND and request.user.is_authenticated


class OnlySeminars:
    """Middleware: whatever is not a page of live seminars does not exist for a guest."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not is_guest_session(request):
            return None
        request.is_guest = True  # type: ignore[attr-defined]
        if match.view_name in HOMES:
            return redirect("seminars:list")
        if match.namespace not in OPEN_TO_GUESTS and match.view_name not in PAGES:
            raise Http404
        return None
