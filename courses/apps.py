"""Registers the courses app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lms.kit import nav


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from lms.programmes.queries import roles_of

        from . import notices, policies, receivers  # noqa: F401 - notices register their kinds

        receivers.connect()
        policies.register()
        nav.register(
            nav.NavItem("courses:path", _("My track"), "route", 20, lambda person: roles_of(person).is_learner)
        )
