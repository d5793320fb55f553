"""Registers the programmes app and its permission policies."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "lms.programmes"
    verbose_name = _("Programmes")
