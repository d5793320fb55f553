"""How a password opens the door."""

from collections.abc import Callable
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.models import Permission
from django.http import HttpRequest

from lms.kit.prepared import Prepared

from . import registry
from .models import User

_person = Prepared(lambda pk: User.objects.annotate(**registry.person_columns()).filter(pk=pk), int)
_names = Permission.objects.order_by().select_related("content_type").only("codename", "content_type__app_label")
_own_permissions = Prepared(lambda pk: _names.filter(user=pk), int)
_group_permissions = Prepared(lambda pk: _names.filter(group__user=pk), int)

DEMO_PASSWORD = "demo"  # noqa: S105 - the cast of the demo academy; shorter than any password a person may choose


class AcademyBackend(AuthenticationBackend):
    """allauth's backend; the demo password opens nothing once `DEBUG` is off."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        if credentials.get("password") == DEMO_PASSWORD and not settings.DEBUG:
            return None
        return super().authenticate(request, **credentials)

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, with what other apps show of her on every page."""
        user = _person.first(int(user_id))
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return self._permissions(user_obj, obj, "_user_perm_cache", _own_permissions, super().get_user_permissions)

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return self._permissions(user_obj, obj, "_group_perm_cache", _group_permissions, super().get_group_permissions)

    @staticmethod
    def _permissions(
        person: Any, obj: Any, cache: str, prepared: Prepared[Permission], otherwise: Callable[..., set[str]]
    ) -> set[str]:
        """What Django gives, kept where Django keeps it; who may open Wagtail is asked on each page."""
        if obj is not None or person.is_anonymous or not person.is_active or person.is_superuser:
            return otherwise(person, obj)
        if not hasattr(person, cache):
            names = {f"{one.content_type.app_label}.{one.codename}" for one in prepared(person.pk)}
            setattr(person, cache, names)
        found: set[str] = getattr(person, cache)
        return found
