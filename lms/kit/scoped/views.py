"""Lists, forms and histories of records, each person among her own."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import Permission
from django.db.models import Model, ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history, usage
from wagtail.admin.viewsets.model import ModelViewSet

from lms.kit.exports import defuse

from .sight import in_sight


class _ListInSight:
    model: ClassVar[type[Model]]
    request: HttpRequest

    def get_base_queryset(self) -> QuerySet[Any]:
        return in_sight(self.model, self.request.user)


class _FoundInSight:
    """For views that look their object up in `get_queryset` (edit, delete) or in the manager of the model."""

    model: ClassVar[type[Model]]
    request: HttpRequest

    def get_queryset(self) -> QuerySet[Any]:
        return in_sight(self.model, self.request.user)


class _TracedInSight:
    """For views built on Wagtail's `BaseObjectMixin` (history, usage)."""

    model: ClassVar[type[Model]]
    request: HttpRequest

    def get_base_object_queryset(self) -> QuerySet[Any]:
        return in_sight(self.model, self.request.user)


class ScopedIndexView(_ListInSight, generic.IndexView):
    """The list and its export, where no cell is a formula."""

    list_select_related: tuple[str, ...] = ()

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = super().get_base_queryset()
        return rows.select_related(*self.list_select_related) if self.list_select_related else rows

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        return defuse(super().preprocess_field_value(field, value, export_format))


class ScopedEditView(_FoundInSight, generic.EditView):
    pass


class ScopedDeleteView(_FoundInSight, generic.DeleteView):
    """Refuses in words what other rows still need."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except ProtectedError:
            messages.error(self.request, _("“%s” is still in use: it cannot be deleted.") % self.object)
            return redirect(self.edit_url_name, self.object.pk)
        return response


class ScopedHistoryView(_TracedInSight, history.HistoryView):
    pass


class ScopedUsageView(_TracedInSight, usage.UsageView):
    pass


class ScopedInspectView(generic.InspectView):
    def get_object(self, queryset: QuerySet[Any] | None = None) -> Any:
        return get_object_or_404(in_sight(self.model, self.request.user), pk=self.pk)


class ScopedModelViewSet(ModelViewSet):
    """Records run by staff, each person among her own."""

    index_view_class = ScopedIndexView
    edit_view_class = ScopedEditView
    delete_view_class = ScopedDeleteView
    history_view_class = ScopedHistoryView
    usage_view_class = ScopedUsageView
    inspect_view_class = ScopedInspectView
    copy_view_enabled = False
    search_backend_name = None
    #: Relations the columns and the export read.
    list_select_related: tuple[str, ...] = ()

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        common: dict[str, Any] = super().get_index_view_kwargs(**kwargs)
        return common | {"list_select_related": self.list_select_related}

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        """None: what a person may do here follows from her roles, never from a box ticked for a group."""
        return Permission.objects.none()
