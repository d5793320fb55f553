"""The person behind every role, and the invitation that brings her in."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lms.kit.ids import PublicIdModel

from .enums import LineSpacing, TextSize, Theme, Typeface


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Creates people by e-mail; the address is kept in lower case, so one address is one person."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user: User = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        user: User = self.get(email=(username or "").strip().lower())
        return user


class User(PublicIdModel, AbstractBaseUser, PermissionsMixin):
    """A person. Her roles are never stored here: they follow from enrolments, cohorts, partners and groups."""

    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(
        _("displayed name"), max_length=150, blank=True, help_text=_("The name other people see.")
    )
    certificate_name = models.CharField(
        _("name for certificates"),
        max_length=200,
        blank=True,
        help_text=_("As on your identity papers; printed on your attestations."),
    )
    portrait = models.CharField(
        max_length=40, blank=True, editable=False, help_text=_("The name of the photograph others see; of staff only.")
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="fr")
    time_zone = models.CharField(_("time zone"), max_length=50, default="Europe/Paris")
    phone = models.CharField(_("phone"), max_length=30, blank=True)

    theme = models.CharField(_("colours"), max_length=8, choices=Theme, default=Theme.AUTO)
    text_size = models.CharField(_("text size"), max_length=8, choices=TextSize, default=TextSize.NORMAL)
    line_spacing = models.CharField(_("line spacing"), max_length=8, choices=LineSpacing, default=LineSpacing.NORMAL)
    typeface = models.CharField(_("font"), max_length=10, choices=Typeface, default=Typeface.ATKINSON)
    data_saver = models.BooleanField(
        _("save data"), default=False, help_text=_("Images and recordings load only when you ask.")
    )

    is_active = models.BooleanField(
        pgettext_lazy("an account", "active"),
        default=True,
        help_text=_("Untick to suspend this person; nothing is deleted."),
    )
    staff_since = models.DateTimeField(
        _("staff since"), null=True, blank=True, editable=False, help_text=_("Starts the second-factor grace period.")
    )
    authz_epoch = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Raised when rights change, so that open sockets close.")
    )
    date_joined = models.DateTimeField(_("joined on"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["display_name", "email"]
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="accounts_user_email_lower")]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return self.display_name or self.email

    def get_short_name(self) -> str:
        return self.get_full_name().split(" ")[0]

    @property
    def first_name(self) -> str:
        """What the sidebar of Wagtail's admin greets a person by; without it, by her address."""
        return self.display_name

    @property
    def has_arrived(self) -> bool:
        """Whether she has accepted an invitation: that is when a password is chosen."""
        return self.has_usable_password()

    @property
    def initials(self) -> str:
        """One or two capitals for the round sign that stands for the person."""
        return "".join(word[0] for word in self.get_full_name().split()[:2]).upper()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> "InvitationQuerySet":
        """Neither accepted nor revoked; may have expired."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(PublicIdModel):
    """A way in for one person: bound to her account, used once, gone after `expires_at`.

    Only the SHA-256 of the token is stored, so a stolen database opens no door.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("person"))
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("sent on"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False, verbose_name=_("sent by")
    )
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted on"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked on"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="accounts_invitation_one_unanswered",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.created_at:%Y-%m-%d})"

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at
