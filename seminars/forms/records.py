"""Forms of the records that staff run in Wagtail's admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from lms.accounts.zones import zone_choices
from lms.programmes.forms import OfPartnerForm
from seminars.enums import Audience
from seminars.models import SeminarSeriesPage

NAMED = {Audience.COHORT: "cohort", Audience.TRACK: "track", Audience.PARTNER: "partner"}


class LiveSessionForm(OfPartnerForm):
    """A date of a series. Its audience names what it needs; a manager's sessions are of a partner of hers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "time_zone" in self.fields:
            self.fields["time_zone"] = forms.ChoiceField(
                label=self.fields["time_zone"].label, choices=zone_choices(), initial="Europe/Paris"
            )
        # Published series are no secret: a plain list, where a page chooser would ask for rights on pages.
        self.fields["series"] = forms.ModelChoiceField(
            label=self.fields["series"].label, queryset=SeminarSeriesPage.objects.live().order_by("title")
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("Its end must come after its start."))
        needed = NAMED.get(cleaned.get("audience", ""))
        if needed and not cleaned.get(needed) and needed not in self.errors:
            self.add_error(needed, _("Say which one: the audience names it."))
        return cleaned
