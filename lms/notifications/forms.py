"""What a person types about how she wants to be told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from itertools import groupby
from typing import Any

from django import forms
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lms.kit.templatetags.kit import clock

from . import webpush
from .enums import Channel
from .models import TellingChoices
from .queries import is_on
from .registry import Kind, kinds

BUDGETS = (0, 1, 2, 3, 5, 10, TellingChoices.MOST_MAILS)


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind on the page: its words, and a box for each channel; `is_kept` where its mail is always sent."""

    kind: Kind
    boxes: list[forms.BoundField]
    is_kept: bool


class ChoicesForm(forms.ModelForm[TellingChoices]):
    """Kinds by channel, summary, quiet hours, budget. `chosen`: (kind, channel) → on or off, as decided before."""

    digest_hour = forms.TypedChoiceField(label=_("At what time"), coerce=int)
    mails_a_day = forms.TypedChoiceField(
        label=_("Single e-mails a day, at most"),
        coerce=int,
        help_text=_("What does not fit waits for the summary. A date that changes is always told at once."),
    )

    class Meta:
        model = TellingChoices
        fields = ("digest", "digest_hour", "quiet_from", "quiet_until", "mails_a_day")
        widgets = {
            "digest": forms.RadioSelect,
            "quiet_from": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "quiet_until": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        }

    def __init__(self, *args: Any, chosen: dict[tuple[str, str], bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["digest_hour"].choices = [(hour, clock(time(hour))) for hour in range(24)]  # type: ignore[attr-defined]
        budgets = sorted({*BUDGETS, self.instance.mails_a_day})
        self.fields["mails_a_day"].choices = [(number, _budget_words(number)) for number in budgets]  # type: ignore[attr-defined]
        self.channels = [channel for channel in Channel if channel != Channel.PUSH or webpush.is_configured()]
        for kind in kinds():
            for channel in self.channels:
                box = forms.BooleanField(label=channel.label, required=False, initial=is_on(kind, channel, chosen))
                # Its mail is always sent: the box shows it, and what is posted about it is not read.
                box.disabled = _is_kept(kind, channel)
                self.fields[_name(kind, channel)] = box

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_until") is None):
            missing = "quiet_from" if cleaned.get("quiet_from") is None else "quiet_until"
            if missing not in self.errors:
                self.add_error(missing, _("Give both times, or none for no quiet hours."))
        return cleaned

    def groups(self) -> Iterator[tuple[Any, list[KindRow]]]:
        """(heading, rows), in the order the apps registered them."""
        for heading, group in groupby(kinds(), key=lambda kind: str(kind.group)):
            yield heading, [self._row(kind) for kind in group]

    def chosen_channels(self) -> dict[tuple[Kind, Channel], bool]:
        return {
            (kind, channel): self.cleaned_data[_name(kind, channel)]
            for kind in kinds()
            for channel in self.channels
            if not _is_kept(kind, channel)
        }

    def _row(self, kind: Kind) -> KindRow:
        boxes = [self[_name(kind, channel)] for channel in self.channels]
        return KindRow(kind, boxes, _is_kept(kind, Channel.EMAIL))


class DeviceForm(forms.Form):
    """A browser's subscription (Push API): where to send, and the keys to seal with."""

    endpoint = forms.CharField(max_length=1000, validators=[URLValidator(schemes=["https"])])
    p256dh = forms.CharField(validators=[RegexValidator(r"^[A-Za-z0-9_-]{86,88}=*$")], max_length=120)
    auth = forms.CharField(validators=[RegexValidator(r"^[A-Za-z0-9_-]{21,24}=*$")], max_length=40)


def _is_kept(kind: Kind, channel: Channel) -> bool:
    return channel == Channel.EMAIL and channel in kind.channels and not kind.may_be_refused


def _name(kind: Kind, channel: Channel) -> str:
    return f"{channel}-{kind.code}"


def _budget_words(number: int) -> str:
    if number == 0:
        return gettext("None: everything in the summary")
    return ngettext("%(number)d e-mail", "%(number)d e-mails", number) % {"number": number}
