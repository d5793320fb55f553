"""Gives the groups of editors and moderators the rights their work asks for, and no others."""

from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from courses.models import AcademyHomePage
from lms.programmes.queries import EDITORS, MODERATORS

_PAGES = ("add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page")
_SNIPPETS = {
    "question": ("view", "add", "change", "delete", "publish", "lock", "unlock"),
    "glossaryterm": ("view", "add", "change", "delete", "publish"),
}
_LIBRARY = {"libraryimage": "media", "librarydocument": "media", "recording": "media"}


def ensure_editor_groups() -> None:
    """Create both groups, and give editors their rights; running it again changes nothing.

    Editors write, publish, lock and unlock pages under the academy's home, choose and add to the library, and keep
    the question bank and the glossary. Moderators have no right on courses: what they may do follows from their
    group's name in `lms.programmes`.
    """
    for name in ("wagtailadmin", "wagtailcore", "courses", "media"):
        create_permissions(apps.get_app_config(name), verbosity=0)
    editors = Group.objects.get_or_create(name=EDITORS)[0]
    moderators = Group.objects.get_or_create(name=MODERATORS)[0]
    # Wagtail's own first migration gives both groups rights on the whole tree and library.
    _only(moderators, [])
    GroupPagePermission.objects.filter(group=moderators).delete()
    GroupCollectionPermission.objects.filter(group=moderators).delete()
    _only(editors, [*_permissions("wagtailadmin", ["access_admin"]), *_snippet_permissions()])
    _give_pages(editors)
    _give_library(editors)


def _snippet_permissions() -> list[Permission]:
    names = [f"{verb}_{model}" for model, verbs in _SNIPPETS.items() for verb in verbs]
    return _permissions("courses", names)


def _permissions(app: str, names: Iterable[str]) -> list[Permission]:
    return list(Permission.objects.filter(content_type__app_label=app, codename__in=list(names)))


def _only(group: Group, permissions: list[Permission]) -> None:
    group.permissions.set(permissions)


def _give_pages(group: Group) -> None:
    root = AcademyHomePage.objects.first() or Page.get_first_root_node()
    rights = GroupPagePermission.objects.filter(group=group)
    rights.exclude(page=root).delete()
    rights.exclude(permission__codename__in=_PAGES).delete()
    for permission in _permissions("wagtailcore", _PAGES):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)


def _give_library(group: Group) -> None:
    root = Collection.get_first_root_node()
    names = [f"{verb}_{model}" for model in _LIBRARY for verb in ("add", "change", "choose")]
    for permission in _permissions("media", names):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)
