"""The records of a programme in Wagtail's admin, and the choosers that pick them."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup

from .certifications import CertificationVersionViewSet, CertificationViewSet, CompetencyBlockViewSet, TrackViewSet
from .choosers import choosers
from .cohorts import CohortViewSet, EnrolmentViewSet
from .organisations import FunderViewSet, HostStructureViewSet, PartnerViewSet, TrainingProviderViewSet

__all__ = ["ProgrammesGroup", "choosers"]


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
