"""The week of a diary as a list of lines, each made clean; overlaps are refused in words."""

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from coaching.services.diary import WeekLine

from .offered import OfferedForm, date_input, time_input


class WeekLineForm(OfferedForm):
    """One line of a week; left empty, or ticked for removal, it is no line."""

    weekday = forms.TypedChoiceField(
        choices=list(WEEKDAYS.items()), coerce=int, widget=forms.HiddenInput, label=gettext_lazy("Day")
    )
    starts = forms.TimeField(label=pgettext_lazy("hours", "From"), required=False, widget=time_input())
    ends = forms.TimeField(label=pgettext_lazy("hours", "Until"), required=False, widget=time_input())
    kinds = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Only for"), required=False, widget=forms.CheckboxSelectMultiple
    )
    valid_from = forms.DateField(label=gettext_lazy("As of"), required=False, widget=date_input())
    valid_until = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=date_input())
    removed = forms.BooleanField(label=gettext_lazy("Remove this line"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if self.is_left_out or "starts" in self.errors or "ends" in self.errors:
            return cleaned
        if not (starts and ends):
            self.add_error("ends" if starts else "starts", _("A line needs both times."))
        elif ends <= starts:
            self.add_error("ends", _("The end comes after the beginning, on the same day."))
        until, since = cleaned.get("valid_until"), cleaned.get("valid_from")
        if until and since and until < since:
            self.add_error("valid_until", _("The last day comes after the first."))
        return cleaned

    @property
    def hours(self) -> list[forms.BoundField]:
        return [self["starts"], self["ends"]]

    @property
    def is_left_out(self) -> bool:
        cleaned = self.cleaned_data
        nothing = not (self["starts"].data or self["ends"].data)
        return bool(cleaned.get("removed")) or nothing

    @property
    def has_more(self) -> bool:
        """Whether it says more than its hours: then what it says is shown."""
        names = ("mode", "place", "kinds", "valid_from", "valid_until")
        return any(self[name].value() for name in names) or any(name in self.errors for name in names)

    def line(self) -> WeekLine:
        cleaned = self.cleaned_data
        return WeekLine(
            weekday=cleaned["weekday"],
            starts=cleaned["starts"],
            ends=cleaned["ends"],
            mode=cleaned["mode"],
            place=cleaned["place"],
            kinds=tuple(cleaned["kinds"]),
            valid_from=cleaned["valid_from"],
            valid_until=cleaned["valid_until"],
        )


class BaseWeek(BaseFormSet[WeekLineForm]):
    """The lines of a week."""

    def clean(self) -> None:
        kept: list[tuple[WeekLineForm, WeekLine]] = []
        for form in self.forms:
            if not form.is_valid() or form.is_left_out:
                continue
            line = form.line()
            if any(line.overlaps(other) for _form, other in kept):
                form.add_error("starts", _("This line overlaps another one of the same day."))
            kept.append((form, line))

    def lines(self) -> list[WeekLine]:
        return [form.line() for form in self.forms if not form.is_left_out]


WeekFormSet: type[BaseWeek] = formset_factory(  # type: ignore[assignment]
    WeekLineForm, formset=BaseWeek, extra=0, max_num=70, absolute_max=100
)


class CopyForm(forms.Form):
    """Which day is copied to which others."""

    source = forms.TypedChoiceField(label=gettext_lazy("Copy"), choices=list(WEEKDAYS.items()), coerce=int)
    to = forms.TypedMultipleChoiceField(
        label=pgettext_lazy("days", "To"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one day.")},
    )


class PresetForm(forms.Form):
    """A week to begin with."""

    preset = forms.ChoiceField(
        label=gettext_lazy("When do you receive people?"),
        choices=[
            ("days", gettext_lazy("Monday to Friday, 9 to 12 and 14 to 17")),
            ("mornings", gettext_lazy("Monday to Friday, 9 to 12")),
            ("evenings", gettext_lazy("Tuesday and Thursday, 17:30 to 20")),
        ],
        widget=forms.RadioSelect,
        initial="days",
    )
