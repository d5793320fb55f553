"""What people attach, keep and choose, made clean."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.enums import ReactionKind
from community.formats.uploads import ACCEPTED
from community.services.files import LONGEST_ALT, MOST_IN_A_POST


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": ACCEPTED, **(attrs or {})})


class ManyFilesField(forms.FileField):
    """Any number of files, up to what one message takes."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        sent = data if isinstance(data, list | tuple) else [data] if data else []
        if len(sent) > MOST_IN_A_POST:
            raise ValidationError(_("A message takes ten files at most. Remove some, then send it."))
        return [super(ManyFilesField, self).clean(file) for file in sent]


class IdsField(forms.Field):
    """Public ids, the same name repeated; what is no id is not one of ours and is passed over."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[Any]:
        return [found for one in (value or [])[: 2 * MOST_IN_A_POST] if (found := _uuid(one)) is not None]


class ReactionForm(forms.Form):
    """`add` or `remove`: the word that the pressed button carries."""

    add = forms.ChoiceField(choices=ReactionKind, required=False)
    remove = forms.ChoiceField(choices=ReactionKind, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if bool(cleaned.get("add")) == bool(cleaned.get("remove")):
            raise ValidationError(_("Choose a word under the message."))
        return cleaned


class VoteForm(forms.Form):
    option = IdsField(required=False)


class UploadForm(forms.Form):
    """One file sent while writing; an image says what it shows."""

    upload = forms.FileField(label=_("File or image"), widget=forms.FileInput(attrs={"accept": ACCEPTED}))
    alt = forms.CharField(label=_("What the image shows"), max_length=LONGEST_ALT, required=False)


class BookmarkForm(forms.Form):
    """What one keeps of a post: a word for oneself, and when to be reminded."""

    WHEN = (
        ("", _("No reminder")),
        ("evening", _("This evening, at 18:00")),
        ("tomorrow", _("Tomorrow morning, at 9:00")),
        ("week", _("In a week")),
        ("on", pgettext_lazy("a reminder", "On this date")),
    )

    note = forms.CharField(
        label=_("A word for yourself"), max_length=200, required=False, help_text=_("Only you read it.")
    )
    when = forms.ChoiceField(label=_("Remind me"), choices=WHEN, required=False, widget=forms.RadioSelect)
    on = forms.DateTimeField(
        label=_("Date and time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("when") == "on" and not cleaned.get("on") and "on" not in self.errors:
            self.add_error("on", _("Choose the date of the reminder."))
        return cleaned

    def remind_at(self, now: datetime) -> datetime | None:
        """The moment chosen, by the clock of the active time zone."""
        today = timezone.localtime(now).replace(minute=0, second=0, microsecond=0)
        match self.cleaned_data["when"]:
            case "evening":
                return today.replace(hour=18)
            case "tomorrow":
                return today.replace(hour=9) + timedelta(days=1)
            case "week":
                return today.replace(hour=9) + timedelta(days=7)
            case "on":
                chosen: datetime = self.cleaned_data["on"]
                return chosen
        return None


def _uuid(value: Any) -> Any:
    try:
        return forms.UUIDField(required=False).clean(value)
    except ValidationError:
        return None
