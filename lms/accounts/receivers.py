"""What follows from allauth's own announcements."""

from typing import Any

from allauth.account.signals import authentication_step_completed
from django.dispatch import receiver
from django.http import HttpRequest

from .services import rename_session


@receiver(authentication_step_completed)
def rotate_session(request: HttpRequest, **kwargs: Any) -> None:
    """Every proof (password, code, second factor, confirmation before something sensitive) renews the session's key.

    A key that somebody planted or saw before is worth nothing after (ASVS 5.0, 7.2.4). Django does it at login only.
    """
    old_key = request.session.session_key
    request.session.cycle_key()
    if old_key:
        rename_session(old_key=old_key, new_key=request.session.session_key or "")
