"""Registers the seminars app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SeminarsConfig(AppConfig):
    name = "seminars"
    verbose_name = _("Seminars")

    def ready(self) -> None:
        from courses.models import AcademyHomePage

        # --- Before

        # --- Attendance

        # --- After

        # The series stand under the academy's front door, which knows no wing.
        AcademyHomePage.subpage_types = [*AcademyHomePage.subpage_types, "seminars.SeminarSeriesPage"]
