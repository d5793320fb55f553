"""Registers the community app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = _("Community")

    def ready(self) -> None:
        from courses.models import AcademyHomePage
        from lms.kit import nav
        from lms.kit.clock import every_minute

        from . import bookmark_notices, moderation_notices, policies, rules  # noqa: F401 - two register their kinds
        from .rules import can_enter
        from .services.bookmarks import sweep_bookmarks
        from .services.files import sweep_loose_files

        nav.register(nav.NavItem("community:home", _("Community"), "chat", 40, can_enter))
        for sweep in (sweep_bookmarks, sweep_loose_files):
            every_minute(sweep)

        policies.register()
        # Space moderators and alumni come to it from the community: a learner's bar keeps its four words.
        nav.register(nav.NavItem("community:queue", _("Moderation"), "shield", 42, rules.runs_moderation))

        # The editors' guides stand under the academy's front door, which knows no wing.
        AcademyHomePage.subpage_types = [*AcademyHomePage.subpage_types, "community.GuidePage"]
