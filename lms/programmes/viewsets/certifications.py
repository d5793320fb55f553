"""Titles, their versions, their blocks with competencies and criteria, and the tracks that lead to them."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel

from lms.kit.scoped import ScopedModelViewSet
from lms.programmes.models import Certification, CertificationVersion, CompetencyBlock, Track


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
