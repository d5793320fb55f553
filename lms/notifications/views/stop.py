"""No more of these mails, by the link at their foot, without signing in."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lms.notifications import services
from lms.notifications.stops import Stop, stop_behind


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A page with one button: mail scanners open links too, and must turn nothing off."""
    asked = _asked(token)
    if request.method == "POST":
        services.one_click_stop(person=asked.person, kind=asked.kind, now=timezone.now())
    with translation.override(asked.person.language):
        context = {"stop": asked, "token": token, "is_done": request.method == "POST"}
        response = render(request, "notifications/stop.html", context)
        response["Content-Language"] = asked.person.language
        return response


@csrf_exempt  # RFC 8058: a mail program posts here, with no page of ours before; the signed link is its proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_now(request: HttpRequest, token: str) -> HttpResponse:
    """What `List-Unsubscribe` names: a mail program's one click posts exactly this body; a person's click reads."""
    if request.method != "POST":
        return redirect("notifications:stop", token)
    if request.POST.get("List-Unsubscribe") != "One-Click":
        raise PermissionDenied
    asked = _asked(token)
    services.one_click_stop(person=asked.person, kind=asked.kind, now=timezone.now())
    return HttpResponse(status=204)


def _asked(token: str) -> Stop:
    asked = stop_behind(token)
    if asked is None:
        raise Http404
    return asked
