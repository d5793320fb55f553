"""The hours' pages, the attestation's PDF, the links that show it, and the public page that verifies it."""

from collections.abc import Callable
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.accounts.requests import SignedInRequest
from lms.kit import htmx, throttle
from lms.kit.errors import DomainError
from lms.kit.ids import normal_code
from lms.kit.tokens import digest_of
from lms.programmes.models import Enrolment
from lms.programmes.queries import roles_of
from lms.programmes.rules import can_correct_hours, can_revoke_attestation, can_see_hours

from .charts import chart_of
from .enums import ActivityKind, Verdict
from .forms import CorrectionForm, ShareForm, VerifyForm
from .models import Attestation, AttestationShare, HourEntry
from .papers import render_attestation
from .proofs import proof_of
from .queries import (
    MINUTES_BEFORE_HOURS,
    assistance_of,
    attestations_of,
    by_month,
    help_of,
    links_of,
    timeline,
    totals,
    verdict_on,
)
from .seals import thaw
from .services import correct_to, kept_by, share_attestation, stop_sharing

LINES_A_PAGE = 20
VERIFICATIONS_A_MINUTE = 30
SHARED_A_MINUTE = 30


@login_required
@require_safe
def hours(request: HttpRequest) -> HttpResponse:
    """One's own hours, in the enrolment that comes first."""
    enrolments = roles_of(request.user).enrolments
    if not enrolments:
        return htmx.render(request, "evidence/hours_empty.html")
    return _hours_page(request, enrolments[0])


@login_required
@require_safe
def hours_of(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same page, of any enrolment one may follow."""
    return _hours_page(request, _enrolment_or_404(request, public_id))


@login_required
@require_safe
def assistance(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every answer the team gave, dated, with the time it took."""
    enrolment = _enrolment_or_404(request, public_id)
    context = {
        "enrolment": enrolment,
        "is_own": enrolment.learner_id == request.user.pk,
        "help": help_of(enrolment),
        "page_obj": Paginator(assistance_of(enrolment), LINES_A_PAGE).get_page(request.GET.get("page")),
    }
    return htmx.render(request, "evidence/assistance.html", context)


def _enrolment_or_404(request: HttpRequest, public_id: UUID) -> Enrolment:
    enrolments = Enrolment.objects.select_related("learner", "coach", "cohort__track", "cohort__partner")
    enrolment = get_object_or_404(enrolments, public_id=public_id)
    if not can_see_hours(request.user, enrolment):
        raise Http404
    return enrolment


def _hours_page(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    months = by_month(enrolment, timezone.localdate())
    is_own = enrolment.learner_id == request.user.pk
    lines = Paginator(timeline(enrolment), LINES_A_PAGE).get_page(request.GET.get("page"))
    for line in lines:
        line.proof = proof_of(line.activity_kind, line.activity_id, is_own=is_own)  # type: ignore[attr-defined]
    sums, attestations = totals(enrolment), list(attestations_of(enrolment))
    context = {
        "enrolment": enrolment,
        "is_own": is_own,
        "corrects": can_correct_hours(request.user, enrolment),
        "revokes": can_revoke_attestation(request.user, enrolment),
        "totals": sums,
        "months": months,
        "chart": chart_of(months),
        "lines": lines,
        "attestations": attestations,
        "minutes_before": MINUTES_BEFORE_HOURS,
        "missing": max(0, MINUTES_BEFORE_HOURS - sums.credited),
        "asked_today": any(one.until == timezone.localdate() for one in attestations),
        "help": help_of(enrolment),
        "others": [other for other in roles_of(request.user).enrolments if other != enrolment] if is_own else [],
    }
    return htmx.render(request, "evidence/hours.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct_line(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Say that a lesson counts for other minutes, and why. Meetings are corrected where they are reported."""
    lessons = HourEntry.objects.filter(activity_kind=ActivityKind.LESSON, corrects=None)
    line = get_object_or_404(lessons.select_related("enrolment__cohort", "enrolment__learner"), public_id=public_id)
    enrolment = line.enrolment
    if not can_correct_hours(request.user, enrolment):
        raise Http404
    kept = kept_by(line)
    form = CorrectionForm(
        request.POST or None, initial={"minutes": kept}, most=line.planned_minutes, use_required_attribute=False
    )
    if request.method == "POST" and form.is_valid():
        try:
            correct_to(entry=line, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as refused:
            form.add_error("reason" if refused.code == "no-reason" else "minutes", refused.message)
        else:
            messages.success(request, _("The minutes are corrected."))
            return redirect("evidence:hours-of", enrolment.public_id)
    context = {"line": line, "enrolment": enrolment, "kept": kept, "form": form}
    return htmx.render(request, "evidence/correct.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_safe
def attestation_pdf(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The paper, word for word as it was issued; a revoked one is no longer handed out."""
    attestations = Attestation.objects.filter(revoked_at=None).select_related("enrolment__cohort")
    attestation = get_object_or_404(attestations, public_id=public_id)
    if not can_see_hours(request.user, attestation.enrolment):
        raise Http404
    try:
        return _pdf(attestation)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("evidence:hours-of", attestation.enrolment.public_id)


def _pdf(attestation: Attestation) -> HttpResponse:
    filename = f"attestation-{attestation.code}.pdf"
    return HttpResponse(
        render_attestation(thaw(attestation.paper)),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Its holder alone makes links that show the paper, and sees those she made."""
    own = Attestation.objects.filter(enrolment__learner=request.user, revoked_at=None)
    attestation = get_object_or_404(own.select_related("enrolment"), public_id=public_id)
    now = timezone.now()
    form = ShareForm(request.POST or None, initial={"days": 30}, use_required_attribute=False)
    if request.method == "POST" and form.is_valid():
        try:
            share_attestation(attestation=attestation, now=now, **form.cleaned_data)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The link is ready: copy it below."))
            return redirect(reverse("evidence:share", args=[public_id]) + "#links")
    context = {"attestation": attestation, "form": form, "links": links_of(attestation, now)}
    return htmx.render(request, "evidence/share.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_POST
def share_stop(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    own = AttestationShare.objects.filter(attestation__enrolment__learner=request.user)
    link = get_object_or_404(own.select_related("attestation"), public_id=public_id)
    stop_sharing(share=link, now=timezone.now())
    messages.success(request, _("The link is stopped: it shows nothing any more."))
    if link.attestation.revoked_at:
        return redirect("evidence:hours-of", link.attestation.enrolment.public_id)
    return redirect("evidence:share", link.attestation.public_id)


@never_cache
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What a link shows to whoever has it: what the paper says, and the paper itself."""
    return _shared(request, token, lambda attestation: _shared_page(request, token, attestation))


@never_cache
@require_safe
def shared_pdf(request: HttpRequest, token: str) -> HttpResponse:
    return _shared(request, token, _pdf)


def _shared_page(request: HttpRequest, token: str, attestation: Attestation) -> HttpResponse:
    context = {"token": token, "attestation": attestation, "paper": thaw(attestation.paper)}
    return htmx.render(request, "evidence/shared.html", context)


def _shared(request: HttpRequest, token: str, answer: Callable[[Attestation], HttpResponse]) -> HttpResponse:
    """A link that is over, stopped, unknown or to a revoked paper: one and the same answer."""
    who = get_adapter(request).get_client_ip(request)
    if not throttle.within_limit("shared", who, limit=SHARED_A_MINUTE):
        response = htmx.render(request, "evidence/shared_gone.html", {"is_slowed": True}, status=429)
        response["Retry-After"] = "60"
    else:
        open_links = AttestationShare.objects.open_at(timezone.now()).select_related("attestation__enrolment")
        link = open_links.filter(token_digest=digest_of(token)).first()
        if link and verdict_on(link.attestation) == Verdict.VALID:
            try:
                response = answer(link.attestation)
            except DomainError as refused:
                response = htmx.render(request, "evidence/shared_gone.html", {"refused": refused}, status=422)
        else:
            response = htmx.render(request, "evidence/shared_gone.html", {}, status=404)
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Where anybody types the code of a paper; a plain link away from the answer, so no JavaScript."""
    form = VerifyForm(request.GET or None)
    if form.is_valid():
        return redirect("evidence:verify-code", form.cleaned_data["code"])
    return _verification(request, {"form": form})


@never_cache
@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What the QR code opens: valid, no longer valid or unknown, and nothing the paper does not say."""
    who = get_adapter(request).get_client_ip(request)
    if not throttle.within_limit("verify", who, limit=VERIFICATIONS_A_MINUTE):
        response = _verification(request, {"form": VerifyForm(), "is_slowed": True}, status=429)
        response["Retry-After"] = "60"
        return response
    code = normal_code(code)
    attestation = Attestation.objects.select_related("enrolment").filter(code=code).first()
    verdict = verdict_on(attestation)
    context = {
        "form": VerifyForm(),
        "code": code,
        "verdict": verdict,
        "attestation": attestation,
        "paper": thaw(attestation.paper) if attestation and verdict == Verdict.VALID else None,
    }
    return _verification(request, context, status=404 if verdict == Verdict.UNKNOWN else 200)


def _verification(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    response = htmx.render(request, "evidence/verify.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
