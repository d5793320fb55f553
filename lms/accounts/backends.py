"""How a password opens the door."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.http import HttpRequest

from lms.kit.prepared import Prepared

from . import registry
from .models import User

_person = Prepared(lambda pk: User.objects.annotate(**registry.person_columns()).filter(pk=pk), int)

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
