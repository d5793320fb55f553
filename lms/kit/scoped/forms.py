"""Forms, filters and widgets that offer a person what she may choose, and take nothing else."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import InlinePanel
from wagtail.admin.widgets.chooser import BaseChooser
from wagtail.permissions import policy_registry

from .sight import in_sight


def _offer(field: forms.Field, user: Any) -> None:
    """Narrow a field that picks rows to those `user` may choose; models without a policy are left alone."""
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        model = field.queryset.model
        if policy_registry.get_by_type(model, fallback=False) is not None:
            field.queryset = in_sight(model, user, ("choose",))
            if isinstance(field.widget, ScopedChooser):
                field.widget.offered = field.queryset


class ScopedForm(WagtailAdminModelForm):
    """A form that offers, and accepts, only rows the person may choose."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _offer(field, self.for_user)


class DiscreetForm(ScopedForm):
    """As `ScopedForm`, for what several may change: what somebody else chose, out of this person's sight, is neither
    shown nor lost; who may choose nothing has no field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in list(self.fields.items()):
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                kept = getattr(self.instance, f"{name}_id", None)
                offered = field.queryset.filter(pk=kept) if kept else field.queryset
                if not offered.exists():
                    del self.fields[name]


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
        if isinstance(value, str) and not value.isdecimal():
            return None  # no id of anything: the field refuses it in words
        instance = super().get_instance(value)
        if instance is None or self.offered is None or self.offered.filter(pk=instance.pk).exists():
            return instance
        return None
