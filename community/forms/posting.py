"""What people type when they write in the forum, made clean."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from community.enums import ThreadKind
from community.forms.extras import ManyFilesField
from community.models import Space
from community.models.threads import LONGEST_POST
from community.queries.lessons import Lessons
from community.services.files import LONGEST_ALT, MOST_IN_A_POST
from community.services.polls import NewPoll
from courses.models import LessonPage

_SEVERAL_IDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class FilesField(forms.Field):
    """Public ids of files sent while writing, one control each: what is no id is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[UUID]:
        return [UUID(one) for one in value or [] if _SEVERAL_IDS.fullmatch(str(one).lower())]


class PollForm(forms.Form):
    """A poll beside a message: nothing typed, no poll."""

    poll_question = forms.CharField(label=_("Question of the poll"), max_length=200, required=False)
    poll_options = forms.CharField(
        label=_("Answers to choose from"),
        max_length=1_300,
        required=False,
        help_text=_("One on each line, two at least."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    poll_several = forms.BooleanField(label=_("People may choose several answers"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        lines = [" ".join(line.split()) for line in cleaned.get("poll_options", "").splitlines()]
        options = tuple(line for line in lines if line)
        if options and not cleaned.get("poll_question"):
            self.add_error("poll_question", _("Say what the poll asks."))
        if any(len(option) > 120 for option in options):
            self.add_error("poll_options", _("An answer has 120 characters at most."))
        cleaned["poll"] = None
        if cleaned.get("poll_question"):
            cleaned["poll"] = NewPoll(cleaned["poll_question"], options, cleaned.get("poll_several", False))
        return cleaned


class AnswerForm(PollForm):
    """An answer. `key` makes the same page count once; `to`: the message it answers."""

    source = forms.CharField(
        label=_("Your answer"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": LONGEST_POST}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    to = forms.UUIDField(widget=forms.HiddenInput, required=False)
    files = FilesField(required=False)  # type: ignore[assignment]  # beside the form's own `files`, its uploads
    upload = ManyFilesField(
        label=_("Files and images"), required=False, help_text=_("Pictures, PDF, texts, tables, slides. Ten at most.")
    )
    alts = forms.CharField(
        label=_("What the images show"),
        max_length=(LONGEST_ALT + 2) * MOST_IN_A_POST,
        required=False,
        help_text=_("For people who do not see them: one sentence for each image, each on its line."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_source(self) -> str:
        return _lines(self.cleaned_data["source"])

    def clean_alts(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["alts"].splitlines()]
        return [line for line in lines if line]


class ThreadForm(AnswerForm):
    """A new thread: its kind, its title, the lesson it is about, its first message."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=ThreadKind, widget=forms.RadioSelect)
    title = forms.CharField(
        label=_("Title"), max_length=160, help_text=_("One sentence that says what it is about: it is what people see.")
    )
    lesson = forms.ChoiceField(label=_("About a lesson"), required=False)

    field_order = ["kind", "title", "source", "lesson"]

    def __init__(self, *args: Any, space: Space, kinds: list[str], lessons: Lessons, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(one, ThreadKind(one).label) for one in kinds]
        self.initial.setdefault("kind", space.usual_kind if space.usual_kind in kinds else kinds[0])
        lesson: Any = self.fields["lesson"]
        by_track = [(name, list(of_track.items())) for name, of_track in lessons.items()]
        offered = by_track[0][1] if len(by_track) == 1 else by_track
        lesson.choices = [("", _("No lesson in particular")), *offered]
        self.fields["source"].label = _("Your message")
        if not lessons:
            del self.fields["lesson"]

    @property
    def chosen_lesson(self) -> LessonPage | None:
        public_id = self.cleaned_data.get("lesson")
        return LessonPage.objects.filter(public_id=public_id).first() if public_id else None


class EditForm(forms.Form):
    """Another wording; `version` is the one that was read. A title is there for the first message of a thread."""

    title = forms.CharField(label=_("Title"), max_length=160)
    source = forms.CharField(
        label=_("Your message"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "maxlength": LONGEST_POST}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_first:
            del self.fields["title"]

    def clean_source(self) -> str:
        return _lines(self.cleaned_data["source"])


def _lines(text: str) -> str:
    """Line ends as Markdown and `==` like them, without the empty lines around."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
