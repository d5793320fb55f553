"""The moderator's queue: what waits, what was reported about one person, the decision."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community import rules
from community.enums import Action
from community.forms.moderation import ChoiceForm, VerdictForm, versions_seen
from community.models import Standing
from community.moderation_notices import title_of
from community.queries import moderation as queries
from community.queries.sight import sight_of
from community.services import moderation as services
from lms.accounts.models import User
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from lms.kit.errors import DomainError


@login_required
@never_cache
@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """What waits, one item a person, the oldest first (M1)."""
    check_moderator(request)
    found = queries.queue_of(request.user, timezone.now())
    return htmx.render(request, "community/moderation/queue.html", {"queue": found, "tab": "queue"})


@login_required
@never_cache
@require_safe
def flagged(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What was reported about one person, as text, with what stands around it (M2)."""
    person = person_or_404(request, public_id)
    reported = queries.reported_of(request.user, person)
    # Who may be in danger is helped first; her words are not judged along with the rest.
    initial = {"items": [str(one.thing.public_id) for one in reported if not one.is_danger]}
    templates = queries.templates_in(person.language)
    form = ChoiceForm(initial=initial, reported=reported, templates=templates, use_required_attribute=False)
    return _show_flagged(request, person, reported, form)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The words of a decision, previewed as the author reads them, then sent (M3)."""
    person, now = person_or_404(request, public_id), timezone.now()
    reported = queries.reported_of(request.user, person)
    if not reported:
        messages.info(request, _("Nothing waits about this person any more. The journal says what was decided."))
        return redirect("community:queue")
    templates = queries.templates_in(person.language)
    sent = request.POST if request.method == "POST" else request.GET
    choice = ChoiceForm(sent, reported=reported, templates=templates, use_required_attribute=False)
    if not choice.is_valid():
        return _show_flagged(request, person, reported, choice, status=422)
    form = _verdict_form(request, person, choice)
    if request.method != "POST" or "preview" in request.POST:
        return _show_decision(request, person, choice, form)
    if not form.is_valid():
        return _show_decision(request, person, choice, form, status=422)
    seen = versions_seen(request.POST.getlist("seen"))
    try:
        decisions = services.decide(
            things=[one.thing for one in choice.chosen],
            seen={one.thing.pk: seen.get(one.thing.public_id, 0) for one in choice.chosen},
            verdict=form.verdict,
            moderator=request.user,
            now=now,
        )
    except DomainError as refused:
        form.add_error(None, refused.message)
        return _show_decision(request, person, choice, form, status=409 if refused.code == "changed" else 422)
    count = len([one for one in decisions if one.action != Action.PAUSE])
    words = ngettext("Decided: one message.", "Decided: %(count)d messages.", count) % {"count": count}
    messages.success(request, words)
    return redirect("community:queue")


def check_moderator(request: SignedInRequest) -> None:
    """Whoever moderates nothing finds nothing here."""
    if not rules.can_moderate(request.user):
        raise Http404


def person_or_404(request: SignedInRequest, public_id: UUID) -> User:
    check_moderator(request)
    return get_object_or_404(queries.people_moderated_by(request.user), public_id=public_id)


def _verdict_form(request: SignedInRequest, person: User, choice: ChoiceForm) -> VerdictForm:
    action = Action(choice.cleaned_data["action"])
    first, template = choice.chosen[0], choice.template_row
    given: dict[str, Any] = {
        "action": action,
        "may_pause": sight_of(request.user).moderates_all,
        "has_title": first.post is not None and first.post.number == 1,
        "use_required_attribute": False,
    }
    if request.method == "POST":
        return VerdictForm(request.POST, **given)
    title = first.post.thread.title if first.post else first.offer.title if first.offer else _("Private messages")
    initial: dict[str, Any] = {"source": first.thing.source, "title": title}
    if template is not None:
        initial |= {"rule": template.rule, "message": services.written(template, person=person, title=title)}
    return VerdictForm(initial=initial, **given)


def _show_flagged(
    request: SignedInRequest, person: User, reported: list[queries.Reported], form: ChoiceForm, *, status: int = 200
) -> HttpResponse:
    ticked = set(form["items"].value() or [])
    context = {
        "person": person,
        "rows": [(one, str(one.thing.public_id) in ticked) for one in reported],
        "form": form,
        "standing": Standing.objects.filter(person=person).first(),
        "strike_count": queries.strikes_counting(person, timezone.now()).count(),
        "now": timezone.now(),
    }
    return htmx.render(request, "community/moderation/flagged.html", context, status=status)


def _show_decision(
    request: SignedInRequest, person: User, choice: ChoiceForm, form: VerdictForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "person": person,
        "chosen": choice.chosen,
        "action": form.action,
        "told": title_of(form.action, is_offer=choice.chosen[0].offer is not None),
        "template": choice.cleaned_data["template"],
        "form": form,
        "rule": form["rule"].value() if "rule" in form.fields else "",
        "message": form["message"].value() if "message" in form.fields else "",
        "pauses": bool(form["is_pause"].value()) if "is_pause" in form.fields else False,
        "appeal_days": services.APPEAL.days,
    }
    return htmx.render(request, "community/moderation/decide.html", context, status=status)
