"""Registers the community app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = _("Community")

    def ready(self) -> None:
        from courses.models import AcademyHomePage
        from lms.kit.clock import every_minute

        from . import bookmark_notices  # noqa: F401 - it registers its kind of notification
        from .services.bookmarks import sweep_bookmarks
        from .services.files import sweep_loose_files

        for sweep in (sweep_bookmarks, sweep_loose_files):
            every_minute(sweep)

        # The editors' guides stand under the academy's front door, which knows no wing.
        AcademyHomePage.subpage_types = [*AcademyHomePage.subpage_types, "community.GuidePage"]
