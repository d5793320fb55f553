"""Registers the programmes app: its permission policies, and what follows an accepted invitation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "lms.programmes"
    verbose_name = _("Programmes")

    def ready(self) -> None:
        from lms.accounts import registry

        from . import policies, services

        policies.register()
        registry.on_invitation_accepted(services.activate_invited)
