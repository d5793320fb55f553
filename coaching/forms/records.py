"""Forms of the records managers run in Wagtail's admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.enums import Mode
from lms.programmes.forms import OfPartnerForm


class AppointmentKindForm(OfPartnerForm):
    """A kind of appointment; how it is held is ticked."""

    modes = forms.MultipleChoiceField(
        label=gettext_lazy("How"),
        choices=Mode,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one way.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not (cleaned.get("for_learners") or cleaned.get("for_alumni")):
            self.add_error("for_learners", _("Say who may book it: learners, alumni, or both."))
        return cleaned
