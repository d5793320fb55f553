"""The question bank, the glossary and the modules of tracks, as editors and administrators run them in Wagtail."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import BooleanColumn, LiveStatusTagColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.snippets.views.chooser import SnippetChooserViewSet, SnippetChosenMultipleView, SnippetChosenView
from wagtail.snippets.views.snippets import SnippetViewSet

from lms.kit.numbered import NumberedChosen, NumberedChosenMultiple

from .forms import QuestionForm
from .models import GlossaryTerm, Question, TrackModule


class QuestionFilters(WagtailFilterSet):
    class Meta:
        model = Question
        fields: ClassVar = ["kind", "category", "live", "has_unpublished_changes"]


class ChosenView(NumberedChosen, SnippetChosenView):
    pass


class ChosenMultipleView(NumberedChosenMultiple, SnippetChosenMultipleView):
    pass


class PickOnlyChooserViewSet(SnippetChooserViewSet):
    """Picks a snippet and creates none: one with inline answers has no short form to fill in."""

    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView

    def get_urlpatterns(self) -> list[Any]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]


class QuestionViewSet(SnippetViewSet):
    """The bank: found by words, sorted by kind and category, published one by one or many at a time."""

    model = Question
    edit_handler = ObjectList(Question.panels, base_form_class=QuestionForm)
    icon = "help"
    menu_label = _("Questions")
    menu_order = 310
    add_to_admin_menu = True
    list_display: ClassVar = ["name", "kind", "category", LiveStatusTagColumn()]
    list_per_page = 50
    filterset_class = QuestionFilters
    ordering: ClassVar = ["category", "name"]
    copy_view_enabled = True
    chooser_viewset_class = PickOnlyChooserViewSet


class GlossaryTermViewSet(SnippetViewSet):
    model = GlossaryTerm
    icon = "openquote"
    menu_label = _("Glossary")
    menu_order = 320
    add_to_admin_menu = True
    list_display: ClassVar = ["term", LiveStatusTagColumn()]
    chooser_viewset_class = PickOnlyChooserViewSet


class TrackModuleViewSet(ModelViewSet):
    """Which modules make a track, for how many minutes."""

    model = TrackModule
    icon = "list-ol"
    menu_label = _("Modules of tracks")
    menu_order = 330
    add_to_admin_menu = True
    form_fields: ClassVar = ["track", "module", "required", "minutes", "opens_after_days", "order"]
    list_display: ClassVar = [
        "track",
        "module",
        BooleanColumn("required", label=_("Required"), sort_key="required"),
        "minutes",
        "opens_after_days",
        "order",
    ]
    list_filter: ClassVar = ["track", "required"]
    ordering: ClassVar = ["track", "order"]
    add_to_reference_index = False
