"""Registers the portal and its places in the navigation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lms.kit import nav


class PortalConfig(AppConfig):
    name = "lms.portal"
    label = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from lms.portal.rules import has_home  # models are loaded only now
        from lms.programmes.rules import can_follow_cohorts

        nav.register(nav.NavItem("portal:home", _("Home"), "home", 10, has_home))
        nav.register(nav.NavItem("portal:cohorts", _("Cohorts"), "people", 40, can_follow_cohorts))
