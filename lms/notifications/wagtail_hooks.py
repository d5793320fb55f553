"""Shows the administrator, in Wagtail's admin, what could not leave."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .rules import can_see_outbox
from .views import outbox


class OutboxMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return can_see_outbox(request.user)


@hooks.register("register_admin_urls")
def register_outbox_urls() -> list[URLPattern | URLResolver]:
    urls = [
        path("", outbox.Outbox.as_view(), name="index"),
        path("retry/", outbox.retry_all, name="retry-all"),
        path("<uuid:public_id>/retry/", outbox.retry, name="retry"),
        path("<uuid:public_id>/forget/", outbox.forget, name="forget"),
    ]
    return [path("outbox/", include((urls, "outbox")))]


@hooks.register("register_settings_menu_item")
def register_outbox_menu_item() -> MenuItem:
    return OutboxMenuItem(_("Queues and mailings"), reverse("outbox:index"), icon_name="mail", order=900)
