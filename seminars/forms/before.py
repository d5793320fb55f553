"""What people type before a session: a guest's name, an answer about recording, slides, documents, a run sheet."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import User
from seminars.models import BreakoutRoom, BreakoutRound
from seminars.services.decks import LARGEST_DECK, LARGEST_HANDOUT

LONGEST_CHOICE = 200
LONGEST_GROUP = 80


class GuestForm(forms.Form):
    """Somebody without an account who wants to come to a public session."""

    name = forms.CharField(label=_("Your name"), max_length=150, help_text=_("The name other people see."))
    email = forms.EmailField(label=_("Your e-mail address"), help_text=_("Your personal link is sent there."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["email"].widget.attrs["autocomplete"] = "email"


class RecordingAnswerForm(forms.Form):
    """Asked before entering a recorded session."""

    consents = forms.TypedChoiceField(
        label=_("May your voice, your picture and what you write be in the recording?"),
        choices=[
            ("yes", _("Yes, I agree")),
            ("no", _("No: I follow without speaking, and I do not go on stage")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("People read it.")
    )


class DeckForm(forms.Form):
    """Slides, as a PDF."""

    title = forms.CharField(label=_("Title"), max_length=200)
    file = forms.FileField(
        label=_("Slides"), help_text=_("A PDF; its pages become images and text, for people who do not see them.")
    )

    def clean_file(self) -> Any:
        return _not_larger(self.cleaned_data["file"], LARGEST_DECK)


class HandoutForm(forms.Form):
    """A document, and the same as text."""

    title = forms.CharField(label=_("Title"), max_length=200)
    file = forms.FileField(label=_("Document"))
    alternative = forms.CharField(
        label=_("The same as text"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("For people who cannot open or see the document."),
    )

    def clean_file(self) -> Any:
        return _not_larger(self.cleaned_data["file"], LARGEST_HANDOUT)


class PollForm(forms.Form):
    """A poll or a quiz prepared beforehand; an answer that begins with a star is right."""

    question = forms.CharField(label=_("Question"), max_length=300)
    choices = forms.CharField(
        label=_("Answers, one a line"),
        max_length=2500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For a quiz, begin each right answer with a star: * like this."),
    )
    multiple = forms.BooleanField(label=_("Several answers may be chosen"), required=False)

    def clean_choices(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["choices"].splitlines() if line.strip()]
        if any(len(line) > LONGEST_CHOICE for line in lines):
            raise forms.ValidationError(_("An answer has at most 200 characters."))
        return lines

    @property
    def wording(self) -> dict[str, Any]:
        """What `services.polls.prepare_poll` is told."""
        lines = self.cleaned_data["choices"]
        return {
            "question": self.cleaned_data["question"],
            "choices": [line.removeprefix("*").strip() for line in lines],
            "right": [place for place, line in enumerate(lines) if line.startswith("*")],
            "multiple": self.cleaned_data["multiple"],
        }


class RoundForm(forms.Form):
    """Small groups prepared beforehand."""

    names = forms.CharField(
        label=_("Names of the groups, one a line"), max_length=4100, widget=forms.Textarea(attrs={"rows": 4})
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=180, initial=10)

    def clean_names(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]
        if any(len(line) > LONGEST_GROUP for line in lines):
            raise forms.ValidationError(_("The name of a group has at most 80 characters."))
        return lines


class ArrangeForm(forms.Form):
    """The groups of one round: their names, and who is in which; nobody named is spread at random."""

    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=180)

    def __init__(
        self,
        *args: Any,
        round_: BreakoutRound,
        rooms: Sequence[BreakoutRoom],
        people: Sequence[User],
        seats: Mapping[int, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._rooms, self._people = rooms, people
        self.fields["minutes"].initial = round_.minutes
        for room in rooms:
            self.fields[f"name-{room.pk}"] = forms.CharField(
                label=_("Group %(number)s") % {"number": room.order}, max_length=LONGEST_GROUP, initial=room.name
            )
        choices = [("", _("At random")), *((str(room.pk), room.name) for room in rooms)]
        for person in people:
            self.fields[f"seat-{person.pk}"] = forms.ChoiceField(
                label=person.get_full_name(), choices=choices, required=False, initial=str(seats.get(person.pk, ""))
            )

    @property
    def of_round(self) -> list[forms.BoundField]:
        return [self["minutes"], *(self[f"name-{room.pk}"] for room in self._rooms)]

    @property
    def of_people(self) -> list[forms.BoundField]:
        return [self[f"seat-{person.pk}"] for person in self._people]

    @property
    def arrangement(self) -> dict[str, Any]:
        """What `services.breakouts.arrange_round` is told."""
        told = self.cleaned_data
        return {
            "minutes": told["minutes"],
            "names": {room.pk: told[f"name-{room.pk}"] for room in self._rooms},
            "places": {one.pk: int(told[f"seat-{one.pk}"] or 0) or None for one in self._people},
        }


class RunSheetItemForm(forms.Form):
    title = forms.CharField(label=_("What"), max_length=200)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=480, initial=5)
    notes = forms.CharField(
        label=_("Notes for the presenter"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class RunSheetMoveForm(forms.Form):
    """One tap on a line: where it goes, whether it is done, or that it goes away."""

    item = forms.IntegerField(min_value=1)
    do = forms.ChoiceField(choices=[(word, word) for word in ("up", "down", "done", "undone", "remove")])


def _not_larger(file: Any, most: int) -> Any:
    if file.size > most:
        raise forms.ValidationError(
            _("This file is larger than %(size)s MB: make it smaller, or send it in two parts."),
            params={"size": most // 1_000_000},
        )
    return file
