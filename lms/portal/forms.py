"""Input of the portal's own pages: being called back, the week a learner chooses."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def validate_phone(value: str) -> None:
    """Digits with the usual separators; from a short national number to the 15 digits of E.164."""
    digits = re.sub(r"\D", "", value)
    if not re.fullmatch(r"\+?[\d\s().-]+", value) or not 6 <= len(digits) <= 15:
        raise ValidationError(_("This number cannot be dialled. Write it with digits, for example 06 12 34 56 78."))


class CallbackForm(forms.Form):
    """What the person who calls back needs: whom, which number, when, and what about if one wishes to say."""

    MOMENTS = [
        ("any", _("When you can")),
        ("morning", _("In the morning")),
        ("noon", _("Around midday")),
        ("afternoon", _("In the afternoon")),
    ]

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("Your phone number"),
        max_length=30,
        validators=[validate_phone],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    moment = forms.ChoiceField(label=_("When may we call?"), choices=MOMENTS, initial="any")
    question = forms.CharField(
        label=_("What is it about?"),
        help_text=_("You may leave this empty."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    page = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def clean_name(self) -> Any:
        """One line: it stands in the subject of a mail."""
        return " ".join(self.cleaned_data["name"].split())


# Minutes a week; 0 is no goal. 35 h is a full-time week.
GOAL_CHOICES = [0, 60, 120, 180, 300, 420, 540, 720, 960, 1260, 1680, 2100]


class WeeklyGoalForm(forms.Form):
    """How much time a learner wants to give each week, in minutes."""

    minutes = forms.TypedChoiceField(choices=[(minutes, minutes) for minutes in GOAL_CHOICES], coerce=int)
