"""Somebody may be in danger: what to do in order, who is on duty, what was done (M8)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.forms.moderation import DoneForm
from community.models import DangerAlert
from community.queries.moderation import alerts_seen_by, on_duty
from community.services.danger import DangerRefused, close_alert, take_alert
from community.views.moderation import check_moderator
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from lms.programmes.queries import provider

SHOWN = 50


@login_required
@never_cache
@require_safe
def alerts(request: SignedInRequest) -> HttpResponse:
    """The protocol, who is on duty, open alerts, and those of before."""
    check_moderator(request)
    rows = alerts_seen_by(request.user)
    context = {
        "open": list(rows.filter(closed_at=None)),
        "closed": list(rows.exclude(closed_at=None).order_by("-closed_at")[:SHOWN]),
        "duty": on_duty(timezone.now()),
        "provider": provider(),
        "tab": "alerts",
    }
    return htmx.render(request, "community/moderation/alerts.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def alert(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One alert; sent, it is closed with what was done."""
    found = _alert_or_404(request, public_id)
    form = DoneForm(request.POST or None, use_required_attribute=False)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                close_alert(alert=found, done=form.cleaned_data["done"], actor=request.user, now=timezone.now())
            except DangerRefused as refused:
                form.add_error(None, refused.message)
            else:
                messages.success(request, _("The alert is closed. What you did is kept."))
                return redirect("community:alerts")
    context = {
        "alert": found,
        "form": form,
        "duty": on_duty(timezone.now()),
        "provider": provider(),
        "words": found.post or found.message,
    }
    return htmx.render(request, "community/moderation/alert.html", context, status=status)


@login_required
@require_POST
def take(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _alert_or_404(request, public_id)
    try:
        take_alert(alert=found, actor=request.user, now=timezone.now())
    except DangerRefused as refused:
        messages.warning(request, refused.message)
    else:
        messages.success(request, _("You are on it. The others see your name."))
    return redirect("community:alert", public_id=public_id)


def _alert_or_404(request: SignedInRequest, public_id: UUID) -> DangerAlert:
    check_moderator(request)
    return get_object_or_404(alerts_seen_by(request.user), public_id=public_id)
