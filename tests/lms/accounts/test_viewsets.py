"""People in Wagtail's admin: for administrators only, one by one, and no password passes through their hands."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from lms.accounts import services
from lms.accounts.models import User
from lms.accounts.queries import open_invitation
from tests.factories import UserFactory

LIST, ADD = "/admin/users/", "/admin/users/new/"


@pytest.fixture
def admin(db: None) -> User:
    user: User = UserFactory(is_superuser=True, display_name="Ada")
    return user


@pytest.fixture
def office(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


@pytest.fixture
def editors(db: None) -> Group:
    return Group.objects.get_or_create(name="Editors")[0]


def form(person: User, **changes: Any) -> dict[str, Any]:
    return {
        "email": person.email,
        "display_name": person.display_name,
        "certificate_name": person.certificate_name,
        "language": person.language,
        "is_active": "on",
    } | changes


def edit(person: User) -> str:
    return f"/admin/users/edit/{person.pk}/"


def test_a_new_person_is_invited_and_gets_no_password(
    office: Client, admin: User, editors: Group, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    page = office.get(ADD)
    assert b"password" not in page.content
    with django_capture_on_commit_callbacks(execute=True):
        response = office.post(
            ADD,
            form(User(email="Nour@Example.org", display_name="Nour"), groups=[editors.pk], password1="x", is_active=""),
        )

    assert response.status_code == 302, response.context["form"].errors
    person = User.objects.get(email="nour@example.org")
    assert (person.has_arrived, person.is_active, person.is_superuser) == (False, True, False)
    assert list(person.groups.all()) == [editors]
    assert person.staff_since is not None
    assert [(message.to, message.reply_to) for message in mail.outbox] == [([person.email], [admin.email])]


def test_an_address_belongs_to_one_person(office: Client, lina: User) -> None:
    response = office.post(ADD, form(User(email="LINA@example.org", display_name="Other")))

    assert response.status_code == 200
    assert "email" in response.context["form"].errors


def test_suspending_and_reactivating(office: Client, lina: User) -> None:
    theirs = Client()
    theirs.post("/accounts/login/", {"login": lina.email, "password": "correct horse battery staple"})

    assert office.post(edit(lina), form(lina, is_active="")).status_code == 302
    assert theirs.get("/accounts/").status_code == 302
    lina.refresh_from_db()
    assert (lina.is_active, lina.authz_epoch) == (False, 1)

    office.post(edit(lina), form(lina))
    lina.refresh_from_db()
    assert lina.is_active


def test_the_address_of_who_is_in_stays_hers(office: Client, lina: User) -> None:
    office.post(edit(lina), form(lina, email="stolen@example.org", display_name="Lina M."))

    lina.refresh_from_db()
    assert (lina.email, lina.display_name) == ("lina@example.org", "Lina M.")


def test_correcting_the_address_of_who_is_not_in_kills_the_link_sent_before(
    office: Client, newcomer: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    _row, wrong = services.invite(user=newcomer, actor=None, now=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        office.post(edit(newcomer), form(newcomer, email="right@example.org"))

    assert open_invitation(wrong, timezone.now()) is None
    assert [message.to for message in mail.outbox] == [["right@example.org"]]


@pytest.mark.parametrize(("asked", "sent"), [("on", 1), ("", 0)])
def test_inviting_again(
    office: Client,
    newcomer: User,
    asked: str,
    sent: int,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        office.post(edit(newcomer), form(newcomer, invite_again=asked))
    assert len(mail.outbox) == sent


def test_roles_given_and_taken(office: Client, lina: User, editors: Group) -> None:
    office.post(edit(lina), form(lina, groups=[editors.pk], is_superuser="on"))
    lina.refresh_from_db()
    assert (lina.is_superuser, list(lina.groups.all()), lina.authz_epoch) == (True, [editors], 1)
    assert lina.staff_since is not None

    office.post(edit(lina), form(lina))
    lina.refresh_from_db()
    assert (lina.is_superuser, list(lina.groups.all()), lina.authz_epoch) == (False, [], 2)


def test_an_administrator_neither_suspends_nor_demotes_herself(office: Client, admin: User) -> None:
    response = office.post(edit(admin), form(admin, is_active="", is_superuser=""))

    assert response.status_code == 302
    admin.refresh_from_db()
    assert (admin.is_active, admin.is_superuser) == (True, True)


@pytest.mark.parametrize("action", ["delete", "set_active_state", "assign_role"])
def test_nothing_is_done_to_people_in_bulk(office: Client, lina: User, editors: Group, action: str) -> None:
    response = office.post(
        f"/admin/bulk/accounts/user/{action}/?id={lina.pk}", {"mark_as_active": "False", "role": editors.pk}
    )

    assert response.status_code in (302, 403)
    lina.refresh_from_db()
    assert lina.is_active
    assert not lina.groups.exists()


def test_nobody_is_deleted(office: Client, lina: User) -> None:
    office.post(f"/admin/users/delete/{lina.pk}/")

    assert User.objects.filter(pk=lina.pk).exists()
    assert b"/delete/" not in office.get(edit(lina)).content
    assert b"/delete/" not in office.get(LIST).content


@pytest.mark.parametrize("name", ["Lina", "lina@example"])
def test_people_are_found_by_name_and_address(office: Client, lina: User, name: str) -> None:
    UserFactory(display_name="Somebody else", email="else@example.org")
    page = office.get(LIST, {"q": name}).content.decode()
    assert "lina@example.org" in page
    assert "else@example.org" not in page


def test_only_administrators_see_people(db: None, lina: User) -> None:
    """Not even somebody given every permission on people by mistake."""
    editor = UserFactory()
    editor.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "change_user", "add_user"]))
    client = Client()
    client.force_login(editor)
    assert client.get("/admin/").status_code == 200

    for path in (LIST, ADD, edit(lina)):
        assert b"lina@example.org" not in client.get(path).content
    client.post(edit(lina), form(lina, is_superuser="on"))
    client.post(ADD, form(User(email="mole@example.org", display_name="M"), is_superuser="on"))
    lina.refresh_from_db()
    assert not lina.is_superuser
    assert not User.objects.filter(email="mole@example.org").exists()


@pytest.mark.parametrize(("name", "greeted"), [("Ada Lovelace", "Ada Lovelace"), ("", "ada@example.org")])
def test_the_sidebar_calls_a_person_by_her_name(client: Client, db: None, name: str, greeted: str) -> None:
    client.force_login(UserFactory(is_superuser=True, display_name=name, email="ada@example.org"))
    page = BeautifulSoup(client.get("/admin/").content, "html.parser")
    props = page.find(id="wagtail-sidebar-props")
    assert props
    modules = json.loads(props.text)["modules"]
    assert f'"name": "{greeted}"' in json.dumps(modules)
