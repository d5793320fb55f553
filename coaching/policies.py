"""Who may do what with the records of coaching in Wagtail's admin: administrators everything, managers their own.

What a track offers and whom to contact are the consortium's: only administrators change them.
"""

from typing import Any

from django.db.models import QuerySet
from wagtail.permissions import register_permission_policy

from lms.programmes.policies import Narrow, ProgrammePolicy
from lms.programmes.queries import roles_of

from .models import AppointmentKind, CoachingQuota, CohortCoaching, ContactRule, MessageTemplate, Place

RUNS = {"add", "change", "delete", "view", "choose"}


def _of_partners(path: str) -> Narrow:
    def narrow(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
        return rows.filter(**{f"{path}__in": roles_of(user).partner_ids})

    return narrow


def register() -> None:
    """Tell Wagtail; called once, from `AppConfig.ready()`."""
    for policy in (
        ProgrammePolicy(Place, actions=RUNS, narrow=_of_partners("partner")),
        ProgrammePolicy(AppointmentKind, actions=RUNS, narrow=_of_partners("partner")),
        ProgrammePolicy(CohortCoaching, actions=RUNS, narrow=_of_partners("cohort__partner")),
        ProgrammePolicy(CoachingQuota),
        ProgrammePolicy(ContactRule),
        ProgrammePolicy(MessageTemplate, actions=RUNS, narrow=_of_partners("partner")),
    ):
        register_permission_policy(policy.model, policy, exact_class=True)
