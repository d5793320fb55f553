"""Forms of the records administrators run in Wagtail's admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.enums import Audience
from lms.kit.scoped import ScopedForm


class SpaceForm(ScopedForm):
    """A space whose audience is named: its cohort, its partner, or its departments; the others are left empty."""

    departments = forms.CharField(
        label=gettext_lazy("departments"),
        required=False,
        help_text=gettext_lazy("Codes of French departments, for a territory: 69, 42, 2A."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["departments"] = ", ".join(self.initial.get("departments") or [])

    def clean_departments(self) -> list[str]:
        codes = self.cleaned_data["departments"].replace(",", " ").upper().split()
        wrong = [code for code in codes if not (code.isalnum() and 1 < len(code) <= 3)]
        if wrong:
            raise forms.ValidationError(_("Not the code of a department: %(code)s."), params={"code": wrong[0]})
        return list(dict.fromkeys(codes))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        audience = cleaned.get("audience")
        needed = {
            Audience.COHORT: ("cohort", _("Choose the cohort.")),
            Audience.PARTNER: ("partner", _("Choose the partner.")),
            Audience.TERRITORY: ("departments", _("Write one department at least.")),
        }
        for kind, (name, words) in needed.items():
            if audience == kind and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, words)
            elif audience != kind:
                cleaned[name] = [] if name == "departments" else None
        return cleaned


class SpamRuleForm(ScopedForm):
    """A signal, and its word where the signal is a word."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("signal") == "word" and not cleaned.get("word"):
            self.add_error("word", _("Write the word."))
        return cleaned
