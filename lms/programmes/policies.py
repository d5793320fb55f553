"""Who may do what with the records of a programme in Wagtail's admin; its views, forms and choosers all ask here.

Administrators run everything. A partner's managers run its cohorts and enrolments, and choose among what a cohort
needs. Nobody else sees any of it; roles that only read (coach, auditor) have their own pages.
Actions: Wagtail's `add` `change` `delete` `view`, and `choose` (what may be picked in a form, see `lms.kit.scoped`).
"""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Model, Q, QuerySet
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import register_permission_policy

from lms.accounts.models import User

from .models import (
    Certification,
    CertificationVersion,
    Cohort,
    CompetencyBlock,
    Enrolment,
    Funder,
    HostStructure,
    Partner,
    Track,
    TrainingProvider,
)
from .queries import people_offered_to, roles_of

type Narrow = Callable[[QuerySet[Any], Any], QuerySet[Any]]


class ProgrammePolicy(BasePermissionPolicy):
    """All rows for administrators; for partner managers, `actions` on the rows that `narrow` leaves."""

    def __init__(
        self,
        model: type[Model],
        *,
        actions: Collection[str] = (),
        narrow: Narrow | None = None,
        never: Collection[str] = (),
    ) -> None:
        super().__init__(model)
        self.manager_actions = frozenset(actions)
        self.narrow = narrow
        self.never = frozenset(never)

    def user_has_permission(self, user: Any, action: str) -> bool:
        if not user.is_active or user.is_anonymous or action in self.never:
            return False
        return bool(user.is_superuser or (action in self.manager_actions and roles_of(user).partner_ids))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        return self.instances_user_has_any_permission_for(user, [action]).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(self, user: Any, actions: Collection[str]) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.all()
        if not self.user_has_any_permission(user, actions):
            return rows.none()
        if user.is_superuser or self.narrow is None:
            return rows
        return self.narrow(rows, user)

    def users_with_any_permission(self, actions: Collection[str]) -> QuerySet[Any]:
        people: QuerySet[User] = User.objects.filter(is_active=True)
        if self.manager_actions.isdisjoint(actions):
            return people.filter(is_superuser=True)
        return people.filter(Q(is_superuser=True) | Q(partner_memberships__isnull=False)).distinct()


def _of_partners(path: str) -> Narrow:
    """Rows whose partner, at the end of `path`, the person manages."""
    return lambda rows, user: rows.filter(**{f"{path}__in": roles_of(user).partner_ids})


def _hosts_of_partners(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return rows.filter(enrolment__cohort__partner__in=roles_of(user).partner_ids).distinct()


def _people(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return rows.filter(pk__in=people_offered_to(user))


def register() -> None:
    """Tell Wagtail; called once, from `AppConfig.ready()`."""
    for policy in (
        ProgrammePolicy(TrainingProvider),
        ProgrammePolicy(Certification),
        ProgrammePolicy(CertificationVersion),
        ProgrammePolicy(CompetencyBlock),
        ProgrammePolicy(Funder),
        # The consortium's catalogue of tracks is no secret between its members.
        ProgrammePolicy(Track, actions={"choose"}),
        ProgrammePolicy(Partner, actions={"choose"}, narrow=_of_partners("pk")),
        ProgrammePolicy(HostStructure, actions={"choose"}, narrow=_hosts_of_partners),
        ProgrammePolicy(Cohort, actions={"add", "change", "view", "choose"}, narrow=_of_partners("partner")),
        # An enrolment carries hours and papers: it ends by a state, with a reason, never by a deletion.
        ProgrammePolicy(
            Enrolment,
            actions={"add", "change", "view", "choose"},
            narrow=_of_partners("cohort__partner"),
            never={"delete"},
        ),
        ProgrammePolicy(User, actions={"choose"}, narrow=_people),
    ):
        # Exact: wagtail.users registers a policy of its own for people, later than we do.
        register_permission_policy(policy.model, policy, exact_class=True)
