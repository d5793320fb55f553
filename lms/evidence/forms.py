"""Input to clean values."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.kit.ids import normal_code

from .models import Attestation

CODE_LENGTH = Attestation._meta.get_field("code").max_length


class CorrectionForm(forms.Form):
    """For how many minutes something counts from now on, `most` at most, and why."""

    minutes = forms.IntegerField(label=_("Minutes that count"), min_value=0)
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("One sentence. The learner and the funder read it beside the hours, with your name."),
    )

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minutes"].help_text = _("From 0 to %(planned)d.") % {"planned": most}
        self.fields["minutes"].widget.attrs["max"] = most


class ShareForm(forms.Form):
    """For how long a link shows an attestation, and for whom it is made."""

    days = forms.TypedChoiceField(
        label=_("Open for"),
        coerce=int,
        choices=[(7, _("7 days")), (30, _("30 days")), (90, _("90 days"))],
        initial=30,
        widget=forms.RadioSelect,
    )
    label = forms.CharField(
        label=_("For whom"),
        max_length=80,
        required=False,
        help_text=_("To know it again among your links. Optional; you alone read it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class VerifyForm(forms.Form):
    """The code of an attestation, as a person reads it from the paper."""

    code = forms.CharField(
        label=_("Code of the attestation"),
        max_length=40,
        help_text=_("Ten letters and digits, beside the square at the foot of the paper."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        code = normal_code(self.cleaned_data["code"])
        if len(code) != CODE_LENGTH:
            raise forms.ValidationError(_("The code has ten letters and digits. Read it again on the paper."))
        return code
