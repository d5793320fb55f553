"""The test of a device, before a call or a seminar."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lms.kit.live.device_words import device_words
from lms.kit.middleware import CALL_PERMISSIONS_POLICY


@login_required
@require_safe
def device_test(request: HttpRequest) -> HttpResponse:
    """Microphone, camera, loudspeakers, connection: each says what is wrong and what to do."""
    response = render(request, "portal/device_test.html", {"words": device_words()})
    response["Permissions-Policy"] = CALL_PERMISSIONS_POLICY
    return response
