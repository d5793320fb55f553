"""Forms of the room, for pages without a script."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.kit.ids import uuid7
from seminars import rules
from seminars.enums import RoomRole
from seminars.services import room


class WordsForm(forms.Form):
    """Words, and a key that makes them be said once however often the form is sent."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)


class SayForm(WordsForm):
    text = forms.CharField(
        label=_("Your message"), max_length=1_000, error_messages={"required": _("Write your message first.")}
    )


class AskForm(WordsForm):
    text = forms.CharField(
        label=_("Your question"), max_length=500, error_messages={"required": _("Write your question first.")}
    )


@dataclass(frozen=True, slots=True)
class State:
    """A state of the room that somebody may bring about."""

    rule: Callable[[RoomRole | None], bool]
    service: Callable[..., Any]


STATES: dict[str, State] = {
    "open": State(rules.can_host, room.open_room),
    "end": State(rules.can_host, room.end_room),
    "lock": State(rules.can_host, room.lock),
    "unlock": State(rules.can_host, room.unlock),
    "pause": State(rules.can_moderate, room.pause_chat),
    "resume": State(rules.can_moderate, partial(room.pause_chat, paused=False)),
}


class StateForm(forms.Form):
    do = forms.ChoiceField(choices=[(name, name) for name in STATES])
