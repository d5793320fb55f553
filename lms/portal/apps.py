"""Registers the portal and its places in the navigation."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lms.kit import nav


class PortalConfig(AppConfig):
    name = "lms.portal"
    label = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from lms.programmes.rules import can_follow_cohorts  # models are loaded only now

        nav.register(nav.NavItem("portal:home", _("Home"), "home", 10, is_signed_in))
        nav.register(nav.NavItem("portal:cohorts", _("Cohorts"), "people", 40, can_follow_cohorts))


def is_signed_in(person: Any) -> bool:
    return bool(person.is_authenticated)
