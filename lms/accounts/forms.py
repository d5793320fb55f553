"""What a person types about herself, and what administrators type about others."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from .models import User
from .queries import person_by_email
from .services import PREFERENCES
from .zones import zone_choices


class InvitationForm(forms.Form):
    """How an invited person comes in; the password is checked by the service, which knows the person."""

    display_name = forms.CharField(
        label=_("Displayed name"),
        max_length=150,
        help_text=_("The name other people see."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    certificate_name = forms.CharField(
        label=_("Name for certificates"),
        max_length=200,
        help_text=_("As on your identity papers; printed on your attestations."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        max_length=1000,
        help_text=_("At least 10 characters. A few words that only you would put together are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class PortraitForm(forms.Form):
    """A photograph of one's face."""

    file = forms.FileField(
        label=_("Photograph"),
        help_text=_("JPEG, PNG or WebP, 10 MB at most. It is cut to a square and made small; where it was taken goes."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > 10 * 1024 * 1024:
            raise forms.ValidationError(_("This file is larger than 10 MB. Choose a smaller one."), code="too-big")
        return file


class PreferencesForm(forms.ModelForm[User]):
    """Names, language, time zone, and how pages look."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)

    class Meta:
        model = User
        fields = PREFERENCES
        widgets = {
            "display_name": forms.TextInput(attrs={"autocomplete": "nickname"}),
            "certificate_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
            "theme": forms.RadioSelect,
            "text_size": forms.RadioSelect,
            "line_spacing": forms.RadioSelect,
            "typeface": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["display_name"].required = True


class PersonForm(forms.ModelForm[User]):
    """A person as administrators see her in Wagtail; the viewset's views read it and call the services."""

    required_css_class = "required"
    EDITS_OTHERS = ("is_active", "is_superuser")

    is_superuser = forms.BooleanField(
        label=_("Administrator"), required=False, help_text=_("Sees and changes everything, of every partner.")
    )
    groups = forms.ModelMultipleChoiceField(
        label=_("Roles"), queryset=Group.objects.order_by("name"), required=False, widget=forms.CheckboxSelectMultiple
    )
    invite_again = forms.BooleanField(
        label=_("Send a new invitation"), required=False, help_text=_("The links sent before stop working.")
    )

    class Meta:
        model = User
        fields = ("email", "display_name", "certificate_name", "language", "is_active", "is_superuser", "groups")

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["display_name"].required = True
        if self.instance.pk is None:
            gone: tuple[str, ...] = ("is_active", "invite_again")
        elif self.instance.has_arrived:
            gone = ("invite_again",)
            self.fields["email"].disabled = True
            self.fields["email"].help_text = _("Only this person can change it now.")
        else:
            gone = ()
        for name in gone + (self.EDITS_OTHERS if editing_self else ()):
            self.fields.pop(name, None)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        known = person_by_email(email)
        if known is not None and known.pk != self.instance.pk:
            raise forms.ValidationError(_("This address already belongs to somebody."), code="duplicate")
        return email
