"""Who has which page of the portal."""

from typing import Any

from coaching.queries.learners import is_coach
from lms.programmes.queries import roles_of


def has_home(person: Any) -> bool:
    """Everybody but coaches, whose home is their desk; a coach who learns has both."""
    return bool(person.is_authenticated) and (roles_of(person).is_learner or not is_coach(person))
