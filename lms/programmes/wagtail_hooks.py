"""Shows the records of a programme in Wagtail's admin."""

from typing import Any

from wagtail import hooks

from .viewsets import ProgrammesGroup, choosers


@hooks.register("register_admin_viewset")
def register_programmes() -> list[Any]:
    return [ProgrammesGroup(), *choosers]
