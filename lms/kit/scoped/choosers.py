"""Choosers that show, and give, only what a person may choose."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet

from .forms import ScopedChooser
from .sight import in_sight


class _Choosing:
    model_class: type[Model]
    request: HttpRequest

    search_fields: ClassVar[tuple[str, ...]] = ()

    def get_object_list(self) -> QuerySet[Any]:
        return in_sight(self.model_class, self.request.user, ("choose",))

    def get_filter_form_class(self) -> type[BaseFilterForm]:
        return type("SearchForm", (NameSearchForm,), {"search_fields": self.search_fields})

    def get_object(self, pk: str) -> Any:
        return get_object_or_404(self.get_objects([pk]))

    def get_objects(self, pks: list[str]) -> QuerySet[Any]:
        return self.get_object_list().filter(pk__in=[pk for pk in pks if pk.isdecimal()])


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
