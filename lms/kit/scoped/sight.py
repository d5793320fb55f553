"""Which rows a person may see, or choose, by the policy registered for their model."""

from typing import Any

from django.db.models import Model, QuerySet
from wagtail.permissions import policy_registry

SIGHT = ("view", "change", "delete")


def in_sight(model: type[Model], user: Any, actions: tuple[str, ...] = SIGHT) -> QuerySet[Any]:
    """The rows of `model` on which `user` may do any of `actions`, by the policy registered for it."""
    rows: QuerySet[Any] = policy_registry.get_by_type(model).instances_user_has_any_permission_for(user, actions)
    return rows
