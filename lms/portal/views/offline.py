"""What the browser keeps for when there is no network: the worker that opens it, and the page that lists it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(max_age=3600)
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root of the site, since a service worker only sees what lies below its own address."""
    return render(request, "portal/sw.js", content_type="text/javascript; charset=utf-8")


@login_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The lessons saved in this browser, which alone knows them; its copy stands for a page that is not saved."""
    return render(request, "portal/offline.html")
