"""The records of a programme in Wagtail's admin, and the choosers that pick them."""

from typing import Any, ClassVar

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django_filters import DateFromToRangeFilter, ModelChoiceFilter, MultipleChoiceFilter
from wagtail.admin.filters import DateRangePickerWidget
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSetGroup

from lms.accounts.models import User
from lms.kit.scoped import ScopedChooserViewSet, ScopedFilterSet, ScopedForm, ScopedInlinePanel, ScopedModelViewSet

from .enums import EnrolmentState
from .forms import AuditAccessForm, CohortForm, InvitationForm
from .models import (
    Certification,
    CertificationVersion,
    Cohort,
    CompetencyBlock,
    Enrolment,
    Funder,
    HostStructure,
    Partner,
    Track,
    TrainingProvider,
)
from .views.enrolments import EnrolmentEditView, EnrolmentIndexView, InviteAgainView, InviteView, StateView
from .views.records import RoleCreateView, RoleEditView

ADMINISTRATORS = "superuser"
"""As a panel's `permission`: the field exists for administrators only."""


# --- Organisations ------------------------------------------------------------------------------------------------------


class TrainingProviderViewSet(ScopedModelViewSet):
    model = TrainingProvider
    icon = "home"
    add_to_reference_index = False
    list_display: ClassVar = ["name", "activity_number", "city"]
    panels: ClassVar = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("activity_number"), FieldPanel("siret")]),
        FieldPanel("address"),
        FieldPanel("city"),
        MultiFieldPanel([FieldPanel("signatory_name"), FieldPanel("signatory_title")], heading=_("Signature")),
        MultiFieldPanel(
            [
                FieldPanel("help_name"),
                FieldPanel("help_role"),
                FieldPanel("help_phone"),
                FieldPanel("help_email"),
                FieldPanel("help_hours"),
                FieldPanel("help_delay"),
                FieldPanel("disability_contact"),
            ],
            heading=_("Help, at the foot of every page"),
        ),
    ]


class PartnerViewSet(ScopedModelViewSet):
    model = Partner
    icon = "group"
    add_to_reference_index = False
    add_view_class = type("PartnerCreateView", (RoleCreateView,), {"roles_relation": "memberships"})
    edit_view_class = type("PartnerEditView", (RoleEditView,), {"roles_relation": "memberships"})
    list_display: ClassVar = ["name", "territory", "siret"]
    search_fields: ClassVar = ["name", "territory"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("provider"),
            FieldRowPanel([FieldPanel("territory"), FieldPanel("siret")]),
            ScopedInlinePanel("memberships", panels=[FieldPanel("user")], heading=_("Managers"), label=_("Manager")),
        ],
        base_form_class=ScopedForm,
    )


class FunderViewSet(ScopedModelViewSet):
    model = Funder
    icon = "doc-full-inverse"
    add_to_reference_index = False
    add_view_class = type("FunderCreateView", (RoleCreateView,), {"roles_relation": "audit_accesses"})
    edit_view_class = type("FunderEditView", (RoleEditView,), {"roles_relation": "audit_accesses"})
    list_display: ClassVar = ["name", "retention_years"]
    search_fields: ClassVar = ["name"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("retention_years"),
            ScopedInlinePanel(
                "audit_accesses",
                panels=[FieldPanel("user"), FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")])],
                heading=_("Auditors"),
                label=_("Auditor"),
                child_form=AuditAccessForm,
            ),
        ],
        base_form_class=ScopedForm,
    )


class HostStructureViewSet(ScopedModelViewSet):
    model = HostStructure
    icon = "site"
    add_to_reference_index = False
    list_display: ClassVar = ["name", "city", "siret", "external_id"]
    search_fields: ClassVar = ["name", "city", "siret", "external_id"]
    panels: ClassVar = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("siret"), FieldPanel("external_id")]),
        FieldRowPanel([FieldPanel("postcode"), FieldPanel("city")]),
    ]


# --- Certification ------------------------------------------------------------------------------------------------------


class CertificationViewSet(ScopedModelViewSet):
    model = Certification
    icon = "pilcrow"
    add_to_reference_index = False
    list_display: ClassVar = ["title", "acronym"]
    panels: ClassVar = [FieldPanel("title"), FieldPanel("acronym")]


class CertificationVersionViewSet(ScopedModelViewSet):
    model = CertificationVersion
    icon = "history"
    add_to_reference_index = False
    list_display: ClassVar = ["title", "title_code", "rncp_code", "valid_from", "valid_until"]
    list_select_related = ("certification",)
    panels: ClassVar = [
        FieldPanel("certification"),
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("rncp_code"), FieldPanel("title_code"), FieldPanel("vintage")]),
        FieldRowPanel([FieldPanel("level"), FieldPanel("nsf_code")]),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
        FieldPanel("successor"),
    ]


class CompetencyBlockViewSet(ScopedModelViewSet):
    model = CompetencyBlock
    icon = "list-ol"
    add_to_reference_index = False
    list_display: ClassVar = ["code", "title", "version"]
    list_select_related = ("version",)
    panels: ClassVar = [
        FieldPanel("version"),
        FieldRowPanel([FieldPanel("code"), FieldPanel("order")]),
        FieldPanel("title"),
        InlinePanel(
            "competencies",
            panels=[
                FieldPanel("number"),
                FieldPanel("title"),
                InlinePanel(
                    "criteria",
                    panels=[FieldPanel("text"), FieldPanel("order")],
                    heading=_("Performance criteria"),
                    label=_("Criterion"),
                ),
            ],
            heading=_("Competencies"),
            label=_("Competency"),
        ),
    ]


class TrackViewSet(ScopedModelViewSet):
    model = Track
    icon = "thumbtack"
    add_to_reference_index = False
    list_display: ClassVar = ["name", "hours", "remote_share", "block"]
    list_select_related = ("block",)
    panels: ClassVar = [
        FieldPanel("name"),
        FieldPanel("block"),
        FieldRowPanel([FieldPanel("hours"), FieldPanel("remote_share")]),
    ]


# --- Cohorts and enrolments ---------------------------------------------------------------------------------------------


class CohortFilterSet(ScopedFilterSet):
    partner = ModelChoiceFilter(queryset=Partner.objects.all(), label=_("Partner"))
    track = ModelChoiceFilter(queryset=Track.objects.all(), label=_("Track"))
    starts_on = DateFromToRangeFilter(label=_("Starts on"), widget=DateRangePickerWidget)

    class Meta:
        model = Cohort
        fields: ClassVar = ["partner", "track", "starts_on"]


class CohortViewSet(ScopedModelViewSet):
    model = Cohort
    icon = "group"
    add_to_reference_index = False
    add_view_class = type("CohortCreateView", (RoleCreateView,), {"roles_relation": "staff"})
    edit_view_class = type("CohortEditView", (RoleEditView,), {"roles_relation": "staff"})
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
        base_form_class=CohortForm,
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


class ProgrammesGroup(ModelViewSetGroup):
    menu_label = _("Programmes")
    menu_icon = "group"
    menu_order = 250
    items = (
        CohortViewSet,
        EnrolmentViewSet,
        HostStructureViewSet,
        TrackViewSet,
        CompetencyBlockViewSet,
        CertificationVersionViewSet,
        CertificationViewSet,
        PartnerViewSet,
        FunderViewSet,
        TrainingProviderViewSet,
    )


# --- Choosers -----------------------------------------------------------------------------------------------------------


class CohortChooserViewSet(ScopedChooserViewSet):
    model = Cohort
    icon = "group"
    choose_one_text = _("Choose a cohort")
    search_fields = ("name",)


class TrackChooserViewSet(ScopedChooserViewSet):
    model = Track
    icon = "thumbtack"
    choose_one_text = _("Choose a track")
    search_fields = ("name",)


class HostStructureChooserViewSet(ScopedChooserViewSet):
    model = HostStructure
    icon = "site"
    choose_one_text = _("Choose a host structure")
    search_fields = ("name", "city", "siret")


class PersonChooserViewSet(ScopedChooserViewSet):
    model = User
    icon = "user"
    choose_one_text = _("Choose a person")
    search_fields = ("display_name", "email")


choosers = (
    CohortChooserViewSet("cohort_chooser"),
    TrackChooserViewSet("track_chooser"),
    HostStructureChooserViewSet("host_structure_chooser"),
    PersonChooserViewSet("person_chooser"),
)
