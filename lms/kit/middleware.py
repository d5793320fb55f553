"""Headers every answer carries, and those that keep private pages out of shared caches."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_cache_control

Handler = Callable[[HttpRequest], HttpResponse]

_DEVICES = "camera={who}, display-capture={who}, microphone={who}"
_NEVER = "accelerometer=(), browsing-topics=(), geolocation=(), gyroscope=(), payment=(), usb=()"
PERMISSIONS_POLICY = f"{_NEVER}, {_DEVICES.format(who='()')}"
CALL_PERMISSIONS_POLICY = f"{_NEVER}, {_DEVICES.format(who='(self)')}"
"""For the pages where people call each other: set as `Permissions-Policy` by their views."""


class CompressedPages(GZipMiddleware):
    """Pages leave compressed, to a quarter of their size. Files are left alone: they have lengths and ranges to keep.

    The size of a compressed page could tell what it holds to somebody who makes a victim ask for it again and again
    with guesses in the address (BREACH). Django adds up to 100 random bytes to each answer, its form tokens are masked
    anew each time, and no page carries another secret.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


def security_headers(get_response: Handler) -> Handler:
    """Closes what the product never uses: device interfaces, cross-origin embedding of our resources."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def admin_content_security_policy(get_response: Handler) -> Handler:
    """Gives `/admin/` its own policy; placed inside Django's middleware, which reads the override it leaves."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/admin/") and not hasattr(response, "_csp_config"):
            response._csp_config = settings.ADMIN_CSP  # type: ignore[attr-defined]
        return response

    return middleware


def private_pages(get_response: Handler) -> Handler:
    """What a signed-in person sees is stored by nobody else: `no-store`, so that Back after logout shows nothing.

    A view that knows better (a public file, an image) says so by setting `Cache-Control` itself.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware
