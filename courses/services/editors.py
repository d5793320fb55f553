"""Gives the groups of editors and moderators the rights their work asks for, and no others."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions

from lms.programmes.queries import EDITORS, MODERATORS

_PAGES = ("add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page")
_SNIPPETS = {
    "question": ("view", "add", "change", "delete", "publish", "lock", "unlock"),
    "glossaryterm": ("view", "add", "change", "delete", "publish"),
}
# Wagtail asks for the rights on its own models, whatever model a library uses.
_LIBRARY = {
    "wagtailimages": ("add_image", "change_image", "choose_image"),
    "wagtaildocs": ("add_document", "change_document", "choose_document"),
    "wagtailmedia": ("add_media", "change_media"),
}


def ensure_editor_groups(apps: Any = installed) -> None:
    """Create both groups and set their rights; running it again changes nothing. A migration passes its own `apps`.

    Editors write, publish, lock and unlock pages under the academy's home (the whole tree before there is one), add
    to the library and choose from it, and keep the question bank and the glossary. Moderators have no right in
    Wagtail's admin: what they may do follows from their group's name in `lms.programmes`.
    """
    for label in ("wagtailcore", "courses", *_LIBRARY):
        _create_permissions(apps, label)
    groups = apps.get_model("auth", "Group").objects
    editors = groups.get_or_create(name=EDITORS)[0]
    moderators = groups.get_or_create(name=MODERATORS)[0]
    # Wagtail's own first migration gives both groups rights on the whole tree and library.
    moderators.permissions.clear()
    for model in ("GroupPagePermission", "GroupCollectionPermission"):
        apps.get_model("wagtailcore", model).objects.filter(group=moderators).delete()
    editors.permissions.set([*_permissions(apps, "wagtailadmin", ["access_admin"]), *_snippet_permissions(apps)])
    _give_pages(apps, editors)
    _give_library(apps, editors)


def _create_permissions(apps: Any, label: str) -> None:
    """Django creates permissions after all migrations; these are needed now."""
    config = apps.get_app_config(label)
    if apps is not installed:
        config.models_module = True  # a migration's app has none, and would be skipped
    create_permissions(config, apps=apps, verbosity=0)


def _permissions(apps: Any, label: str, names: Iterable[str]) -> list[Any]:
    permissions = apps.get_model("auth", "Permission").objects
    return list(permissions.filter(content_type__app_label=label, codename__in=list(names)))


def _snippet_permissions(apps: Any) -> list[Any]:
    kinds = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    return [
        # Wagtail creates `publish` and `lock` after all migrations, unless they are there.
        permissions.get_or_create(
            content_type=kinds.get(app_label="courses", model=model),
            codename=f"{verb}_{model}",
            defaults={"name": f"Can {verb} {model}"},
        )[0]
        for model, verbs in _SNIPPETS.items()
        for verb in verbs
    ]


def _give_pages(apps: Any, group: Any) -> None:
    home = apps.get_model("courses", "AcademyHomePage").objects.first()
    page_id = home.pk if home else apps.get_model("wagtailcore", "Page").objects.get(depth=1).pk
    rights = apps.get_model("wagtailcore", "GroupPagePermission").objects.filter(group=group)
    permissions = _permissions(apps, "wagtailcore", _PAGES)
    rights.exclude(page_id=page_id).delete()
    rights.exclude(permission__in=permissions).delete()
    for permission in permissions:
        rights.get_or_create(group=group, page_id=page_id, permission=permission)


def _give_library(apps: Any, group: Any) -> None:
    root = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    rights = apps.get_model("wagtailcore", "GroupCollectionPermission").objects.filter(group=group)
    for label, names in _LIBRARY.items():
        for permission in _permissions(apps, label, names):
            rights.get_or_create(group=group, collection=root, permission=permission)
