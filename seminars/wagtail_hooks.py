"""Shows the records of live seminars in Wagtail's admin."""

from typing import Any

from wagtail import hooks

from .viewsets import SeminarsGroup


@hooks.register("register_admin_viewset")
def register_seminars() -> list[Any]:
    return [SeminarsGroup()]
