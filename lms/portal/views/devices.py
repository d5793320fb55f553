"""The test of a device, before a call or a seminar."""

import secrets

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lms.kit.live.device_words import device_words
from lms.kit.middleware import CALL_PERMISSIONS_POLICY
from lms.kit.throttle import within_limit

NOISE = secrets.token_bytes(1_000_000)
"""Bytes that no proxy makes smaller."""
MEASURES_A_MINUTE = 20


@login_required
@require_safe
def device_test(request: HttpRequest) -> HttpResponse:
    """Microphone, camera, loudspeakers, connection: each says what is wrong and what to do."""
    response = render(request, "portal/device_test.html", {"words": device_words()})
    response["Permissions-Policy"] = CALL_PERMISSIONS_POLICY
    return response


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def device_test_line(request: HttpRequest) -> HttpResponse:
    """Bytes to time a connection by: GET gives them, POST takes some."""
    if not within_limit("device-test-line", str(request.user.pk), limit=MEASURES_A_MINUTE):
        return HttpResponse(status=429)
    if request.method == "POST":
        len(request.body)  # read to its end: only then has it come through
        return HttpResponse(status=204)
    return HttpResponse(NOISE, content_type="application/octet-stream")
