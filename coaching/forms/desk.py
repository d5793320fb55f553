"""What a coach writes at her desk, and what a learner writes about herself, made clean."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from coaching.enums import ContactChannel, Presence, SignerRole
from coaching.models import Seat
from coaching.services.reports import NewTask, Wording
from lms.programmes.models import Competency

TASK_PREFIXES = ("task-0", "task-1")
_PRESENCE = [choice for choice in Presence.choices if choice[0] != Presence.UNKNOWN]
_OWNERS = [(SignerRole.LEARNER, _("The learner")), (SignerRole.COACH, _("Me"))]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ReportForm(forms.Form):
    """A report in less than a minute: who came is filled in, three prompts, what comes next."""

    base = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    presence = forms.ChoiceField(label=_("The learner"), choices=_PRESENCE, widget=forms.RadioSelect)
    minutes = forms.IntegerField(
        label=_("Time together (minutes)"), min_value=0, max_value=480, help_text=_("Zero when somebody did not come.")
    )
    coach_presence = forms.ChoiceField(label=_("You"), choices=_PRESENCE, widget=forms.RadioSelect)
    covered = forms.CharField(label=_("What we did"), required=False, max_length=4000, widget=forms.Textarea)
    learnt = forms.CharField(label=_("What moved forward"), required=False, max_length=4000, widget=forms.Textarea)
    difficulty = forms.CharField(
        label=_("What is still difficult"), required=False, max_length=4000, widget=forms.Textarea
    )
    next_step = forms.CharField(label=_("Next step"), required=False, max_length=500)
    competencies = forms.ModelMultipleChoiceField(
        label=_("Competencies we touched on"),
        queryset=Competency.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_shared = forms.BooleanField(label=_("Share this report with the learner"), required=False, initial=True)
    reason = forms.CharField(
        label=_("Why the time changes"),
        required=False,
        max_length=300,
        help_text=_("Needed when the minutes change: it is shown beside the hours for ever."),
    )

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seat = seat
        block = seat.enrolment.cohort.track.block_id
        self.fields["competencies"].queryset = Competency.objects.filter(block=block)  # type: ignore[attr-defined]
        self.fields["presence"].label = seat.learner.get_full_name()
        for name in ("covered", "learnt", "difficulty"):
            self.fields[name].widget.attrs["rows"] = 3

    @property
    def wording(self) -> Wording:
        said = self.cleaned_data
        return Wording(
            presence=Presence(said["presence"]),
            coach_presence=Presence(said["coach_presence"]),
            minutes=said["minutes"],
            covered=said["covered"],
            learnt=said["learnt"],
            difficulty=said["difficulty"],
            next_step=said["next_step"],
            competencies=list(said["competencies"]),
            is_shared=said["is_shared"],
        )


class TaskForm(forms.Form):
    """One thing to do; an empty one is no task."""

    text = forms.CharField(label=_("To do"), required=False, max_length=300)
    owner = forms.ChoiceField(label=_("Who"), choices=_OWNERS, initial=SignerRole.LEARNER)
    due_on = forms.DateField(label=_("By"), required=False, widget=DayInput)

    @property
    def task(self) -> NewTask | None:
        said = self.cleaned_data
        return NewTask(said["text"], SignerRole(said["owner"]), said["due_on"]) if said.get("text") else None


class NewTaskForm(TaskForm):
    """The same by itself, where it must say something."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True


def task_forms(data: QueryDict | None, initial: list[dict[str, Any]] | None = None) -> list[TaskForm]:
    """The rows of tasks under a report."""
    told = initial or [{}] * len(TASK_PREFIXES)
    return [
        TaskForm(data, prefix=prefix, initial=values, use_required_attribute=False)
        for prefix, values in zip(TASK_PREFIXES, told, strict=True)
    ]


def as_typed(form: type[forms.Form], content: Mapping[str, list[str]], prefix: str = "") -> dict[str, Any]:
    """The values of a form that was kept as it was posted, checked or not: what a draft puts back in place."""
    data = QueryDict(mutable=True)
    for name, values in content.items():
        data.setlist(name, values)
    start = f"{prefix}-" if prefix else ""
    return {
        name: field.widget.value_from_datadict(data, {}, f"{start}{name}") for name, field in form.base_fields.items()
    }


class GoalForm(forms.Form):
    """What the learner is aiming at."""

    text = forms.CharField(
        label=_("Your goal, in your words"),
        help_text=_("One sentence is enough. You can change it whenever you like."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NoteForm(forms.Form):
    """A note for the coach's own eyes; `replaces` names the one it corrects."""

    text = forms.CharField(
        label=_("My note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"})
    )
    replaces = forms.UUIDField(required=False, widget=forms.HiddenInput)


class ContactForm(forms.Form):
    """A call, or a meeting elsewhere."""

    channel = forms.ChoiceField(
        label=_("How"),
        choices=[choice for choice in ContactChannel.choices if choice[0] != ContactChannel.MESSAGE],
        initial=ContactChannel.PHONE,
    )
    text = forms.CharField(
        label=_("In a few words"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )


class MessageForm(forms.Form):
    """A message to one learner; `key` is made with the page, so that sending twice is sending once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("Your message"), max_length=4000, widget=forms.Textarea(attrs={"rows": 12}))

    @staticmethod
    def new_key() -> UUID:
        return uuid4()
