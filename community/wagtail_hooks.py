"""Shows the records of the community in Wagtail's admin."""

from typing import Any

from wagtail import hooks

from .viewsets import CommunityGroup


@hooks.register("register_admin_viewset")
def register_community() -> list[Any]:
    return [CommunityGroup()]
