"""Registers the community app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = _("Community")

    def ready(self) -> None:
        from courses.models import AcademyHomePage
        from courses.registry import LessonLink, beside_lesson
        from lms.kit import nav
        from lms.kit.clock import every_minute

        from . import bookmark_notices, moderation_notices, policies, rules  # noqa: F401 - two register their kinds
        from .services.bookmarks import sweep_bookmarks
        from .services.files import sweep_loose_files

        unread = _("unread threads")
        nav.register(
            nav.NavItem(
                "community:home", _("Community"), "chat", 40, rules.can_enter, live="/ws/community/", unread=unread
            )
        )
        beside_lesson(LessonLink("community:lesson", _("Discuss this lesson"), "chat", rules.can_enter))
        for sweep in (sweep_bookmarks, sweep_loose_files):
            every_minute(sweep)

        # --- People: private messages, alumni.
        from lms.programmes.registry import on_state_changed

        from . import people_notices  # noqa: F401 - it registers its kinds of notification
        from .services.people import sweep_still_there, welcome_alumni

        every_minute(sweep_still_there)
        on_state_changed(welcome_alumni)

        policies.register()
        # Space moderators and alumni come to it from the community: a learner's bar keeps its four words.
        nav.register(nav.NavItem("community:queue", _("Moderation"), "shield", 42, rules.runs_moderation))

        # --- Reading: who is told of messages, cards of links, what happened while somebody was away.
        from . import notices  # noqa: F401 - it registers its kinds of notification
        from .services.absence import sweep_absent
        from .services.cards import sweep_links
        from .services.reading import sweep_tellings

        for sweep in (sweep_tellings, sweep_links, sweep_absent):
            every_minute(sweep)

        # The editors' guides stand under the academy's front door, which knows no wing.
        AcademyHomePage.subpage_types = [*AcademyHomePage.subpage_types, "community.GuidePage"]
