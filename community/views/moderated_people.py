"""One person, for moderators: trust, strikes, what was decided, the pause (M5)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import rules
from community.forms.moderation import PauseForm, TemplateForm
from community.queries.moderation import file_of, templates_in
from community.services.moderation import ModerationRefused, pause_person, resume_person, written
from community.views.moderation import person_or_404
from lms.accounts.models import User
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx


@login_required
@never_cache
@require_safe
def person(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Everything moderation knows of somebody, for who moderates where she writes."""
    who, now = person_or_404(request, public_id), timezone.now()
    found = file_of(request.user, who, now)
    until = found.standing.paused_until
    context = {
        "person": who,
        "file": found,
        "paused_until": until if until is not None and until > now else None,
        "may_pause": rules.can_pause(request.user, who),
    }
    return htmx.render(request, "community/moderation/person.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Nothing more is written for 24 hours; the person reads why. A rule chosen before (GET) fills in its message."""
    who = _pausable_or_404(request, public_id)
    choice = TemplateForm(request.GET, templates=templates_in(who.language))
    template = choice.template_row if choice.is_valid() else None
    initial = {}
    if template is not None:
        message = written(template, person=who, title=_("Community"))
        initial = {"rule": template.rule, "message": message}
    form = PauseForm(request.POST or None, initial=initial, use_required_attribute=False)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                pause_person(person=who, moderator=request.user, now=timezone.now(), **form.cleaned_data)
            except ModerationRefused as refused:
                form.add_error(None, refused.message)
            else:
                messages.success(request, _("Paused for 24 hours. The person reads why, and how to appeal."))
                return redirect("community:moderated-person", public_id=public_id)
    context = {"person": who, "form": form, "choice": choice}
    return htmx.render(request, "community/moderation/pause.html", context, status=status)


@login_required
@require_POST
def resume(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    who = _pausable_or_404(request, public_id)
    try:
        resume_person(person=who, moderator=request.user, now=timezone.now())
    except ModerationRefused as refused:
        messages.warning(request, refused.message)
    else:
        messages.success(request, _("The pause is over. The person is told."))
    return redirect("community:moderated-person", public_id=public_id)


def _pausable_or_404(request: SignedInRequest, public_id: UUID) -> User:
    who = person_or_404(request, public_id)
    if not rules.can_pause(request.user, who):
        raise Http404
    return who
