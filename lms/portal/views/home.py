"""The first page after signing in: a learner's day, or the rooms of a member of staff."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coaching.queries.learners import is_coach
from lms.kit import htmx
from lms.kit.cards import cards_for
from lms.portal.forms import GOAL_CHOICES, WeeklyGoalForm
from lms.portal.queries.home import home_of
from lms.programmes.queries import roles_of
from lms.programmes.rules import can_follow_cohorts
from lms.programmes.services import set_weekly_goal


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where am I, what do I do now, who can help me. A coach's home is her desk; other staff get their rooms."""
    enrolments = roles_of(request.user).enrolments
    if enrolments and enrolments[0].is_open:
        shown = home_of(enrolments[0], timezone.localdate())
        return htmx.render(request, "portal/home.html", {"home": shown, "goal_choices": GOAL_CHOICES})
    if is_coach(request.user):
        return redirect("coaching:desk")
    roles = roles_of(request.user)
    cards = cards_for(request.user, timezone.now())
    has_room = bool(enrolments or roles.is_editor or roles.is_moderator or can_follow_cohorts(request.user) or cards)
    context = {"roles": roles, "enrolments": enrolments, "has_room": has_room, "cards": cards}
    return htmx.render(request, "portal/home_staff.html", context)


@login_required
@require_POST
def weekly_goal(request: HttpRequest) -> HttpResponse:
    """The learner chooses the time she wants to give each week; changing it costs nothing."""
    enrolment = next((row for row in roles_of(request.user).enrolments if row.is_open), None)
    if enrolment is None:
        raise Http404
    form = WeeklyGoalForm(request.POST)
    if form.is_valid():
        set_weekly_goal(enrolment=enrolment, minutes=form.cleaned_data["minutes"])
        messages.success(request, _("Your week is set."))
    else:
        messages.warning(request, _("Choose a time in the list."))
    return redirect("portal:home")
