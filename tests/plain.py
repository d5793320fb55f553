"""Errors without their pages: drawing them is most of the time of a sweep that only counts who is let in."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from pytest_django import Settings


def forbidden(request: HttpRequest, *told: Any, **details: Any) -> HttpResponse:
    return HttpResponse(status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(status=404)


@pytest.fixture
def plain_errors(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused form and what does not exist answer with their number alone."""
    settings.CSRF_FAILURE_VIEW = "tests.plain.forbidden"
    for name, answer in (("forbidden", forbidden), ("not_found", not_found)):
        monkeypatch.setattr(f"lms.portal.views.errors.{name}", answer)
