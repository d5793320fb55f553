"""What a form about a programme may pick: each person among what is offered to her."""

from django.utils.translation import gettext_lazy as _

from lms.accounts.models import User
from lms.kit.scoped import ScopedChooserViewSet
from lms.programmes.models import Cohort, HostStructure, Track


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
