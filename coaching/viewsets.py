"""The records of coaching in Wagtail’s admin: what is offered, where, whom a cohort may book, the hours of a track."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSetGroup

from coaching.forms.records import AppointmentKindForm
from coaching.models import AppointmentKind, CoachingQuota, CohortCoaching, ContactRule, MessageTemplate, Place
from lms.kit.scoped import ScopedForm, ScopedModelViewSet
from lms.programmes.forms import OfPartnerForm


class AppointmentKindViewSet(ScopedModelViewSet):
    model = AppointmentKind
    icon = "calendar-alt"
    add_to_reference_index = False
    list_display: ClassVar = ["name", "minutes", "capacity", "partner", "is_active"]
    list_select_related = ("partner",)
    search_fields: ClassVar = ["name"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("description"),
            FieldPanel("partner"),
            FieldRowPanel([FieldPanel("minutes"), FieldPanel("capacity"), FieldPanel("order")]),
            FieldPanel("modes"),
            MultiFieldPanel(
                [FieldPanel("for_learners"), FieldPanel("for_alumni"), FieldPanel("is_active")],
                heading=_("Who may book it"),
            ),
            MultiFieldPanel([FieldPanel("counts_in_quota"), FieldPanel("is_credited")], heading=_("Hours")),
        ],
        base_form_class=AppointmentKindForm,
    )


class PlaceViewSet(ScopedModelViewSet):
    model = Place
    icon = "site"
    add_to_reference_index = False
    list_display: ClassVar = ["name", "address", "partner"]
    list_select_related = ("partner",)
    search_fields: ClassVar = ["name", "address"]
    edit_handler = ObjectList(
        [FieldPanel("name"), FieldPanel("partner"), FieldPanel("address"), FieldPanel("access")],
        base_form_class=OfPartnerForm,
    )


class CohortCoachingViewSet(ScopedModelViewSet):
    model = CohortCoaching
    icon = "group"
    add_to_reference_index = False
    list_display: ClassVar = ["cohort", "continuity", "is_countersigned"]
    list_select_related = ("cohort",)
    edit_handler = ObjectList(
        [FieldPanel("cohort"), FieldPanel("continuity"), FieldPanel("is_countersigned")], base_form_class=ScopedForm
    )


class CoachingQuotaViewSet(ScopedModelViewSet):
    model = CoachingQuota
    icon = "time"
    add_to_reference_index = False
    list_display: ClassVar = ["track", "minutes"]
    list_select_related = ("track",)
    edit_handler = ObjectList([FieldPanel("track"), FieldPanel("minutes")], base_form_class=ScopedForm)


class ContactRuleViewSet(ScopedModelViewSet):
    model = ContactRule
    icon = "warning"
    add_to_reference_index = False
    list_display: ClassVar = ["get_signal_display", "threshold", "weight", "is_active"]
    panels: ClassVar = [
        FieldPanel("signal"),
        FieldRowPanel([FieldPanel("threshold"), FieldPanel("weight")]),
        FieldPanel("is_active"),
    ]


class MessageTemplateViewSet(ScopedModelViewSet):
    model = MessageTemplate
    icon = "mail"
    add_to_reference_index = False
    list_display: ClassVar = ["title", "language", "get_signal_display", "partner"]
    list_select_related = ("partner",)
    search_fields: ClassVar = ["title", "text"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("partner"),
            FieldRowPanel([FieldPanel("language"), FieldPanel("signal")]),
            FieldPanel("text", help_text=_("{first_name} and {coach} are filled in when it is opened.")),
        ],
        base_form_class=OfPartnerForm,
    )


class CoachingGroup(ModelViewSetGroup):
    menu_label = _("Coaching")
    menu_icon = "calendar-alt"
    menu_order = 260
    items = (
        AppointmentKindViewSet,
        PlaceViewSet,
        CohortCoachingViewSet,
        CoachingQuotaViewSet,
        ContactRuleViewSet,
        MessageTemplateViewSet,
    )
