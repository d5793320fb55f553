"""Shows the records of the community in Wagtail's admin, and the import of a forum."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .rules import can_import_forum
from .viewsets import CommunityGroup


@hooks.register("register_admin_viewset")
def register_community() -> list[Any]:
    return [CommunityGroup()]


@hooks.register("register_admin_urls")
def register_forum_import_urls() -> list[URLPattern | URLResolver]:
    from .services.forum_imports import ask_to_write, start_again, undo_import
    from .views import forum_imports  # not before the apps are ready: these views use forms with choosers

    urls = [
        path("", forum_imports.ImportList.as_view(), name="index"),
        path("send/", forum_imports.SendFile.as_view(), name="send"),
        path("<uuid:public_id>/", forum_imports.ImportReport.as_view(), name="report"),
        path("<uuid:public_id>/write/", forum_imports.ImportStep.as_view(step=ask_to_write), name="write"),
        path("<uuid:public_id>/again/", forum_imports.ImportStep.as_view(step=start_again), name="again"),
        path("<uuid:public_id>/undo/", forum_imports.ImportStep.as_view(step=undo_import), name="undo"),
    ]
    return [path("forum-imports/", include((urls, "forum_imports")))]


class ForumImportsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return can_import_forum(request.user)


@hooks.register("register_admin_menu_item")
def register_forum_imports_menu_item() -> MenuItem:
    return ForumImportsMenuItem(_("Forum imports"), reverse("forum_imports:index"), icon_name="upload", order=341)
