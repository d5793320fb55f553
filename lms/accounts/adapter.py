"""What the academy changes in allauth: people are invited, never self-registered; doors stay shut for the others."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.signup import send_unknown_account_mail
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from .models import User
from .rules import can_sign_in
from .services import revoke_rights


class AccountAdapter(DefaultAccountAdapter):
    """Closes public sign-up, and every door to those who may not sign in; tells open sockets when rights end."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only this very site: allauth would follow `?next=` to any name of `ALLOWED_HOSTS`.

        Nor the administration for somebody it sends back here: she would turn in circles.
        """
        request = context.request
        if not url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
            return False
        is_admin = urlsplit(url).path.startswith(reverse("wagtailadmin_home"))
        return not is_admin or request.user.is_anonymous or request.user.has_perm("wagtailadmin.access_admin")

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """The one gate after any proof (password, code by mail, passkey, identity provider)."""
        if not can_sign_in(user):
            clear_login(request)
            response: HttpResponse | None = self.respond_user_inactive(request, user)
        else:
            response = super().pre_login(request, user, **kwargs)
        return response

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """A person who has not accepted her invitation has no password to reset: she is answered as a stranger."""
        if can_sign_in(user):
            super().send_password_reset_mail(user, email, context)
        else:
            send_unknown_account_mail(context["request"], email)

    def set_password(self, user: User, password: str) -> None:
        """Changed or reset: other sessions end by themselves (their hash no longer fits), sockets are told."""
        super().set_password(user, password)
        revoke_rights(user=user)

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            revoke_rights(user=user)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A known identity provider signs in people we already know by a verified address; it creates nobody."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Only the address: as nobody is created, the names that the provider gives are of no use."""
        user: User = sociallogin.user
        user.email = data.get("email") or ""
        return user

    def authenticate_by_email(self, sociallogin: Any) -> tuple[User, str] | None:
        """Only an address that both sides have verified makes two accounts one person."""
        match = super().authenticate_by_email(sociallogin)
        if match is None:
            return None
        user, email = match
        known = EmailAddress.objects.filter(user=user, email=email.lower(), verified=True).exists()
        return (user, email) if known else None


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Sessions ended from the list of devices also close their sockets."""

    def end_sessions(self, sessions: Any) -> None:
        super().end_sessions(sessions)
        for user in {session.user for session in sessions}:
            revoke_rights(user=user)
