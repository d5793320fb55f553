"""The directory and its map, what one shows of oneself, and what is said to alumni."""

from collections.abc import Iterable
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
from community.departments import name_of
from community.enums import Audience
from community.forms.people import FindForm, ProfileForm
from community.models import Profile
from community.queries.badges import badges_of
from community.queries.messages import unread_conversations
from community.queries.people import find, is_alumni, is_blocked, listed, profile_of, territory, threads_begun_by
from community.queries.sight import sight_of
from community.services.people import PeopleRefused, block, confirm_still_there, show_profile, unblock
from lms.accounts.models import User
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx

PEOPLE_A_PAGE = 24
THREADS_SHOWN = 5


@login_required
@require_safe
def directory(request: SignedInRequest) -> HttpResponse:
    """Those who asked to be found, on a map, in its table and in a list."""
    enter_or_404(request)
    form = FindForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    everybody = listed()
    found = find(
        everybody,
        words=wanted.get("q", ""),
        department=wanted.get("department", ""),
        mentors=wanted.get("mentors", False),
    )
    page = Paginator(found, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "cards": [
            {"profile": profile, "badge": badge, "place": name_of(profile.department)}
            for profile, badge in _with_badges(page)
        ],
        "territory": territory(everybody),
        "is_narrowed": any(wanted.values()),
        "here": name_of(wanted.get("department", "")),
        "mine": profile_of(request.user),
        **shared(request),
    }
    return htmx.render(request, "community/people/directory.html", context)


@login_required
@require_safe
def person(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Somebody's page: what she shows, what she began, how to write to her."""
    who = person_or_404(request, public_id)
    profile = profile_of(who)
    is_self = who.pk == request.user.pk
    has_blocked = not is_self and is_blocked(who, by=request.user)
    context = {
        "who": who,
        "profile": profile,
        "badge": badges_of([who.pk]).get(who.pk, ""),
        "place": name_of(profile.department),
        "is_self": is_self,
        "is_here": rules.is_here(who),
        "shows": is_self or (profile.is_listed and rules.is_here(who)),
        "has_blocked": has_blocked,
        "may_write": rules.can_write_to(request.user, who)
        and not has_blocked
        and profile.takes_messages
        and not is_blocked(request.user, by=who),
        "threads": threads_begun_by(who, request.user)[:THREADS_SHOWN],
        **shared(request),
    }
    return htmx.render(request, "community/people/person.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: SignedInRequest) -> HttpResponse:
    """What I show in the directory; nothing until I say so."""
    enter_or_404(request)
    status = 200
    if request.method == "POST":
        form = ProfileForm(request.POST)
        status = 422
        if form.is_valid():
            try:
                profile = show_profile(person=request.user, shown=form.shown, now=timezone.now())
            except PeopleRefused as refused:
                form.add_error("department", refused.message)
            else:
                said = _("You are in the directory.") if profile.is_listed else _("You are not in the directory.")
                messages.success(request, said)
                return redirect("community:person", public_id=request.user.public_id)
    else:
        form = ProfileForm(initial=ProfileForm.of(profile_of(request.user)))
    return htmx.render(request, "community/people/me.html", {"form": form, **shared(request)}, status=status)


@login_required
@require_POST
def block_person(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Hear nothing more from somebody, who is not told; `undo` takes it back."""
    who = person_or_404(request, public_id)
    name = who.get_short_name()
    if "undo" in request.POST:
        unblock(person=request.user, blocked=who)
        messages.success(request, _("%(name)s may write to you again.") % {"name": name})
        return redirect("community:person", public_id=who.public_id)
    try:
        block(person=request.user, blocked=who, now=timezone.now())
    except PeopleRefused as refused:
        messages.error(request, refused.message)
    else:
        said = _("You hear nothing more from %(name)s, who does not know. A moderator can help: report a message.")
        messages.success(request, said % {"name": name})
    return redirect("community:person", public_id=who.public_id)


@login_required
@require_safe
def welcome(request: SignedInRequest) -> HttpResponse:
    """What stays one's own for life, for alumni."""
    _alumni_or_404(request)
    spaces = [space for space in sight_of(request.user).spaces.values() if space.audience == Audience.ALUMNI]
    context = {"spaces": spaces, "profile": profile_of(request.user), **shared(request)}
    return htmx.render(request, "community/people/welcome.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def still_there(request: SignedInRequest) -> HttpResponse:
    """The question of each year: is what I show still right? Nothing depends on the answer."""
    _alumni_or_404(request)
    if request.method == "POST":
        confirm_still_there(person=request.user, now=timezone.now())
        messages.success(request, _("Thank you. We ask again in a year."))
        return redirect("community:person", public_id=request.user.public_id)
    profile = profile_of(request.user)
    context = {"profile": profile, "place": name_of(profile.department), **shared(request)}
    return htmx.render(request, "community/people/still_there.html", context)


def shared(request: SignedInRequest) -> dict[str, object]:
    """What the tabs of these pages show."""
    return {"unread_private": unread_conversations(request.user)}


def enter_or_404(request: SignedInRequest) -> None:
    if not rules.can_enter(request.user):
        raise Http404


def person_or_404(request: SignedInRequest, public_id: UUID) -> User:
    """Somebody one may see; anybody else does not exist here."""
    who: User = get_object_or_404(User, public_id=public_id)
    if not rules.can_see_person(request.user, who):
        raise Http404
    return who


def _alumni_or_404(request: SignedInRequest) -> None:
    enter_or_404(request)
    if not is_alumni(request.user):
        raise Http404


def _with_badges(page: Iterable[Profile]) -> list[tuple[Profile, str]]:
    profiles = list(page)
    badges = badges_of([profile.person_id for profile in profiles])
    return [(profile, badges.get(profile.person_id, "")) for profile in profiles]
