"""Questions that wait (M4), spaces and the rules that moderators change (M6)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community import rules
from community.enums import SpamSignal
from community.forms.moderation import SlowModeForm, SpamRuleForm
from community.models import ModerationTemplate, Space, SpamRule, TrustRule
from community.queries import moderation as queries
from community.queries.sight import sight_of
from community.services import moderation as services
from community.views.moderation import check_moderator
from lms.accounts.models import User
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx


@login_required
@never_cache
@require_safe
def unanswered(request: SignedInRequest) -> HttpResponse:
    """Questions of more than a day, with people who often help in their space."""
    check_moderator(request)
    rows = queries.unanswered_of(request.user, timezone.now())
    return htmx.render(request, "community/moderation/unanswered.html", {"rows": rows, "tab": "unanswered"})


@login_required
@require_POST
def ask(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Tell one person that this question waits."""
    check_moderator(request)
    thread = get_object_or_404(queries.unanswered(request.user, timezone.now()), public_id=public_id)
    try:
        person = User.objects.active().get(public_id=UUID(request.POST.get("person", "")))
        services.ask(thread=thread, person=person, actor=request.user, now=timezone.now())
    except (ValueError, User.DoesNotExist):
        messages.warning(request, _("Choose who could answer: nobody was told."))
    except services.ModerationRefused as refused:
        messages.warning(request, refused.message)
    else:
        messages.success(request, _("%(name)s is told.") % {"name": person.get_full_name()})
    return redirect("community:moderation-unanswered")


@login_required
@never_cache
@require_safe
def spaces(request: SignedInRequest) -> HttpResponse:
    """What happens in each space, and the rules everybody goes by."""
    check_moderator(request)
    return _show(request)


@login_required
@require_POST
def slow_mode(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    check_moderator(request)
    space = get_object_or_404(Space.objects.open(), public_id=public_id)
    if not rules.can_moderate_space(request.user, space):
        raise Http404
    form = SlowModeForm(request.POST)
    if not form.is_valid():
        return _show(request, status=422)
    services.set_slow_mode(space=space, seconds=form.cleaned_data["seconds"], actor=request.user, now=timezone.now())
    messages.success(request, _("Saved for %(space)s.") % {"space": space})
    return redirect("community:moderation-spaces")


@login_required
@require_POST
def spam_rule(request: SignedInRequest) -> HttpResponse:
    """Change what a signal counts, or add a word to the list."""
    _check_academy(request)
    form = SpamRuleForm(request.POST)
    if not form.is_valid():
        return _show(request, refused=form, status=422)
    services.set_spam_rule(**form.cleaned_data, actor=request.user, now=timezone.now())
    messages.success(request, _("The rule is saved."))
    return redirect("community:moderation-spaces")


def _check_academy(request: SignedInRequest) -> None:
    """Rules are everybody's: the academy's moderators change them."""
    if not rules.can_enter(request.user) or not sight_of(request.user).moderates_all:
        raise Http404


def _show(request: SignedInRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    context = {
        "rows": [(one, _slow_form(one.space)) for one in queries.activity_of(request.user, timezone.now())],
        "spam": [_spam_form(rule) for rule in SpamRule.objects.all()],
        "word_form": SpamRuleForm(initial={"signal": SpamSignal.WORD, "points": 40, "is_active": True}),
        "trust": TrustRule.objects.all(),
        "templates": ModerationTemplate.objects.all(),
        "may_change_rules": sight_of(request.user).moderates_all,
        "tab": "spaces",
    } | context
    return htmx.render(request, "community/moderation/spaces.html", context, status=status)


def _slow_form(space: Space) -> SlowModeForm:
    seconds = space.slow_mode_seconds
    return SlowModeForm(initial={"seconds": seconds}, now_set=seconds, auto_id=f"{space.public_id}_%s")


def _spam_form(rule: SpamRule) -> SpamRuleForm:
    initial = {"signal": rule.signal, "word": rule.word, "points": rule.points, "is_active": rule.is_active}
    return SpamRuleForm(initial=initial, auto_id=f"spam_{rule.pk}_%s")
