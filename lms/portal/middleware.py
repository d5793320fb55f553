"""Refusals in the academy's own words, in every mode."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from .views import errors


class kind_errors:  # noqa: N801 - a middleware, named as the others
    """Shows our own page for "not found" and "forbidden" even where DEBUG would show Django's.

    What one may not see answers exactly as what does not exist, so both go through one view.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Http404):
            return errors.not_found(request, exception)
        if isinstance(exception, PermissionDenied):
            return errors.forbidden(request, exception)
        return None
