"""What is written about an attendance, made clean."""

from django import forms

from seminars.enums import HalfDay


class SignatureForm(forms.Form):
    """Which half-day is signed."""

    day = forms.DateField(input_formats=["%Y-%m-%d"])
    half = forms.ChoiceField(choices=HalfDay.choices)
