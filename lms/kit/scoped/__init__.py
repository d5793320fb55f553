"""Wagtail views in which a person meets only the rows her permission policy gives her; the others do not exist.

Wagtail 8 asks the policy registry whether somebody may act on a *model*. These classes also ask it for which *rows*:
in lists, filters, exports, forms and choosers alike. A policy answers `instances_user_has_permission_for` for the
usual actions and for `choose`: what a person may pick in a form.
"""

from .choosers import ScopedChooserViewSet
from .forms import DiscreetForm, ScopedFilterSet, ScopedForm, ScopedInlinePanel
from .sight import in_sight
from .views import ScopedDeleteView, ScopedEditView, ScopedIndexView, ScopedInspectView, ScopedModelViewSet

__all__ = [
    "DiscreetForm",
    "ScopedChooserViewSet",
    "ScopedDeleteView",
    "ScopedEditView",
    "ScopedFilterSet",
    "ScopedForm",
    "ScopedIndexView",
    "ScopedInlinePanel",
    "ScopedInspectView",
    "ScopedModelViewSet",
    "in_sight",
]
