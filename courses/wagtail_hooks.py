"""Shows courses' own records in Wagtail's admin: the bank, the glossary, the modules of tracks, the imports."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from .rules import can_import
from .viewsets import GlossaryTermViewSet, QuestionViewSet, TrackModuleViewSet

register_snippet(QuestionViewSet)
register_snippet(GlossaryTermViewSet)


class ImportsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return can_import(request.user)


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    return [TrackModuleViewSet()]


@hooks.register("register_admin_urls")
def register_import_urls() -> list[URLPattern | URLResolver]:
    from .services.imports import ask_to_write, start_again
    from .services.undoing import undo_import
    from .views import imports  # not before the apps are ready: these views use forms with choosers

    urls = [
        path("", imports.ImportList.as_view(), name="index"),
        path("send/", imports.SendFile.as_view(), name="send"),
        path("<uuid:public_id>/", imports.ImportReport.as_view(), name="report"),
        path("<uuid:public_id>/write/", imports.ImportStep.as_view(step=ask_to_write), name="write"),
        path("<uuid:public_id>/again/", imports.ImportStep.as_view(step=start_again), name="again"),
        path("<uuid:public_id>/undo/", imports.ImportStep.as_view(step=undo_import), name="undo"),
    ]
    return [path("imports/", include((urls, "course_imports")))]


@hooks.register("register_admin_menu_item")
def register_imports_menu_item() -> MenuItem:
    return ImportsMenuItem(_("Imports"), reverse("course_imports:index"), icon_name="upload", order=340)


@hooks.register("insert_global_admin_css")
def admin_stylesheet() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("courses/admin.css"))
