"""Forms of the programmes' records: each offers a manager what is hers, and takes nothing else from her."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.kit.scoped import ScopedForm

from .enums import EnrolmentState
from .models import AuditAccess, Enrolment
from .services import TRANSITIONS


class OfPartnerForm(ScopedForm):
    """A record of a partner: a manager gives it one of hers, and the only one she has is taken without asking."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partner = self.fields["partner"]
        if self.for_user and not self.for_user.is_superuser:
            partner.required = True
            mine = list(partner.queryset)
            if len(mine) == 1:
                self.initial["partner"] = mine[0].pk
                partner.disabled = True


class AuditAccessForm(ScopedForm):
    """An auditor's access remembers who gave it."""

    def save(self, commit: bool = True) -> AuditAccess:
        if self.instance.pk is None:
            self.instance.granted_by = self.for_user
        access: AuditAccess = super().save(commit)
        return access


class InvitationForm(ScopedForm):
    """Whom to invite into which cohort."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    display_name = forms.CharField(
        label=_("Displayed name"), max_length=150, help_text=_("The name other people see. They can change it later.")
    )
    certificate_name = forms.CharField(
        label=_("Name for certificates"), max_length=200, required=False, help_text=_("As on their identity papers.")
    )


class StateForm(forms.Form):
    """The next state of one enrolment, and why."""

    state = forms.ChoiceField(label=_("New state"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("One sentence, kept in the learner’s file. Compulsory to pause, to withdraw and to correct."),
    )

    def __init__(self, *args: Any, enrolment: Enrolment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = TRANSITIONS[enrolment.state]
        self.fields["state"].choices = [(step.value, step.label) for step in steps]  # type: ignore[attr-defined]

    def clean_state(self) -> EnrolmentState:
        return EnrolmentState(self.cleaned_data["state"])
