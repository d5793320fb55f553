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
from community.services.polls import NewPoll


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files, up to what one message takes."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        sent = data if isinstance(data, list | tuple) else [data] if data else []
        if len(sent) > MOST_IN_A_POST:
            raise ValidationError(_("A message takes ten files at most. Remove some, then send it."))
        return [super(ManyFilesField, self).clean(file) for file in sent]


class IdsField(forms.Field):
    """Public ids, the same name repeated; what is no id is not one of ours and is passed over."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[Any]:
        return [found for one in (value or [])[: 2 * MOST_IN_A_POST] if (found := _uuid(one)) is not None]


class AttachmentsForm(forms.Form):
    """What a message takes with it: files already sent, files sent with it, a poll."""

    file = IdsField(required=False)
    upload = ManyFilesField(
        label=_("Files and images"),
        required=False,
        help_text=_("Pictures, PDF, texts, tables, slides. Ten at most."),
        widget=ManyFilesInput(attrs={"accept": ACCEPTED}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._poll = PollForm(self.data if self.is_bound else None, initial=self.initial, prefix="poll")

    @property
    def poll_form(self) -> "PollForm":
        return self._poll

    @property
    def poll(self) -> NewPoll | None:
        """The poll that was typed; None where there is no question."""
        return self._poll.poll if self.is_bound and self.is_valid() else None

    def is_valid(self) -> bool:
        mine, poll = super().is_valid(), self._poll.is_valid()
        return mine and poll


class PollForm(forms.Form):
    """A question and its answers, one on each line; nothing at all is no poll."""

    question = forms.CharField(label=_("Question of the poll"), max_length=200, required=False)
    options = forms.CharField(
        label=_("Answers"),
        max_length=2000,
        required=False,
        help_text=_("One on each line, two to ten."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    several = forms.BooleanField(label=_("People may choose several answers"), required=False)
    closes_at = forms.DateTimeField(
        label=_("Closes on"),
        required=False,
        help_text=_("Empty: it stays open."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean_options(self) -> tuple[str, ...]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["options"].splitlines()]
        found = tuple(line for line in lines if line)
        if any(len(line) > 120 for line in found):
            raise ValidationError(_("An answer of a poll has 120 characters at most."))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("options") and not cleaned.get("question") and "question" not in self.errors:
            self.add_error("question", _("Write the question of the poll, or remove its answers."))
        return cleaned

    @property
    def poll(self) -> NewPoll | None:
        cleaned = self.cleaned_data
        if not cleaned.get("question"):
            return None
        return NewPoll(cleaned["question"], cleaned["options"], cleaned["several"], cleaned["closes_at"])


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
