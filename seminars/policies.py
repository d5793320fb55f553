"""Who may do what with live sessions in Wagtail's admin: administrators everything, managers those of their partners.

What a funder asks for is the consortium's: only administrators change it.
"""

from typing import Any

from django.db.models import QuerySet
from wagtail.permissions import register_permission_policy

from lms.programmes.policies import ProgrammePolicy
from lms.programmes.queries import roles_of

from .models import FunderPresence, LiveSession

RUNS = {"add", "change", "delete", "view", "choose"}


def _of_partners(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return rows.filter(partner__in=roles_of(user).partner_ids)


def register() -> None:
    """Tell Wagtail; called once, from `AppConfig.ready()`."""
    for policy in (
        ProgrammePolicy(LiveSession, actions=RUNS, narrow=_of_partners),
        ProgrammePolicy(FunderPresence),
    ):
        register_permission_policy(policy.model, policy, exact_class=True)
