"""Invitations let one person in once; standing and roles take effect at once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from lms.accounts import registry, services
from lms.accounts.models import Invitation, User
from lms.accounts.queries import open_invitation
from tests.factories import UserFactory

NEW_PASSWORD = "lanterne violette et trois chats"


def accept(token: str, **fields: Any) -> User:
    said: dict[str, Any] = {
        "token": token,
        "display_name": "Nour B.",
        "certificate_name": "Nour Benali",
        "password": NEW_PASSWORD,
        "now": timezone.now(),
    }
    return services.accept_invitation(**said | fields)


def invite(user: User, **fields: Any) -> tuple[Invitation, str]:
    return services.invite(**{"user": user, "actor": None, "now": timezone.now()} | fields)


# --- Coming in --------------------------------------------------------------------------------------------------------


def test_an_invitation_lets_its_person_in(newcomer: User) -> None:
    _row, token = invite(newcomer)

    person = accept(token, language="en")

    assert person == newcomer
    newcomer.refresh_from_db()
    assert newcomer.check_password(NEW_PASSWORD)
    assert (newcomer.display_name, newcomer.certificate_name, newcomer.language) == ("Nour B.", "Nour Benali", "en")
    address = EmailAddress.objects.get(user=newcomer)
    assert (address.email, address.verified, address.primary) == ("new@example.org", True, True)


def test_the_token_is_long_and_not_in_the_database(newcomer: User) -> None:
    row, token = invite(newcomer)

    assert len(token) == 43  # 256 bits in base 64
    assert token not in str(Invitation.objects.filter(pk=row.pk).values().get())
    assert invite(newcomer)[1] != token


def _used(row: Invitation, token: str) -> None:
    accept(token)


def _expired(row: Invitation, token: str) -> None:
    Invitation.objects.filter(pk=row.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def _invited_again(row: Invitation, token: str) -> None:
    invite(row.user)


def _suspended(row: Invitation, token: str) -> None:
    services.suspend(user=row.user, actor=UserFactory(), now=timezone.now())


def _address_corrected(row: Invitation, token: str) -> None:
    services.correct_person(
        user=row.user, email="other@example.org", display_name="", certificate_name="", language="fr"
    )
    invite(row.user)


@pytest.mark.parametrize("spoil", [_used, _expired, _invited_again, _suspended, _address_corrected])
def test_a_link_that_is_spoilt_opens_nothing_and_says_what_an_unknown_one_says(
    newcomer: User, spoil: Callable[[Invitation, str], None]
) -> None:
    row, token = invite(newcomer)
    spoil(row, token)
    before = User.objects.values().get(pk=newcomer.pk)

    with pytest.raises(services.InvitationUnusable) as refusal:
        accept(token, display_name="Somebody else")
    with pytest.raises(services.InvitationUnusable) as unknown:
        accept("x" * 43)

    assert (refusal.value.code, str(refusal.value)) == (unknown.value.code, str(unknown.value))
    assert User.objects.values().get(pk=newcomer.pk) == before


@pytest.mark.parametrize("password", ["short", "0123456789", "motdepasse", "Nour Benali 1", "new@example.org"])
def test_a_weak_password_is_refused_and_the_link_stays_good(newcomer: User, password: str) -> None:
    _row, token = invite(newcomer)

    with pytest.raises(services.PasswordRefused):
        accept(token, password=password)

    assert open_invitation(token, timezone.now())
    assert not User.objects.get(pk=newcomer.pk).has_arrived


class BothHere:
    """A password validator that waits for the other thread: both have read the row, neither has written."""

    barrier = threading.Barrier(2)

    def validate(self, password: str, user: User | None = None) -> None:
        self.barrier.wait(timeout=10)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_with_the_same_link_one_comes_in(settings: Settings) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": f"{__name__}.BothHere"}]
    newcomer = User.objects.create_user("new@example.org")
    _row, token = invite(newcomer)
    outcomes: dict[str, str] = {}

    def come_in(name: str) -> None:
        try:
            accept(token, display_name=name)
            outcomes[name] = "in"
        except services.InvitationUnusable:
            outcomes[name] = "out"
        finally:
            connection.close()

    threads = [threading.Thread(target=come_in, args=(name,)) for name in ("Ana", "Eve")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes.values()) == ["in", "out"]
    assert outcomes[User.objects.get(pk=newcomer.pk).display_name] == "in"


def test_those_who_registered_act_in_the_same_transaction(newcomer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_on_invitation_accepted", [])
    called: list[User] = []

    @registry.on_invitation_accepted
    def welcome(*, user: User, now: Any) -> None:
        called.append(user)
        if len(called) == 1:
            raise RuntimeError("the first time fails")

    _row, token = invite(newcomer)
    with pytest.raises(RuntimeError):
        accept(token)
    assert not User.objects.get(pk=newcomer.pk).has_arrived

    accept(token)
    assert called == [newcomer, newcomer]
    with pytest.raises(ValueError, match="already"):
        registry.on_invitation_accepted(welcome)


@pytest.mark.parametrize(
    ("fields", "code"), [({"password": "x"}, "already-arrived"), ({"is_active": False}, "suspended")]
)
def test_who_cannot_be_invited(db: None, fields: dict[str, Any], code: str) -> None:
    user = User.objects.create_user("some@example.org", **fields)

    with pytest.raises(services.NotInvitable) as refusal:
        invite(user)

    assert refusal.value.code == code
    assert not user.invitations.exists()


def test_the_mail_leaves_after_commit_and_to_the_invited_address_only(
    newcomer: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    sender = UserFactory(display_name="Pia")
    with django_capture_on_commit_callbacks(execute=True):
        _row, token = invite(newcomer, actor=sender)
        assert mail.outbox == []

    [message] = mail.outbox
    assert (message.to, message.reply_to) == (["new@example.org"], [sender.email])
    assert f"/accounts/invitation/{token}/" in message.body


# --- People -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["lina@example.org", " Lina@Example.ORG ", "second@example.org"])
def test_a_known_person_is_found_by_any_of_her_verified_addresses_and_keeps_her_names(lina: User, email: str) -> None:
    EmailAddress.objects.create(user=lina, email="second@example.org", verified=True)

    person, created = services.find_or_create_person(
        email=email, display_name="Other", certificate_name="Other", language="en"
    )

    assert (person, created, person.display_name) == (lina, False, "Lina")


def test_a_new_person_is_not_in_yet(lina: User) -> None:
    EmailAddress.objects.create(user=lina, email="claimed@example.org", verified=False)

    person, created = services.find_or_create_person(
        email="Claimed@example.org", display_name="C", certificate_name="C D", language="fr"
    )

    assert created
    assert person != lina
    assert (person.email, person.has_arrived) == ("claimed@example.org", False)


def test_only_the_first_staff_role_starts_the_grace(lina: User) -> None:
    first = timezone.now() - timedelta(days=20)
    services.note_staff_role(user=lina, now=first)
    services.note_staff_role(user=User.objects.get(pk=lina.pk), now=timezone.now())

    lina.refresh_from_db()
    assert lina.staff_since == first


def test_roles_start_the_grace_and_tell_sockets_only_when_they_change(lina: User) -> None:
    actor, now = UserFactory(), timezone.now()
    editors = Group.objects.get_or_create(name="Editors")[0]

    services.change_roles(user=lina, groups=[editors], is_superuser=False, actor=actor, now=now)
    services.change_roles(user=lina, groups=[editors], is_superuser=False, actor=actor, now=now)

    lina.refresh_from_db()
    assert (list(lina.groups.all()), lina.staff_since, lina.authz_epoch) == ([editors], now, 1)


def test_suspension_ends_every_session_at_once(lina: User, sign_in: Callable[..., Any]) -> None:
    phone, desk = Client(), Client()
    sign_in(phone, lina.email)
    sign_in(desk, lina.email)
    assert phone.get("/accounts/").status_code == 200
    now, admin = timezone.now(), UserFactory()

    services.suspend(user=lina, actor=admin, now=now)

    for client in (phone, desk):
        assert client.get("/accounts/").status_code == 302
    assert User.objects.get(pk=lina.pk).authz_epoch > 0
    services.reactivate(user=lina, actor=admin, now=now)
    for client in (phone, desk):
        assert client.get("/accounts/").status_code == 302, "an old session came back to life"


def test_nobody_suspends_herself(lina: User) -> None:
    with pytest.raises(services.OwnAccount):
        services.suspend(user=lina, actor=lina, now=timezone.now())
    assert User.objects.get(pk=lina.pk).is_active


def test_only_preferences_are_saved_as_preferences(lina: User) -> None:
    services.save_preferences(user=lina, preferences={"theme": "dark", "data_saver": True})
    lina.refresh_from_db()
    assert (lina.theme, lina.data_saver) == ("dark", True)

    with pytest.raises(ValueError, match="is_superuser"):
        services.save_preferences(user=lina, preferences={"is_superuser": True})
