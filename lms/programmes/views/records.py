"""Saving a record that gives people a role: the services hear of it."""

from typing import Any

from django.db.models import Model
from django.utils import timezone
from wagtail.admin.views import generic

from lms.accounts.models import User
from lms.kit.scoped import ScopedEditView
from lms.programmes.services import record_staff


def _people(instance: Model | None, relation: str) -> set[User]:
    """Who has a role by `relation`, as the database says: the instance may already hold what the form brought."""
    if instance is None or instance.pk is None:
        return set()
    rows = type(instance)._meta.get_field(relation).related_model  # type: ignore[union-attr]
    return set(
        User.objects.filter(pk__in=rows._default_manager.filter(**{_parent(rows, instance): instance}).values("user"))
    )


def _parent(rows: Any, instance: Model) -> str:
    return next(field.name for field in rows._meta.fields if field.related_model is type(instance))


class _GivesRoles:
    """`roles_relation`: the child rows, each with a `user`, that give a role over this record."""

    roles_relation = ""
    form: Any

    def save_instance(self) -> Any:
        before = _people(self.form.instance, self.roles_relation)
        instance = super().save_instance()  # type: ignore[misc]
        after = _people(instance, self.roles_relation)
        record_staff(given=after - before, taken=before - after, now=timezone.now())
        return instance


class RoleCreateView(_GivesRoles, generic.CreateView):
    pass


class RoleEditView(_GivesRoles, ScopedEditView):
    pass
