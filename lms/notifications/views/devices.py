"""The browsers a person is told on; the worker that shows her the news there is the frame's, `portal/sw.js`."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from lms.accounts.templatetags.devices import device as device_words
from lms.notifications import rules, services, webpush
from lms.notifications.forms import DeviceForm
from lms.notifications.models import PushSubscription


@require_POST
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Sent by the page's script once the browser has agreed."""
    form = DeviceForm(request.POST)
    if not webpush.is_configured() or not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    words = device_words(request.headers.get("User-Agent", ""))
    services.remember_device(
        actor=_person(request),
        session_key=request.session.session_key or "",
        device=words,
        now=timezone.now(),
        **form.cleaned_data,
    )
    return HttpResponse(status=204)


@require_POST
@login_required
def renew(request: HttpRequest) -> HttpResponse:
    """Sent by any page, once after signing in, where the browser had agreed before."""
    services.renew_device(
        actor=_person(request),
        session_key=request.session.session_key or "",
        endpoint=request.POST.get("endpoint", "")[:1000],
    )
    return HttpResponse(status=204)


@require_POST
@login_required
def forget(request: HttpRequest, public_id: UUID) -> HttpResponse:
    device = get_object_or_404(PushSubscription, public_id=public_id)
    if not rules.can_forget_device(request.user, device):
        raise Http404
    services.forget_device(actor=_person(request), device=device)
    return redirect("notifications:choices")


def _person(request: HttpRequest) -> Any:
    return request.user
