"""How a password opens the door."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.http import HttpRequest

DEMO_PASSWORD = "demo"  # noqa: S105 - the cast of the demo academy; shorter than any password a person may choose


class AcademyBackend(AuthenticationBackend):
    """allauth's backend; the demo password opens nothing once `DEBUG` is off."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        if credentials.get("password") == DEMO_PASSWORD and not settings.DEBUG:
            return None
        return super().authenticate(request, **credentials)
