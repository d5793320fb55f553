"""What people say of themselves, to one another, and what they offer, made clean."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.departments import CHOICES
from community.enums import OfferKind
from community.models import Offer, Profile
from community.services.messages import LONGEST_MESSAGE
from community.services.offers import Wording
from community.services.people import Shown
from lms.kit.ids import uuid7


class ProfileForm(forms.Form):
    """What I show in the directory."""

    is_listed = forms.BooleanField(
        label=_("Show me in the directory"),
        required=False,
        help_text=_("Everybody at the academy finds you: learners, alumni and teams of all partners."),
    )
    department = forms.ChoiceField(
        label=_("My department"),
        choices=CHOICES,
        required=False,
        help_text=_("It places you on the map, and opens the space of your territory if there is one."),
    )
    about = forms.CharField(
        label=_("About me"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your work, your public, what you care about. Leave out addresses and phone numbers."),
    )
    helps_with = forms.CharField(
        label=_("What I can help with"),
        required=False,
        max_length=200,
        help_text=_("For example: workshops for seniors, finding a venue, preparing for the jury."),
    )
    is_mentor = forms.BooleanField(
        label=_("I am glad to be a mentor"),
        required=False,
        help_text=_("People who begin may ask you to accompany them for a few months."),
    )
    takes_messages = forms.BooleanField(
        label=_("People may write to me"),
        required=False,
        help_text=_("Private messages, here at the academy: your e-mail address is never shown."),
    )

    @staticmethod
    def of(profile: Profile) -> dict[str, Any]:
        return {name: getattr(profile, name) for name in ProfileForm.base_fields}

    @property
    def shown(self) -> Shown:
        return Shown(**self.cleaned_data)


class FindForm(forms.Form):
    """Some of the directory."""

    q = forms.CharField(label=_("Name or subject"), required=False, max_length=100)
    department = forms.ChoiceField(label=_("Department"), choices=CHOICES, required=False)
    mentors = forms.BooleanField(label=_("Mentors only"), required=False)


class PrivateForm(forms.Form):
    """A private message; `key` is made with the page, so that sending twice is sending once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    source = forms.CharField(
        label=_("Your message"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST_MESSAGE}),
    )

    @staticmethod
    def new_key() -> UUID:
        return uuid7()

    def clean_source(self) -> str:
        """Line ends as Markdown likes them, without the empty lines around."""
        text: str = self.cleaned_data["source"]
        return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()


class UntilForm(forms.Form):
    """Up to which message somebody has read."""

    until = forms.IntegerField(min_value=0, max_value=2_147_483_647)


class OfferForm(forms.Form):
    """A job, an event, a hand held out."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=OfferKind, widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=120)
    source = forms.CharField(
        label=_("In a few words"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What, for whom, how to answer. Say what is paid."),
    )
    place = forms.CharField(label=_("Place"), required=False, max_length=120)
    department = forms.ChoiceField(label=_("Department"), choices=CHOICES, required=False)
    starts_at = forms.DateTimeField(
        label=_("Begins"),
        required=False,
        help_text=_("For an event."),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    ends_on = forms.DateField(
        label=_("Last day in the list"),
        help_text=_("It leaves the list by itself the day after."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    @staticmethod
    def of(offer: Offer) -> dict[str, Any]:
        said = {name: getattr(offer, name) for name in OfferForm.base_fields}
        return said | {"starts_at": timezone.localtime(offer.starts_at) if offer.starts_at else None}

    @property
    def wording(self) -> Wording:
        said = self.cleaned_data
        return Wording(**said | {"kind": OfferKind(said["kind"])})
