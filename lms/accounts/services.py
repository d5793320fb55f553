"""What changes in an account: the way in, the roles it may hold, its standing, its reader's choices."""

import logging
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from lms.kit import pictures
from lms.kit.defer import defer
from lms.kit.errors import DomainError
from lms.kit.ids import uuid7
from lms.kit.live import rights_changed
from lms.kit.tokens import digest_of

from . import registry
from .models import Invitation, User
from .queries import open_invitation, person_by_email
from .tasks import send_invitation_mail
from .tokens import token_of

log = logging.getLogger(__name__)

PORTRAIT_SIDE = 256
"""Pixels: the largest round sign, on the finest screens."""

# What a person decides about herself; nothing else can be written by `save_preferences`.
PREFERENCES = (
    "display_name",
    "certificate_name",
    "phone",
    "language",
    "time_zone",
    "theme",
    "text_size",
    "line_spacing",
    "typeface",
    "data_saver",
)


class NotInvitable(DomainError):
    """Nobody was invited: `already-arrived`, `suspended`."""


class InvitationUnusable(DomainError):
    """The link opens nothing; one answer for unknown, used, revoked and expired ones: `unusable`."""

    def __init__(self) -> None:
        super().__init__("unusable", _("This invitation link cannot be used any more."))


class PasswordRefused(DomainError):
    """The password is too weak: `weak-password`; `message` is one sentence for each reason."""


class OwnAccount(DomainError):
    """A person may not suspend herself: `own-account`."""


# --- Coming in --------------------------------------------------------------------------------------------------------


def find_or_create_person(*, email: str, display_name: str, certificate_name: str, language: str) -> tuple[User, bool]:
    """The person with this address, and whether she is new. A person already known keeps the names she has.

    A new person cannot sign in before she has accepted an invitation.
    """
    if person := person_by_email(email):
        return person, False
    names = {"display_name": display_name, "certificate_name": certificate_name, "language": language}
    # get_or_create: two imports of the same list at once make one person.
    names["password"] = make_password(None)
    user: User
    user, created = User.objects.get_or_create(email=email.strip().lower(), defaults=names)
    return user, created


def invite(*, user: User, actor: User | None, now: datetime) -> tuple[Invitation, str]:
    """Send a link that lets `user` in, good for `INVITATION_DAYS`; her earlier links stop working.

    Returns the invitation and the token of its link. The mail leaves after commit.

    Raises:
        NotInvitable: she has already come in, or she is suspended.
    """
    if user.has_arrived:
        raise NotInvitable("already-arrived", _("This person already has an account."))
    if not user.is_active:
        raise NotInvitable("suspended", _("This account is suspended. An administrator can open it again."))
    public_id = uuid7()
    token = token_of(public_id)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # the lock: two invitations at once, one after the other
        user.invitations.unanswered().update(revoked_at=now)
        invitation = user.invitations.create(
            public_id=public_id,
            token_digest=digest_of(token),
            created_at=now,
            created_by=actor,
            expires_at=now + timedelta(days=settings.INVITATION_DAYS),
        )
        defer(send_invitation_mail, str(public_id))
    return invitation, token


def accept_invitation(
    *,
    token: str,
    display_name: str,
    certificate_name: str,
    password: str,
    now: datetime,
    language: str | None = None,
) -> User:
    """Let the invited person in: her names, her password, her address verified (the link came by mail), the link used.

    Whoever registered with `registry.on_invitation_accepted` acts in the same transaction. Signs nobody in.

    Raises:
        InvitationUnusable: unknown, used, revoked or expired link, or suspended person; never says which.
        PasswordRefused: the password does not pass the validators; the link stays good.
    """
    invitation = open_invitation(token, now)
    if invitation is None:
        raise InvitationUnusable
    user = invitation.user
    user.display_name, user.certificate_name = display_name, certificate_name
    user.language = language or user.language
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordRefused("weak-password", " ".join(error.messages)) from error
    user.set_password(password)  # slow by design: before the transaction, which holds SQLite's one write lock
    with transaction.atomic():
        active = User.objects.select_for_update().filter(pk=user.pk, is_active=True).exists()
        # The check that counts: of two people with the same link, one UPDATE finds the row still open. It names no
        # other table: PostgreSQL looks again at the row it waited for, never at a subquery.
        opened = Invitation.objects.unanswered().filter(pk=invitation.pk, expires_at__gt=now)
        if not active or not opened.update(accepted_at=now):
            raise InvitationUnusable
        user.save(update_fields=["display_name", "certificate_name", "language", "password"])
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
        registry.invitation_accepted(user=user, now=now)
    log.info("invitation accepted: person %s", user.public_id)
    return user


# --- Roles and standing -----------------------------------------------------------------------------------------------


def note_staff_role(*, user: User, now: datetime) -> None:
    """Start the second-factor grace of a person who receives a role that sees other people's data; only the first
    role counts, or giving a second one would prolong the grace."""
    if User.objects.filter(pk=user.pk, staff_since=None).update(staff_since=now):
        user.staff_since = now


def revoke_rights(*, user: User) -> None:
    """Raise the epoch by which open sockets know that this person's rights have changed, and close them; pages ask at
    every request anyway."""
    User.objects.filter(pk=user.pk).update(authz_epoch=F("authz_epoch") + 1)
    rights_changed(user.pk)
    user.refresh_from_db(fields=["authz_epoch"])


def change_roles(*, user: User, groups: Iterable[Group], is_superuser: bool, actor: User, now: datetime) -> None:
    """Give exactly these groups, and the administrator's role or not; open sockets close if anything changes."""
    groups = list(groups)
    with transaction.atomic():
        before = set(user.groups.all()), User.objects.values_list("is_superuser", flat=True).get(pk=user.pk)
        if before == (set(groups), is_superuser):
            return
        user.groups.set(groups)
        user.is_superuser = is_superuser
        user.save(update_fields=["is_superuser"])
        if groups or is_superuser:
            note_staff_role(user=user, now=now)
        revoke_rights(user=user)
    log.info("roles changed: person %s, by %s", user.public_id, actor.public_id)


def correct_person(*, user: User, email: str, display_name: str, certificate_name: str, language: str) -> None:
    """Correct what was typed about a person; her address only while she has not come in (later, she changes it)."""
    user.display_name, user.certificate_name, user.language = display_name, certificate_name, language
    with transaction.atomic():
        user.save(update_fields=["display_name", "certificate_name", "language"])
        if not user.has_arrived and email.strip().lower() != user.email:
            user.email = email.strip().lower()
            user.save(update_fields=["email"])
            EmailAddress.objects.filter(user=user).delete()


def suspend(*, user: User, actor: User, now: datetime) -> None:
    """Close every door to this person at once: sessions end, sockets close. Nothing of hers is deleted.

    Raises:
        OwnAccount: nobody locks herself out.
    """
    if user == actor:
        raise OwnAccount("own-account", _("You cannot suspend your own account."))
    with transaction.atomic():
        user.is_active = False
        user.save(update_fields=["is_active"])
        end_sessions(user=user)
    log.info("suspended: person %s, by %s, at %s", user.public_id, actor.public_id, now.isoformat())


def reactivate(*, user: User, actor: User, now: datetime) -> None:
    """Open the account of a suspended person again; she signs in anew."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    log.info("reactivated: person %s, by %s, at %s", user.public_id, actor.public_id, now.isoformat())


def end_sessions(*, user: User) -> None:
    """Sign this person out everywhere."""
    with transaction.atomic():
        for session in UserSession.objects.filter(user=user):
            session.end()
        revoke_rights(user=user)


def rename_session(*, old_key: str, new_key: str) -> None:
    """Follow a session whose key has rotated, so that the list of sessions can still end it."""
    UserSession.objects.filter(session_key=old_key).update(session_key=new_key)


# --- Her own choices --------------------------------------------------------------------------------------------------


def save_portrait(*, user: User, photograph: bytes) -> None:
    """Show this photograph of the person beside her name; the one before is deleted.

    Raises:
        lms.kit.pictures.UnreadablePicture
    """
    name = secrets.token_hex(16)
    made = ContentFile(pictures.square(photograph, side=PORTRAIT_SIDE))
    _replace_portrait(user, name)
    transaction.on_commit(lambda: default_storage.save(portrait_path(name), made))


def remove_portrait(*, user: User) -> None:
    """Show her initials again; the photograph is deleted."""
    _replace_portrait(user, "")


def portrait_path(name: str) -> str:
    """Where the storage keeps it."""
    return f"portraits/{name}.webp"


def _replace_portrait(user: User, name: str) -> None:
    before, user.portrait = user.portrait, name
    user.save(update_fields=["portrait"])
    if before:
        transaction.on_commit(lambda: default_storage.delete(portrait_path(before)))


def save_preferences(*, user: User, preferences: dict[str, Any]) -> None:
    """Keep what the person chose; `preferences` maps names of `PREFERENCES` to clean values."""
    if unknown := preferences.keys() - set(PREFERENCES):
        raise ValueError(f"not a preference: {', '.join(sorted(unknown))}")
    for name, value in preferences.items():
        setattr(user, name, value)
    user.save(update_fields=list(preferences))
