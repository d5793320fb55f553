"""One template, three transports: the whole page, or one of its fragments for htmx."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as django_render
from django.utils.cache import patch_vary_headers


def render(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, partial: str = "", status: int = 200
) -> HttpResponse:
    """Render `template`, or only its `partial` when htmx asks; says so to caches (`Vary: HX-Request`)."""
    wants_partial = bool(partial) and bool(request.htmx) and not request.htmx.boosted  # type: ignore[attr-defined]
    response = django_render(request, f"{template}#{partial}" if wants_partial else template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
