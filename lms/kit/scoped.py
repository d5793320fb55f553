"""Wagtail views in which a person meets only the rows her permission policy gives her; the others do not exist.

Wagtail 8 asks the policy registry whether somebody may act on a *model*. These classes also ask it for which *rows*:
in lists, filters, exports, forms and choosers alike. A policy answers `instances_user_has_permission_for` for the
usual actions and for `choose`: what a person may pick in a form.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import Permission
from django.db.models import Model, ProtectedError, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import InlinePanel
from wagtail.admin.views import generic
from wagtail.admin.views.generic import chooser, history, usage
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.chooser import BaseChooser
from wagtail.permissions import policy_registry

from .exports import defuse

SIGHT = ("view", "change", "delete")


def in_sight(model: type[Model], user: Any, actions: tuple[str, ...] = SIGHT) -> QuerySet[Any]:
    """The rows of `model` on which `user` may do any of `actions`, by the policy registered for it."""
    rows: QuerySet[Any] = policy_registry.get_by_type(model).instances_user_has_any_permission_for(user, actions)
    return rows


def _offer(field: forms.Field, user: Any) -> None:
    """Narrow a field that picks rows to those `user` may choose; models without a policy are left alone."""
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        model = field.queryset.model
        if policy_registry.get_by_type(model, fallback=False) is not None:
            field.queryset = in_sight(model, user, ("choose",))
            if isinstance(field.widget, ScopedChooser):
                field.widget.offered = field.queryset


# --- Forms, filters, choosers' widgets --------------------------------------------------------------------------------


class ScopedForm(WagtailAdminModelForm):
    """A form that offers, and accepts, only rows the person may choose."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _offer(field, self.for_user)


class ScopedInlinePanel(InlinePanel):
    """Child rows whose forms know who fills them in."""

    def __init__(
        self, relation_name: str, *args: Any, child_form: type[ScopedForm] = ScopedForm, **kwargs: Any
    ) -> None:
        super().__init__(relation_name, *args, **kwargs)
        self.child_form = child_form

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "child_form": self.child_form}

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name].update(form=self.child_form, inherit_kwargs=["for_user"])
        return options


class ScopedFilterSet(WagtailFilterSet):
    """Filters whose lists name only rows the person may choose."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.form.fields.values():
            _offer(field, self.request.user)


class ScopedChooser(BaseChooser):
    """A chooser's widget that shows the title of nothing but what was offered: a posted foreign id stays nameless."""

    offered: QuerySet[Any] | None = None

    def get_instance(self, value: Any) -> Any:
        instance = super().get_instance(value)
        if instance is None or self.offered is None or self.offered.filter(pk=instance.pk).exists():
            return instance
        return None


# --- Views ------------------------------------------------------------------------------------------------------------


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


# --- Choosers ---------------------------------------------------------------------------------------------------------


class _Choosing:
    model_class: type[Model]
    request: HttpRequest

    search_fields: ClassVar[tuple[str, ...]] = ()

    def get_object_list(self) -> QuerySet[Any]:
        return in_sight(self.model_class, self.request.user, ("choose",))

    def get_filter_form_class(self) -> type[BaseFilterForm]:
        return type("SearchForm", (NameSearchForm,), {"search_fields": self.search_fields})

    def get_object(self, pk: str) -> Any:
        return self.get_object_list().get(pk=pk)

    def get_objects(self, pks: list[str]) -> QuerySet[Any]:
        return self.get_object_list().filter(pk__in=pks)


class NameSearchForm(BaseFilterForm):
    """Finds rows by a part of one of `search_fields`."""

    search_fields: ClassVar[tuple[str, ...]] = ()
    q = forms.CharField(label=_("Search"), required=False)

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        words = self.cleaned_data.get("q")
        if not words or not self.search_fields:
            return objects
        self.is_searching, self.search_query = True, words
        anywhere = Q()
        for name in self.search_fields:
            anywhere |= Q(**{f"{name}__icontains": words})
        return objects.filter(anywhere)


class ScopedChooseView(_Choosing, chooser.ChooseView):
    pass


class ScopedChooseResultsView(_Choosing, chooser.ChooseResultsView):
    pass


class ScopedChosenView(_Choosing, chooser.ChosenView):
    pass


class ScopedChosenMultipleView(_Choosing, chooser.ChosenMultipleView):
    pass


class ScopedChooserViewSet(ChooserViewSet):
    """Picks one row among those offered to the person; it creates none."""

    choose_view_class = ScopedChooseView
    choose_results_view_class = ScopedChooseResultsView
    chosen_view_class = ScopedChosenView
    chosen_multiple_view_class = ScopedChosenMultipleView
    base_widget_class = ScopedChooser
    #: Names of the text fields the search of the modal looks into.
    search_fields: ClassVar[tuple[str, ...]] = ()

    def get_urlpatterns(self) -> list[URLPattern]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        common: dict[str, Any] = super().get_common_view_kwargs(**{"search_fields": self.search_fields, **kwargs})
        return common
