"""Who may change what a track is made of, in Wagtail's admin."""

from typing import Any

from django.db.models import Model
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from .models import TrackModule


class AdministratorsOnly(ModelPermissionPolicy):
    """A track is what was sold: only administrators change what it is made of."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return bool(user.is_active and user.is_superuser)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        return self.user_has_permission(user, action)


def register() -> None:
    """Tell Wagtail; called once, when the app is ready."""
    register_permission_policy(TrackModule, AdministratorsOnly(TrackModule))
