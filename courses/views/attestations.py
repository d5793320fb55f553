"""Asking for an attestation of hours; revoking an attestation."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.forms import RevocationForm
from courses.services import attestations
from lms.accounts.requests import SignedInRequest
from lms.evidence.models import Attestation
from lms.kit import htmx
from lms.kit.errors import DomainError
from lms.programmes.models import Enrolment
from lms.programmes.rules import can_revoke_attestation


@login_required
@require_POST
def attest_hours(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The learner asks for it herself; asked again on the same day, it is there already."""
    own = Enrolment.objects.filter(learner=request.user)
    enrolment = get_object_or_404(
        own.select_related("learner", "cohort__track", "cohort__partner__provider"), public_id=public_id
    )
    try:
        attestations.attest_hours(enrolment=enrolment, now=timezone.now())
    except DomainError as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _("Your attestation of today is there."))
    return redirect(reverse("evidence:hours-of", args=[enrolment.public_id]) + "#attestations")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Say why a paper is no longer valid, and confirm it."""
    known = Attestation.objects.select_related("enrolment__learner", "enrolment__cohort", "revoked_by")
    attestation = get_object_or_404(known, public_id=public_id)
    enrolment = attestation.enrolment
    if not can_revoke_attestation(request.user, enrolment):
        raise Http404
    form = RevocationForm(request.POST or None, use_required_attribute=False)
    if request.method == "POST" and form.is_valid():
        try:
            attestations.revoke(
                attestation=attestation, reason=form.cleaned_data["reason"], actor=request.user, now=timezone.now()
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The attestation is revoked, and its holder is told."))
            return redirect(reverse("evidence:hours-of", args=[enrolment.public_id]) + "#attestations")
    context = {"attestation": attestation, "enrolment": enrolment, "form": form}
    return htmx.render(
        request, "courses/attestation_revoke.html", context, status=422 if request.method == "POST" else 200
    )
