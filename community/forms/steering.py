"""What moderators choose for a thread, made clean."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from community.enums import ThreadKind
from community.models import Space, Thread

_NUMBERS = re.compile(r"([0-9]{1,9})(?:\s*[-–]\s*([0-9]{1,9}))?")
PACES = {0: _("None"), 60: _("One minute"), 300: _("Five minutes"), 900: _("A quarter of an hour"), 3600: _("One hour")}


class StateForm(forms.Form):
    """Pinned, closed, locked, slow."""

    pinned = forms.BooleanField(label=_("Pinned: it stays at the head of its space"), required=False)
    closed = forms.BooleanField(label=_("Closed: nobody answers any more"), required=False)
    locked = forms.BooleanField(label=_("Locked: nothing changes any more, reactions included"), required=False)
    slow_mode_seconds = forms.TypedChoiceField(
        label=_("Slow mode: least time between two messages of one person"), choices=list(PACES.items()), coerce=int
    )


class MoveForm(forms.Form):
    """Another space, by its address."""

    space = forms.ChoiceField(label=_("To which space"))

    def __init__(self, *args: Any, spaces: list[Space], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["space"]
        field.choices = [(space.slug, space.name) for space in spaces]


class MergeForm(forms.Form):
    """The thread to merge into, by the address of its page."""

    into = forms.CharField(
        label=_("Address of the other thread"),
        max_length=500,
        help_text=_("Open it, copy its address from the browser, paste it here."),
    )

    def chosen(self, seen: Any) -> Thread | None:
        """The thread of this address among those seen; None when there is none."""
        parts = [part for part in urlsplit(self.cleaned_data["into"].strip()).path.split("/") if part]
        for public_id in parts:
            try:
                found: Thread | None = seen.filter(public_id=public_id).first()
            except forms.ValidationError:
                continue
            if found is not None:
                return found
        return None


class SplitForm(forms.Form):
    """The messages that go, by number: `4, 6-9`; the title and the kind of their new thread."""

    numbers = forms.CharField(
        label=_("Numbers of the messages"),
        max_length=200,
        help_text=_("Each message shows its own after #. For example 4, 6-9. The first one stays."),
    )
    title = forms.CharField(label=_("Title of the new thread"), max_length=160)
    kind = forms.ChoiceField(label=_("What is it?"), choices=ThreadKind, widget=forms.RadioSelect)

    def clean_numbers(self) -> set[int]:
        found: set[int] = set()
        for part in self.cleaned_data["numbers"].replace("#", "").replace(";", ",").split(","):
            numbers = _NUMBERS.fullmatch(part.strip())
            if numbers is None:
                raise forms.ValidationError(_("Write numbers, for example 4, 6-9."))
            low, high = int(numbers[1]), int(numbers[2] or numbers[1])
            if high - low > 1_000 or len(found) > 1_000:
                raise forms.ValidationError(_("At most 1,000 messages at a time."))
            found.update(range(low, high + 1))
        return found
