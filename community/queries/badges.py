"""Who is of the team, in a word beside a name."""

from collections.abc import Collection

from django.core.cache import cache
from django.db.models import Value
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.programmes.enums import CohortRole
from lms.programmes.models import CohortStaff
from lms.programmes.queries import MODERATORS

_RANK = [CohortRole.PEDAGOGICAL_LEAD, CohortRole.TRAINER, CohortRole.COACH, CohortRole.DISABILITY_CONTACT]
_MODERATOR = "moderator"
_KEY = "community:badges"
_LIFETIME = 60
"""Seconds: the team changes rarely, every page of every thread asks."""


def badges_of(people: Collection[int]) -> dict[int, str]:
    """The badge of each of these people who has one, by database id."""
    team = cache.get(_KEY)
    if team is None:
        team = _team()
        cache.set(_KEY, team, _LIFETIME)
    return {pk: _word(team[pk]) for pk in people if pk in team}


def forget_badges() -> None:
    cache.delete(_KEY)


def _team() -> dict[int, str]:
    roles: dict[int, set[str]] = {}
    staff = CohortStaff.objects.order_by().values_list("user_id", "role")
    moderators = User.objects.filter(groups__name=MODERATORS, is_active=True).order_by()
    for pk, role in staff.union(moderators.values_list("pk", Value(_MODERATOR))):
        roles.setdefault(pk, set()).add(role)
    return {pk: next((role.value for role in _RANK if role in held), _MODERATOR) for pk, held in roles.items()}


def _word(role: str) -> str:
    return _("Moderator") if role == _MODERATOR else str(CohortRole(role).label)
