"""Reads about contracts: roles, enrolments, cohorts in somebody's sight."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from lms.accounts.models import User
from lms.kit.prepared import Prepared

from .enums import CohortRole
from .models import Cohort, CohortStaff, Enrolment, TrainingProvider

MODERATORS = "Moderators"
EDITORS = "Editors"

# What pages show of an enrolment. Every page asks, and each column costs more to compose than to read; another one
# is fetched when it is touched.
_ENROLMENT_FIELDS = (
    "public_id",
    "learner",
    "state",
    "weekly_goal_minutes",
    "enrolled_at",
    "coach__display_name",
    "coach__email",
    "coach__portrait",
    "cohort__partner",
    "cohort__name",
    "cohort__starts_on",
    "cohort__ends_on",
    "cohort__track__public_id",
    "cohort__track__name",
    "cohort__track__hours",
)

_enrolments_of = Prepared(
    lambda learner: (
        Enrolment.objects.filter(learner=learner)
        .select_related("cohort__track", "coach")
        .only(*_ENROLMENT_FIELDS)
        .order_by("-enrolled_at")
    ),
    int,
)

_providers = Prepared(lambda: TrainingProvider.objects.order_by("pk")[:1])

# Written by hand because every page asks: the ORM takes forty times as long to compose this union as it takes to run.
_SCOPES = """
    SELECT 'partner', partner_id FROM programmes_partnermembership WHERE user_id = %s
    UNION ALL SELECT 'cohort', cohort_id FROM programmes_cohortstaff WHERE user_id = %s
    UNION ALL SELECT 'funder', funder_id FROM programmes_auditaccess
        WHERE user_id = %s AND %s BETWEEN starts_on AND ends_on
"""


@dataclass
class Roles:
    """Every role of one person, read from the data that give it. Ids are database ids, for filtering only."""

    user: Any
    today: date = field(default_factory=timezone.localdate)

    @cached_property
    def enrolments(self) -> list[Enrolment]:
        """Her own enrolments, the one to show first at the head: open before closed, recent before old."""
        if not self.user.is_authenticated:
            return []
        rows = _enrolments_of(self.user.pk)
        for row in rows:
            row.learner = self.user
        return sorted(rows, key=lambda enrolment: not enrolment.is_open)

    @cached_property
    def _scopes(self) -> dict[str, set[int]]:
        """What she follows as a member of staff, by kind, in one query: every page asks."""
        if not self.user.is_authenticated:
            return {"partner": set(), "cohort": set(), "funder": set()}
        with connection.cursor() as cursor:
            cursor.execute(_SCOPES, [self.user.pk, self.user.pk, self.user.pk, self.today])
            rows = cursor.fetchall()
        scopes: dict[str, set[int]] = {"partner": set(), "cohort": set(), "funder": set()}
        for kind, pk in rows:
            scopes[kind].add(pk)
        return scopes

    @property
    def partner_ids(self) -> set[int]:
        return self._scopes["partner"]

    @property
    def staffed_cohort_ids(self) -> set[int]:
        return self._scopes["cohort"]

    @property
    def audited_funder_ids(self) -> set[int]:
        return self._scopes["funder"]

    @cached_property
    def group_names(self) -> set[str]:
        return set(self.user.groups.values_list("name", flat=True))

    @property
    def is_learner(self) -> bool:
        return any(enrolment.is_open for enrolment in self.enrolments)

    @property
    def is_editor(self) -> bool:
        return EDITORS in self.group_names

    @property
    def is_moderator(self) -> bool:
        return MODERATORS in self.group_names


def roles_of(user: Any) -> Roles:
    """The roles of `user`, read once a request and kept on the user object."""
    if not hasattr(user, "_roles"):
        user._roles = Roles(user)
    roles: Roles = user._roles
    return roles


def cohorts_seen_by(user: Any) -> QuerySet[Cohort]:
    """Cohorts whose learners `user` may follow: as their staff, their partner's manager, their funder's auditor."""
    if not user.is_authenticated or not user.is_active:
        return Cohort.objects.none()
    if user.is_superuser:
        return Cohort.objects.all()
    roles = roles_of(user)
    return Cohort.objects.filter(
        Q(pk__in=roles.staffed_cohort_ids)
        | Q(partner_id__in=roles.partner_ids)
        | Q(funder_id__in=roles.audited_funder_ids)
    )


def contacts_of(enrolment: Enrolment) -> list[CohortStaff]:
    """The named contacts of a learner's cohort (Qualiopi, indicator 9): her own coach first, then by role; 1 query."""
    ranks = list(CohortRole)
    rows = CohortStaff.objects.filter(cohort=enrolment.cohort_id, user__is_active=True).select_related("user")
    return sorted(
        rows,
        key=lambda row: (row.user_id != enrolment.coach_id, ranks.index(CohortRole(row.role)), str(row.user)),
    )


def people_offered_to(user: Any) -> QuerySet[User]:
    """People `user` may name as staff: everybody for an administrator, else those who already work for her partners."""
    people: QuerySet[User] = User.objects.filter(is_active=True)
    if user.is_superuser:
        return people
    partner_ids = roles_of(user).partner_ids
    works_for_them = Q(partner_memberships__partner__in=partner_ids) | Q(cohort_roles__cohort__partner__in=partner_ids)
    return people.filter(works_for_them).distinct()


def provider() -> TrainingProvider | None:
    """The training provider whose help contact stands at the foot of every page."""
    return _providers.first()
