"""Registers what accounts change in Wagtail's admin."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail import hooks

from .models import User


@hooks.register("before_bulk_action")
def people_one_by_one(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> None:
    """Wagtail's bulk actions on people write around our services (sessions, sockets, grace): none is allowed."""
    if action.model is User:
        raise PermissionDenied
