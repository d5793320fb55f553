"""Registers the seminars app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SeminarsConfig(AppConfig):
    name = "seminars"
    verbose_name = _("Seminars")

    def ready(self) -> None:
        from courses.models import AcademyHomePage

        # --- Before
        from lms.kit import cards, nav

        from . import notices, policies  # noqa: F401 - the first registers its kinds of notification
        from .queries.sessions import run_by
        from .queries.sight import follows_seminars
        from .services.registration import sweep_reminders
        from .services.staff import sweep_staff_reminders

        policies.register()
        cards.register(cards.Card("seminars/before/partials/run_by.html", run_by))
        nav.register(
            nav.NavItem("seminars:list", _("Live seminars"), "cam", 45, follows_seminars, in_account_menu=True)
        )
        # --- Attendance
        from lms.evidence import proofs
        from lms.evidence.enums import ActivityKind
        from lms.kit.clock import every_minute

        from . import attendance_notices  # noqa: F401 - registers its kinds of notification
        from .queries.attendance import address_of
        from .services.attendance import sweep_forgotten_sessions, sweep_lost_stays
        from .services.hands import sweep_hands
        from .services.signatures import sweep_half_days

        proofs.register(ActivityKind.SEMINAR, address_of)
        for sweep in (sweep_reminders, sweep_staff_reminders, sweep_lost_stays, sweep_forgotten_sessions, sweep_hands):
            every_minute(sweep)
        every_minute(sweep_half_days)

        # --- The room
        from .services.breakouts import close_due_groups

        every_minute(close_due_groups)

        # --- After
        from . import replay_notices  # noqa: F401 - it registers its kinds of notification
        from .services.recording import sweep_recordings
        from .services.survey import sweep_surveys

        every_minute(sweep_recordings)
        every_minute(sweep_surveys)

        # The series stand under the academy's front door, which knows no wing.
        AcademyHomePage.subpage_types = [*AcademyHomePage.subpage_types, "seminars.SeminarSeriesPage"]
