"""What people report, and what moderators decide, made clean."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from community.enums import Action, AppealState, FlagReason, SpamSignal
from community.models.threads import LONGEST_POST
from community.queries.moderation import Reported
from community.services.moderation import Verdict

VERDICTS = (
    (Action.KEEP, _("Keep it: it keeps to the rules")),
    (Action.HIDE, _("Hide it: only moderators read it")),
    (Action.EDIT, _("Edit it: one message, with your reason")),
)
SLOW = (
    (0, pgettext_lazy("slow mode", "None")),
    (60, _("One minute between two messages")),
    (300, _("5 minutes")),
    (900, _("15 minutes")),
    (3600, _("One hour")),
)


class FlagForm(forms.Form):
    """Why a message needs a moderator."""

    reason = forms.ChoiceField(label=_("What is wrong?"), choices=FlagReason.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only moderators read this. Needed for “something else”."),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("reason") == FlagReason.OTHER and not said.get("words", "").strip():
            self.add_error("words", _("Say in a few words what is wrong."))
        return said


class OfferFlagForm(FlagForm):
    """Why an offer needs a moderator: nobody is in danger by it, for which there is a protocol of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [choice for choice in FlagReason.choices if choice[0] != FlagReason.DANGER]
        self.fields["reason"].choices = choices  # type: ignore[attr-defined]


class TemplateForm(forms.Form):
    """A rule, with the message that is ready for it; sent by GET, it changes nothing."""

    template = forms.ChoiceField(label=_("The rule"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, templates: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.templates = {str(row.public_id): row for row in templates}
        choices = [(key, row.rule) for key, row in self.templates.items()]
        self.fields["template"].choices = choices  # type: ignore[attr-defined]

    @property
    def template_row(self) -> Any:
        return self.templates.get(self.cleaned_data.get("template", ""))


class ChoiceForm(TemplateForm):
    """Which of the reported messages, and what to do with them; sent by GET, it changes nothing."""

    items = forms.MultipleChoiceField(label=_("Messages"), error_messages={"required": _("Tick one message at least.")})
    action = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=VERDICTS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what to do with it.")},
    )

    def __init__(self, *args: Any, reported: Sequence[Reported], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reported = {str(one.thing.public_id): one for one in reported}
        self.fields["items"].choices = [(key, key) for key in self.reported]  # type: ignore[attr-defined]
        if all(one.post is None for one in reported):
            kept = [verdict for verdict in VERDICTS if verdict[0] != Action.EDIT]
            self.fields["action"].choices = kept  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("action") == Action.EDIT and "items" in said:
            chosen = [self.reported[key] for key in said["items"]]
            if len(chosen) > 1 or chosen[0].post is None:
                self.add_error("action", _("Change one message at a time, of a thread."))
        return said

    @property
    def chosen(self) -> list[Reported]:
        return [self.reported[key] for key in self.cleaned_data["items"]]


class VerdictForm(forms.Form):
    """A decision with its words: the rule, what the author reads, the new wording of an edit; a thread's title goes
    with its first message."""

    title = forms.CharField(label=_("Title"), max_length=160)
    source = forms.CharField(
        label=_("The message, as everybody will read it"),
        max_length=LONGEST_POST,
        widget=forms.Textarea(attrs={"rows": 8}),
        strip=False,
    )
    rule = forms.CharField(label=_("The rule it does not keep to"), max_length=200)
    message = forms.CharField(
        label=_("What the author reads"), max_length=2000, widget=forms.Textarea(attrs={"rows": 8})
    )
    is_strike = forms.BooleanField(
        label=_("Count a strike for 90 days"),
        required=False,
        help_text=_("While it counts, the person’s trust does not grow."),
    )
    is_pause = forms.BooleanField(
        label=_("Pause this person for 24 hours"),
        required=False,
        help_text=_("The person reads everything and writes nothing."),
    )

    def __init__(self, *args: Any, action: Action, may_pause: bool, has_title: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        gone = {"source", "title"} if action != Action.EDIT else set() if has_title else {"title"}
        if action == Action.KEEP:
            gone = {"source", "title", "rule", "message", "is_strike", "is_pause"}
        if not may_pause:
            gone |= {"is_pause"}
        for name in gone:
            del self.fields[name]

    @property
    def verdict(self) -> Verdict:
        return Verdict(action=self.action, **self.cleaned_data)


class PauseForm(forms.Form):
    rule = forms.CharField(label=_("The rule"), max_length=200)
    message = forms.CharField(
        label=_("What the person reads"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )


class AppealForm(forms.Form):
    words = forms.CharField(
        label=_("Why should the decision change?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )


class AnswerForm(forms.Form):
    """The answer to an appeal."""

    outcome = forms.ChoiceField(
        label=_("After reading it again"),
        choices=[choice for choice in AppealState.choices if choice[0] != AppealState.OPEN],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Your answer to the person"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )


class DoneForm(forms.Form):
    done = forms.CharField(
        label=_("What was done"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Who was called, at what time, what was agreed, what comes next."),
    )


class SlowModeForm(forms.Form):
    seconds = forms.TypedChoiceField(label=_("Slow mode"), coerce=int, choices=SLOW)

    def __init__(self, *args: Any, now_set: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if now_set not in dict(SLOW):
            known = [*SLOW, (now_set, ngettext_lazy("%d second", "%d seconds", now_set) % now_set)]
            self.fields["seconds"].choices = known  # type: ignore[attr-defined]


class SpamRuleForm(forms.Form):
    """How much a signal, or a word, counts; and whether it counts at all."""

    signal = forms.ChoiceField(choices=SpamSignal.choices, widget=forms.HiddenInput)
    word = forms.CharField(label=_("Word"), required=False, max_length=60)
    points = forms.IntegerField(label=_("Points"), min_value=0, max_value=100)
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("signal") == SpamSignal.WORD and not said.get("word"):
            self.add_error("word", _("Write the word."))
        if said.get("signal") != SpamSignal.WORD:
            said["word"] = ""
        return said

    @property
    def label(self) -> str:
        """The signal in words."""
        return str(SpamSignal(self["signal"].value()).label)


def versions_seen(values: Sequence[str]) -> dict[UUID, int]:
    """`<public id>:<version>` of each message a page showed; what is malformed counts as not seen."""
    seen: dict[UUID, int] = {}
    for value in values:
        key, _colon, version = value.partition(":")
        try:
            seen[UUID(key)] = int(version)
        except ValueError:
            continue
    return seen
