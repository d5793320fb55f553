"""Registers the evidence app and its place in the navigation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lms.kit import nav


class EvidenceConfig(AppConfig):
    name = "lms.evidence"
    verbose_name = _("Evidence")

    def ready(self) -> None:
        from lms.programmes.queries import roles_of  # models are loaded only now

        nav.register(
            nav.NavItem(
                url_name="evidence:hours",
                label=_("My hours"),
                icon="clock",
                order=30,
                visible=lambda person: roles_of(person).is_learner,
                in_account_menu=True,
            )
        )
