"""The hours' pages, the attestation's PDF, and the public page that verifies it."""

from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lms.accounts.requests import SignedInRequest
from lms.kit import htmx, throttle
from lms.kit.errors import DomainError
from lms.kit.ids import normal_code
from lms.programmes.models import Enrolment
from lms.programmes.queries import roles_of
from lms.programmes.rules import can_correct_hours, can_see_hours

from .charts import chart_of
from .enums import ActivityKind, Verdict
from .forms import CorrectionForm, VerifyForm
from .models import Attestation, HourEntry
from .papers import render_attestation
from .proofs import proof_of
from .queries import assistance_of, attestations_of, by_month, help_of, timeline, totals, verdict_on
from .seals import thaw
from .services import correct_to, kept_by

LINES_A_PAGE = 20
VERIFICATIONS_A_MINUTE = 30


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
    context = {
        "enrolment": enrolment,
        "is_own": is_own,
        "corrects": can_correct_hours(request.user, enrolment),
        "totals": totals(enrolment),
        "months": months,
        "chart": chart_of(months),
        "lines": lines,
        "attestations": attestations_of(enrolment),
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
        pdf = render_attestation(thaw(attestation.paper))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("evidence:hours-of", attestation.enrolment.public_id)
    filename = f"attestation-{attestation.code}.pdf"
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{filename}"'}
    )


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
