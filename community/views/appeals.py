"""A decision and its appeal: the page of the person it is about, the moderators' answers, the journal (M9)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.enums import Action, AppealState
from community.forms.moderation import AnswerForm, AppealForm
from community.models import Appeal, Decision
from community.moderation_notices import title_of
from community.queries.moderation import appeals_seen_by, decisions_seen_by, journal_page
from community.services import moderation as services
from community.views.moderation import check_moderator
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx

ANSWERED = 50


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What was decided and why, for the person and for moderators; the person appeals here."""
    found, is_mine = _decision_or_404(request, public_id)
    form = AppealForm(request.POST or None, use_required_attribute=False)
    if request.method != "POST":
        return _show(request, found, form, is_mine=is_mine)
    if not is_mine:
        raise Http404
    if form.is_valid():
        try:
            services.appeal(decision=found, words=form.cleaned_data["words"], actor=request.user, now=timezone.now())
        except services.ModerationRefused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Your appeal has left. Another moderator reads it and answers here."))
            return redirect("community:decision", public_id=public_id)
    return _show(request, found, form, is_mine=is_mine, status=422)


@login_required
@require_POST
def undo_decision(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """A moderator takes a decision back."""
    check_moderator(request)
    found = get_object_or_404(decisions_seen_by(request.user).exclude(person=request.user), public_id=public_id)
    try:
        services.undo(decision=found, actor=request.user, now=timezone.now())
    except services.ModerationRefused as refused:
        messages.warning(request, refused.message)
    else:
        messages.success(request, _("The decision is undone. The person is told."))
    return redirect("community:decision", public_id=public_id)


@login_required
@never_cache
@require_safe
def appeals(request: SignedInRequest) -> HttpResponse:
    """Open appeals, the oldest first, then what was answered."""
    check_moderator(request)
    rows = appeals_seen_by(request.user)
    context = {
        "open": list(rows.filter(state=AppealState.OPEN)),
        "answered": list(rows.exclude(state=AppealState.OPEN).order_by("-answered_at")[:ANSWERED]),
        "tab": "appeals",
    }
    return htmx.render(request, "community/moderation/appeals.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Read the decision again, and answer."""
    check_moderator(request)
    found = get_object_or_404(appeals_seen_by(request.user), public_id=public_id)
    form = AnswerForm(request.POST or None, use_required_attribute=False)
    if request.method != "POST":
        return _show_appeal(request, found, form)
    if form.is_valid():
        try:
            services.answer_appeal(
                appeal=found,
                is_overturned=form.cleaned_data["outcome"] == AppealState.OVERTURNED,
                answer=form.cleaned_data["answer"],
                actor=request.user,
                now=timezone.now(),
            )
        except services.ModerationRefused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Your answer has left."))
            return redirect("community:appeals")
    return _show_appeal(request, found, form, status=422)


@login_required
@never_cache
@require_safe
def journal(request: SignedInRequest) -> HttpResponse:
    """Every decision, the newest first; or only mine."""
    check_moderator(request)
    mine = bool(request.GET.get("mine"))
    try:
        before = UUID(request.GET["before"]) if "before" in request.GET else None
    except ValueError:
        raise Http404 from None
    page = journal_page(request.user, mine=mine, before=before)
    return htmx.render(request, "community/moderation/journal.html", {"page": page, "mine": mine, "tab": "journal"})


def _decision_or_404(request: SignedInRequest, public_id: UUID) -> tuple[Decision, bool]:
    rows = Decision.objects.select_related("post__thread__space", "message_about", "offer", "person", "moderator")
    found = get_object_or_404(rows, public_id=public_id)
    if found.person_id == request.user.pk:
        return found, True
    check_moderator(request)
    return get_object_or_404(decisions_seen_by(request.user), public_id=public_id), False


def _show(
    request: SignedInRequest, found: Decision, form: AppealForm, *, is_mine: bool, status: int = 200
) -> HttpResponse:
    rows = services.together(found)
    asked = Appeal.objects.filter(decision__in=rows).first()
    answerable = any(row.action in services.ANSWERED_BY_APPEAL for row in rows)
    until = found.at + services.APPEAL
    context = {
        "decision": found,
        "title": title_of(found.action, is_offer=found.offer_id is not None),
        "with_it": [row for row in rows if row.pk != found.pk and row.action != Action.PAUSE],
        "pause": next((row for row in rows if row.action == Action.PAUSE and row.pk != found.pk), None),
        "words": found.post or found.message_about or found.offer,
        "appeal": asked,
        "form": form,
        "is_mine": is_mine,
        "until": until,
        "may_appeal": is_mine and answerable and asked is None and until > timezone.now(),
        "may_undo": not is_mine and answerable,
    }
    return htmx.render(request, "community/moderation/decision.html", context, status=status)


def _show_appeal(request: SignedInRequest, found: Appeal, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    rows = services.together(found.decision)
    context = {
        "appeal": found,
        "decision": found.decision,
        "rows": rows,
        "words": [words for row in rows if (words := row.post or row.message_about or row.offer)],
        "form": form,
    }
    return htmx.render(request, "community/moderation/appeal.html", context, status=status)
