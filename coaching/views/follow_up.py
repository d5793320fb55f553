"""What a learner does with her own follow-up: her goal in her words, her tasks."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coaching import rules
from coaching.forms.desk import GoalForm
from coaching.models import FollowUpTask
from coaching.queries.learners import follow_up_of
from coaching.services.goals import set_goal
from coaching.services.tasks import tick_task
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from lms.programmes.models import Enrolment
from lms.programmes.queries import roles_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def goal(request: SignedInRequest) -> HttpResponse:
    """My goal, in my words."""
    enrolment = _own_or_404(request)
    follow = follow_up_of(enrolment)
    form = GoalForm(request.POST or None, initial={"text": follow.goal.text if follow.goal else ""})
    if request.method == "POST" and form.is_valid():
        set_goal(enrolment=enrolment, text=form.cleaned_data["text"], actor=request.user, now=timezone.now())
        messages.success(request, _("Your goal is kept. Your coach reads it too."))
        return redirect("coaching:appointments")
    context = {"form": form, "follow": follow, "enrolment": enrolment}
    return htmx.render(request, "coaching/desk/goal.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def task(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Tick a task, or take the tick back."""
    rows = FollowUpTask.objects.select_related("enrolment__cohort")
    found = get_object_or_404(rows, public_id=public_id)
    if not rules.can_tick_task(request.user, found):
        raise Http404
    is_done = request.POST.get("done") != "0"
    tick_task(task=found, is_done=is_done, actor=request.user, now=timezone.now())
    messages.success(request, _("Done: one thing less.") if is_done else _("The task is open again."))
    back = request.POST.get("next", "")
    ours = back.startswith("/") and url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    )
    home = "coaching:appointments" if found.enrolment.learner_id == request.user.pk else "coaching:desk"
    return redirect(back if ours else home)


def _own_or_404(request: SignedInRequest) -> Enrolment:
    enrolment = next((row for row in roles_of(request.user).enrolments if row.is_open), None)
    if enrolment is None:
        raise Http404
    return enrolment
