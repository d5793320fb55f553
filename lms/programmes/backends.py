"""Permissions that follow from data instead of groups."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from .queries import roles_of


class RoleBackend(BaseBackend):
    """Opens Wagtail's admin to partner managers; what they see there is scoped by `policies`."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if perm != "wagtailadmin.access_admin" or not user_obj.is_active or user_obj.is_anonymous:
            return False
        return bool(roles_of(user_obj).partner_ids)
