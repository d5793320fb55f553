"""Registers the coaching app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lms.kit import nav


class CoachingConfig(AppConfig):
    name = "coaching"
    verbose_name = _("Coaching")

    def ready(self) -> None:
        from lms.kit.clock import every_minute
        from lms.programmes.queries import roles_of

        from . import desk_notices, notices, policies  # noqa: F401 - they register their kinds of notification
        from .queries.learners import is_coach
        from .services.calendars import sweep_calendars
        from .services.copies import push_due
        from .services.reminders import sweep_reminders
        from .services.room import close_lost_stays
        from .services.seats import sweep_holds
        from .services.waiting import sweep_waiting

        policies.register()
        nav.register(
            nav.NavItem(
                "coaching:appointments", _("Appointments"), "cal", 30, lambda person: roles_of(person).is_learner
            )
        )
        nav.register(nav.NavItem("coaching:desk", _("My day"), "home", 15, is_coach))
        nav.register(nav.NavItem("coaching:diary", pgettext_lazy("navigation", "My diary"), "cal", 35, is_coach))
        for sweep in (sweep_holds, sweep_reminders, sweep_waiting, close_lost_stays, sweep_calendars, push_due):
            every_minute(sweep)
