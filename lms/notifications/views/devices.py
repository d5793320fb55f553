"""The browsers a person is told on, and the service worker that shows her the news there."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

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
    services.remember_device(actor=_person(request), device=words, now=timezone.now(), **form.cleaned_data)
    return HttpResponse(status=204)


@require_POST
@login_required
def forget(request: HttpRequest, public_id: UUID) -> HttpResponse:
    device = get_object_or_404(PushSubscription, public_id=public_id)
    if not rules.can_forget_device(request.user, device):
        raise Http404
    services.forget_device(actor=_person(request), device=device)
    return redirect("notifications:choices")


@require_safe
@cache_control(max_age=3600)
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root of the site, since a service worker only sees what lies below its own address."""
    return render(request, "notifications/sw.js", content_type="text/javascript; charset=utf-8")


def _person(request: HttpRequest) -> Any:
    return request.user
