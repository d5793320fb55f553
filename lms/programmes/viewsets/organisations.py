"""Provider, partners with their managers, funders with their auditors, host structures."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList

from lms.kit.scoped import ScopedForm, ScopedInlinePanel, ScopedModelViewSet
from lms.programmes.forms import AuditAccessForm
from lms.programmes.models import Funder, HostStructure, Partner, TrainingProvider

from .roles import RoleGivingViewSet


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


class PartnerViewSet(RoleGivingViewSet):
    model = Partner
    icon = "group"
    add_to_reference_index = False
    roles_relation = "memberships"
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


class FunderViewSet(RoleGivingViewSet):
    model = Funder
    icon = "doc-full-inverse"
    add_to_reference_index = False
    roles_relation = "audit_accesses"
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
