"""What a coach types about her diary, made clean; what she typed stays when something is refused."""

from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coaching.enums import CalendarKind
from coaching.models import Diary

from .offered import OfferedForm, date_input, time_input

_MIDNIGHT = time()
FURTHEST = timedelta(days=5 * 366)
"""How far ahead an absence may be noted."""


def _spans(minutes: list[int]) -> list[tuple[int, str]]:
    """Choices of a length of time, in words."""
    return [(value, _span(value)) for value in minutes]


def _span(minutes: int) -> str:
    days, hours = minutes // 1440, minutes // 60
    if minutes and minutes % 1440 == 0:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if minutes and minutes % 60 == 0:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


class RulesForm(forms.ModelForm[Diary]):
    """How a diary may be booked, in words a coach would use."""

    SPANS: ClassVar = {
        "step_minutes": [5, 10, 15, 20, 30, 60],
        "buffer_before": [0, 5, 10, 15, 30],
        "buffer_after": [0, 5, 10, 15, 30],
        "minimum_notice": [0, 60, 120, 240, 720, 1440, 2880, 7200],
        "change_deadline": [0, 60, 120, 240, 720, 1440, 2880],
        "window_days": [7, 14, 21, 28, 42, 56, 84],
    }

    class Meta:
        model = Diary
        fields = (
            "is_open",
            "presentation",
            "minimum_notice",
            "window_days",
            "change_deadline",
            "step_minutes",
            "buffer_before",
            "buffer_after",
            "max_per_day",
            "max_per_week",
            "holidays",
        )
        labels: ClassVar = {
            "is_open": gettext_lazy("Learners can book me"),
            "minimum_notice": gettext_lazy("Nobody books later than"),
            "window_days": gettext_lazy("How far ahead people book"),
            "change_deadline": gettext_lazy("People move or cancel by themselves until"),
            "step_minutes": gettext_lazy("A start every"),
            "buffer_before": gettext_lazy("Kept free before each appointment"),
            "buffer_after": gettext_lazy("Kept free after each appointment"),
            "max_per_day": gettext_lazy("Appointments a day, at most"),
            "max_per_week": gettext_lazy("Appointments a week, at most"),
            "holidays": gettext_lazy("Closed on public holidays of"),
        }
        help_texts: ClassVar = {
            "presentation": gettext_lazy("People read it beside your name when they book."),
            "minimum_notice": gettext_lazy("This long before the beginning."),
            "change_deadline": gettext_lazy("This long before the beginning. Later, they call or write to you."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, known in self.SPANS.items():
            values = sorted({*known, getattr(self.instance, name)})
            unit = 1440 if name == "window_days" else 1
            choices = [(value, _span(value * unit)) for value in values]
            self.fields[name] = forms.TypedChoiceField(
                label=self.fields[name].label,
                help_text=self.Meta.help_texts.get(name, ""),
                choices=choices,
                coerce=int,
            )
        for name in ("max_per_day", "max_per_week"):
            self.fields[name].widget.attrs["min"] = 1
            self.fields[name].min_value = 1  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("max_per_day", "max_per_week"):
            if cleaned.get(name) == 0:
                self.add_error(name, _("One at least. To take no bookings, untick the first box."))
        return cleaned


class ExceptionForm(forms.Form):
    """Days that do not follow the week; without hours they are closed."""

    first = forms.DateField(label=gettext_lazy("Day"), widget=date_input())
    last = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=date_input(),
        help_text=gettext_lazy("For several days in a row: the last one."),
    )
    starts = forms.TimeField(
        label=gettext_lazy("Open from"),
        required=False,
        widget=time_input(),
        help_text=gettext_lazy("Leave both times empty to close the day."),
    )
    ends = forms.TimeField(label=gettext_lazy("Open until"), required=False, widget=time_input())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, starts, ends = cleaned.get("first"), cleaned.get("starts"), cleaned.get("ends")
        cleaned["last"] = cleaned.get("last") or first
        if first and cleaned["last"] < first:
            self.add_error("last", _("The last day comes after the first."))
        if bool(starts) != bool(ends):
            self.add_error("ends" if starts else "starts", _("A line needs both times."))
        elif starts and ends and ends <= starts:
            self.add_error("ends", _("The end comes after the beginning, on the same day."))
        return cleaned


class AbsenceForm(forms.Form):
    """Whole days, or from one hour to another."""

    first_day = forms.DateField(label=gettext_lazy("First day"), widget=date_input())
    from_time = forms.TimeField(
        label=gettext_lazy("At"),
        required=False,
        widget=time_input(),
        help_text=gettext_lazy("Empty: from the morning."),
    )
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=date_input())
    until_time = forms.TimeField(
        label=gettext_lazy("Until"),
        required=False,
        widget=time_input(),
        help_text=gettext_lazy("Empty: to the end of the day."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Only you read it. Nobody else is told why."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if last and last - timezone.localdate() > FURTHEST:
            self.add_error("last_day", _("This is more than five years from now."))
        elif first and last:
            until = cleaned.get("until_time")
            cleaned["starts"] = datetime.combine(first, cleaned.get("from_time") or _MIDNIGHT)
            cleaned["ends"] = (
                datetime.combine(last, until) if until else datetime.combine(last, _MIDNIGHT) + timedelta(1)
            )
            if cleaned["ends"] <= cleaned["starts"]:
                self.add_error("last_day", _("The absence ends after it begins."))
        return cleaned


class OneOffForm(OfferedForm):
    """A slot offered once."""

    kind = forms.TypedChoiceField(label=gettext_lazy("Kind of appointment"))
    day = forms.DateField(label=gettext_lazy("Day"), widget=date_input())
    at = forms.TimeField(label=gettext_lazy("At"), widget=time_input())
    field_order = ("kind", "day", "at", "mode", "place")


class CalendarForm(forms.Form):
    """The address of a calendar, and what opens it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("How it is read"),
        choices=CalendarKind,
        widget=forms.RadioSelect,
        initial=CalendarKind.ICS,
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("To tell it from another one: “Work”, “Home”."),
    )
    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=1000,
        help_text=gettext_lazy("It begins with https:// or webcal://. Your calendar gives it in its sharing settings."),
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=200,
        required=False,
        strip=False,
        help_text=gettext_lazy("An application password if your calendar has them. It is kept encrypted."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    pushes = forms.BooleanField(
        label=gettext_lazy("Write my appointments into it (CalDAV)"),
        required=False,
    )

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].strip()
        if address.partition("://")[0].lower() not in ("http", "https", "webcal", "webcals"):
            raise forms.ValidationError(_("This is not an address we can read: it must begin with https://."))
        return address
