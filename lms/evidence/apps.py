"""Registers the evidence app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "lms.evidence"
    verbose_name = _("Evidence")
