"""The records of live seminars in Wagtail’s admin: sessions with their staff and run sheet, what funders ask for."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSetGroup

from lms.kit.scoped import ScopedForm, ScopedInlinePanel, ScopedModelViewSet
from seminars.forms.records import LiveSessionForm
from seminars.models import FunderPresence, LiveSession
from seminars.views.records import LiveSessionDeleteView, LiveSessionEditView


class LiveSessionViewSet(ScopedModelViewSet):
    model = LiveSession
    icon = "desktop"
    add_to_reference_index = False
    edit_view_class = LiveSessionEditView
    delete_view_class = LiveSessionDeleteView
    list_display: ClassVar = ["title", "series", "starts_at", "get_state_display", "partner"]
    list_select_related = ("series", "partner")
    search_fields: ClassVar = ["title"]
    edit_handler = ObjectList(
        [
            FieldPanel("series"),
            FieldPanel("title"),
            FieldPanel("summary"),
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at"), FieldPanel("time_zone")]),
            MultiFieldPanel(
                [
                    FieldPanel("audience"),
                    FieldRowPanel([FieldPanel("track"), FieldPanel("cohort"), FieldPanel("partner")]),
                    FieldPanel("seats"),
                ],
                heading=_("Who may come"),
            ),
            ScopedInlinePanel(
                "staff",
                panels=[FieldRowPanel([FieldPanel("person"), FieldPanel("role")])],
                heading=_("Who runs it"),
                label=_("Person"),
            ),
            ScopedInlinePanel(
                "run_sheet",
                panels=[
                    FieldRowPanel([FieldPanel("order"), FieldPanel("minutes"), FieldPanel("title")]),
                    FieldPanel("notes"),
                ],
                heading=_("Run sheet"),
                label=_("Line"),
            ),
            MultiFieldPanel([FieldPanel("is_credited"), FieldPanel("threshold_percent")], heading=_("Hours")),
            MultiFieldPanel([FieldPanel("is_recorded"), FieldPanel("retention_days")], heading=_("Recording")),
            MultiFieldPanel(
                [FieldPanel("phone_number"), FieldPanel("stream_url")], heading=_("Where the network is weak")
            ),
        ],
        base_form_class=LiveSessionForm,
    )


class FunderPresenceViewSet(ScopedModelViewSet):
    model = FunderPresence
    icon = "check"
    add_to_reference_index = False
    list_display: ClassVar = ["funder", "threshold_percent", "needs_signature"]
    list_select_related = ("funder",)
    edit_handler = ObjectList(
        [FieldPanel("funder"), FieldPanel("threshold_percent"), FieldPanel("needs_signature")],
        base_form_class=ScopedForm,
    )


class SeminarsGroup(ModelViewSetGroup):
    menu_label = _("Live seminars")
    menu_icon = "desktop"
    menu_order = 265
    items = (LiveSessionViewSet, FunderPresenceViewSet)
