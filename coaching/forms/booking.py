"""What people type when they book, made clean."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from coaching.enums import Mode
from coaching.models import AppointmentKind, Place
from coaching.services.reminders import CHOICES

INSTANT = "%Y-%m-%dT%H:%MZ"


class InstantField(forms.Field):
    """A start as our own pages write it: a minute, in UTC."""

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            return datetime.strptime(str(value), INSTANT).replace(tzinfo=UTC)
        except ValueError as error:
            raise ValidationError(_("Choose a moment in the list.")) from error


class SlotForm(forms.Form):
    """The moment chosen, with the kind of appointment and the coach it is offered by."""

    slot = InstantField()
    kind = forms.UUIDField()
    coach = forms.UUIDField()
    agreed = forms.BooleanField(required=False)


class BookingForm(SlotForm):
    """A booking: the moment, how, about what; `key` makes the same page count once."""

    slot = InstantField(widget=forms.HiddenInput)
    kind = forms.UUIDField(widget=forms.HiddenInput)
    coach = forms.UUIDField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    mode = forms.ChoiceField(label=_("How"), choices=Mode, widget=forms.RadioSelect, required=False)
    phone = forms.CharField(
        label=_("Your phone number"),
        max_length=30,
        required=False,
        help_text=_("To call you for the appointment, or if the video does not work."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    topic = forms.CharField(
        label=_("What would you like to talk about?"),
        max_length=500,
        required=False,
        help_text=_("Only your coach reads it. You may leave it empty."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def offer(self, modes: list[str]) -> None:
        """Leave only the ways this moment may be held; with one way there is nothing to choose."""
        field: Any = self.fields["mode"]
        field.choices = [(mode, Mode(mode).label) for mode in modes]
        if len(modes) == 1:
            field.widget = forms.HiddenInput()
            self.initial.setdefault("mode", modes[0])


class MoveForm(forms.Form):
    """Another moment for an appointment, and the SEQUENCE of the page it was chosen on. `key`: see `BookingForm`."""

    slot = InstantField()
    sequence = forms.IntegerField(min_value=0)
    key = forms.UUIDField(required=False)


class StaffMoveForm(forms.Form):
    """Any moment a member of staff decides on, in her own zone."""

    at = forms.DateTimeField(
        label=_("Another moment"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    sequence = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("The people who booked read it."), widget=forms.TextInput
    )


class ReassignForm(forms.Form):
    """Another coach at the same time; `agreed` says that the person was asked."""

    coach = forms.UUIDField(label=_("Coach"), widget=forms.Select)
    agreed = forms.BooleanField(label=_("The person agrees to another coach"), required=False)

    def __init__(self, *args: Any, coaches: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coach"].widget.choices = coaches


class SeriesForm(SlotForm):
    """The first moment of a series, how often and how many times."""

    slot = InstantField(widget=forms.HiddenInput)
    kind = forms.UUIDField(widget=forms.HiddenInput)
    coach = forms.UUIDField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    mode = forms.ChoiceField(choices=Mode, required=False, widget=forms.HiddenInput)
    phone = forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)
    every_weeks = forms.TypedChoiceField(
        label=_("How often"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[(1, _("Every week")), (2, _("Every two weeks"))],
    )
    count = forms.IntegerField(label=_("How many times"), min_value=2, max_value=26, required=False)


class InstantsField(forms.Field):
    """Several starts; those that are not one of ours refuse the whole."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[datetime]:
        field = InstantField()
        starts: list[datetime] = [field.clean(text) for text in value or []]
        if len(set(starts)) < 2:
            raise ValidationError(_("Choose between 2 and 26 dates."))
        return sorted(set(starts))


class SeriesBookingForm(SeriesForm):
    """The dates of a series that were ticked."""

    key = forms.UUIDField()
    starts = InstantsField()

    def clean_every_weeks(self) -> int:
        return self.cleaned_data["every_weeks"] or 1

    def clean_count(self) -> int:
        return self.cleaned_data["count"] or 4


class SlotAskedForm(forms.Form):
    """A coach and a kind to wait for."""

    coach = forms.UUIDField()
    kind = forms.UUIDField()


class RemindersForm(forms.Form):
    minutes = forms.TypedMultipleChoiceField(
        label=_("Remind me"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, labels: Mapping[int, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minutes"].choices = [(minutes, labels[minutes]) for minutes in CHOICES]  # type: ignore[attr-defined]


class StaffBookingForm(forms.Form):
    """A booking on somebody's behalf: one moment to book, or some to propose."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ModelChoiceField(
        label=_("Kind of appointment"), queryset=AppointmentKind.objects.none(), to_field_name="public_id"
    )
    mode = forms.ChoiceField(label=_("How"), choices=Mode, widget=forms.RadioSelect, initial=Mode.ONLINE)
    place = forms.ModelChoiceField(
        label=_("Place"), queryset=Place.objects.none(), required=False, to_field_name="public_id"
    )
    phone = forms.CharField(label=_("Phone number"), max_length=30, required=False)
    at = forms.DateTimeField(
        label=_("Another moment"),
        required=False,
        help_text=_("Outside your hours too, if you both agree."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("mode") == Mode.PLACE and not cleaned.get("place"):
            self.add_error("place", _("Choose the place where you meet."))
        return cleaned


def written(starts_at: datetime) -> str:
    """A start as `InstantField` reads it."""
    return starts_at.astimezone(UTC).strftime(INSTANT)
