"""Cohorts with their named contacts, and the enrolments in them: what partner managers run."""

from typing import Any, ClassVar

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django_filters import DateFromToRangeFilter, ModelChoiceFilter, MultipleChoiceFilter
from wagtail.admin.filters import DateRangePickerWidget
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList

from lms.kit.scoped import ScopedFilterSet, ScopedForm, ScopedInlinePanel, ScopedModelViewSet
from lms.programmes.enums import EnrolmentState
from lms.programmes.forms import InvitationForm, OfPartnerForm
from lms.programmes.models import Cohort, Enrolment, Partner, Track
from lms.programmes.views.enrolments import (
    EnrolmentEditView,
    EnrolmentIndexView,
    InviteAgainView,
    InviteView,
    StateView,
)

from .roles import RoleGivingViewSet

ADMINISTRATORS = "superuser"
"""As a panel's `permission`: the field exists for administrators only."""


class CohortFilterSet(ScopedFilterSet):
    partner = ModelChoiceFilter(queryset=Partner.objects.all(), label=_("Partner"))
    track = ModelChoiceFilter(queryset=Track.objects.all(), label=_("Track"))
    starts_on = DateFromToRangeFilter(label=_("Starts on"), widget=DateRangePickerWidget)

    class Meta:
        model = Cohort
        fields: ClassVar = ["partner", "track", "starts_on"]


class CohortViewSet(RoleGivingViewSet):
    model = Cohort
    icon = "group"
    add_to_reference_index = False
    roles_relation = "staff"
    inspect_view_enabled = True
    inspect_view_fields: ClassVar = ["name", "partner", "track", "funder", "starts_on", "ends_on", "public_id"]
    list_display: ClassVar = ["name", "partner", "track", "starts_on", "ends_on"]
    list_select_related = ("partner", "track", "funder")
    list_export: ClassVar = ["public_id", "name", "partner.name", "track.name", "funder", "starts_on", "ends_on"]
    export_filename = "cohorts"
    filterset_class = CohortFilterSet
    search_fields: ClassVar = ["name"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("partner"),
            FieldPanel("track"),
            FieldPanel("funder", permission=ADMINISTRATORS),
            FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
            ScopedInlinePanel(
                "staff",
                panels=[FieldPanel("user"), FieldRowPanel([FieldPanel("role"), FieldPanel("delay")])],
                heading=_("Named contacts"),
                label=_("Contact"),
            ),
        ],
        base_form_class=OfPartnerForm,
    )


class EnrolmentFilterSet(ScopedFilterSet):
    state = MultipleChoiceFilter(choices=EnrolmentState, label=_("State"))
    cohort = ModelChoiceFilter(queryset=Cohort.objects.all(), label=_("Cohort"))

    class Meta:
        model = Enrolment
        fields: ClassVar = ["state", "cohort"]


class EnrolmentViewSet(ScopedModelViewSet):
    """Enrolments are invited, changed by states, and never deleted."""

    model = Enrolment
    icon = "user"
    add_to_reference_index = False
    index_view_class = EnrolmentIndexView
    add_view_class = InviteView
    edit_view_class = EnrolmentEditView
    list_display: ClassVar = ["learner", "cohort", "state", "coach", "enrolled_at"]
    list_select_related = ("learner", "cohort__partner", "coach", "host_structure")
    list_export: ClassVar = [
        "public_id",
        "learner.display_name",
        "learner.email",
        "cohort.name",
        "get_state_display",
        "coach",
        "host_structure",
        "external_id",
        "enrolled_at",
    ]
    export_filename = "enrolments"
    filterset_class = EnrolmentFilterSet
    search_fields: ClassVar = ["learner__display_name", "learner__email", "external_id"]
    edit_handler = ObjectList(
        [
            FieldPanel("coach"),
            FieldPanel("host_structure"),
            FieldRowPanel([FieldPanel("external_id"), FieldPanel("weekly_goal_minutes")]),
        ],
        base_form_class=ScopedForm,
    )
    invitation = ObjectList(
        [
            FieldPanel("cohort"),
            FieldPanel("email"),
            FieldRowPanel([FieldPanel("display_name"), FieldPanel("certificate_name")]),
        ],
        base_form_class=InvitationForm,
    )

    def get_add_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        panel = self.invitation.bind_to_model(Enrolment)
        common: dict[str, Any] = super().get_add_view_kwargs(**kwargs)
        return common | {"panel": panel, "form_class": panel.get_form_class()}

    def get_urlpatterns(self) -> list[URLPattern]:
        state = self.construct_view(StateView)
        again = self.construct_view(InviteAgainView)
        return [
            *super().get_urlpatterns(),
            path("state/<int:pk>/", state, name="state"),
            path("invite-again/<int:pk>/", again, name="invite_again"),
        ]
