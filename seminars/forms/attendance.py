"""What is written about an attendance, made clean."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from seminars.enums import HalfDay
from seminars.models import LiveSession


class CorrectionForm(forms.Form):
    """How many minutes count, and why."""

    minutes = forms.IntegerField(label=_("Minutes that count"), min_value=0)
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("One sentence. The learner and the funder read it beside the hours, with your name."),
    )

    def __init__(self, *args: Any, session: LiveSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minutes"].help_text = _("From 0 to %(planned)d.") % {"planned": session.minutes}
        self.fields["minutes"].widget.attrs["max"] = session.minutes


class SignatureForm(forms.Form):
    """Which half-day is signed."""

    day = forms.DateField(input_formats=["%Y-%m-%d"])
    half = forms.ChoiceField(choices=HalfDay.choices)
