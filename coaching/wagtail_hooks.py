"""Shows the records of coaching in Wagtail's admin."""

from typing import Any

from wagtail import hooks

from .viewsets import CoachingGroup


@hooks.register("register_admin_viewset")
def register_coaching() -> list[Any]:
    return [CoachingGroup()]
