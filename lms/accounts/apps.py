"""Registers the accounts app, and our people in Wagtail's admin."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users import apps as wagtail_users

from lms.kit.live import shut_door_unless


class AccountsConfig(AppConfig):
    name = "lms.accounts"
    verbose_name = _("People")
    default = True

    def ready(self) -> None:
        from . import (
            receivers,  # noqa: F401 - connects them
            rules,
        )

        shut_door_unless(rules.may_open_socket)


class PeopleAdminConfig(wagtail_users.WagtailUsersAppConfig):
    """Wagtail's users app with our person: no user name, no password typed by somebody else."""

    default = False
    user_viewset = "lms.accounts.viewsets.PersonViewSet"
