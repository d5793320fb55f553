"""Records that give people a role: when one is saved, the services hear of it."""

from typing import Any

from django.db.models import Model
from django.utils import timezone
from wagtail.admin.views import generic

from lms.accounts.models import User
from lms.kit.scoped import ScopedEditView, ScopedModelViewSet
from lms.programmes.services import record_staff


def _people(record: Model, relation: str) -> set[User]:
    """Who has a role by `relation`, asked of the database: the record may already hold what the form brought."""
    rows: Any = record._meta.get_field(relation)
    given = rows.related_model._default_manager.filter(**{rows.field.name: record.pk})
    return set(User.objects.filter(pk__in=given.values("user")))


class _GivesRoles:
    """`roles_relation`: the child rows, each with a `user`, that give a role over this record."""

    roles_relation = ""
    form: Any

    def save_instance(self) -> Any:
        before = _people(self.form.instance, self.roles_relation)
        record = super().save_instance()  # type: ignore[misc]
        after = _people(record, self.roles_relation)
        record_staff(given=after - before, taken=before - after, now=timezone.now())
        return record


class _RoleCreateView(_GivesRoles, generic.CreateView):
    pass


class _RoleEditView(_GivesRoles, ScopedEditView):
    pass


class RoleGivingViewSet(ScopedModelViewSet):
    """Records whose child rows give people a role."""

    add_view_class = _RoleCreateView
    edit_view_class = _RoleEditView
    roles_relation = ""

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        common: dict[str, Any] = super().get_common_view_kwargs(**{"roles_relation": self.roles_relation, **kwargs})
        return common
