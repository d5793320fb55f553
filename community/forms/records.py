"""Forms of the records administrators run in Wagtail's admin."""

from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.enums import Audience, SpamSignal
from community.models import SpamRule
from courses.forms import MAX_IMPORT
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
        if cleaned.get("signal") == SpamSignal.WORD and not cleaned.get("word"):
            self.add_error("word", _("Write the word."))
        if cleaned.get("signal") != SpamSignal.WORD:
            cleaned["word"] = ""
        same = SpamRule.objects.filter(signal=cleaned.get("signal"), word__iexact=cleaned.get("word") or "")
        if not self.errors and same.exclude(pk=self.instance.pk).exists():
            self.add_error("signal", _("There is a rule for it already: change that one."))
        return cleaned


class ForumImportForm(forms.Form):
    """A forum sent by an administrator; what is inside is judged by the import itself."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "JSON Lines (.jsonl), one topic of Discourse (.json), or a zip of topics. 200 MB at most."
        ),
        validators=[FileExtensionValidator(["jsonl", "ndjson", "json", "zip"])],
    )
    source = forms.CharField(
        label=gettext_lazy("Name of the forum"),
        max_length=60,
        help_text=gettext_lazy("The same at every import: what is here already is known by it, and is left as it is."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_IMPORT:
            raise forms.ValidationError(_("This file is larger than 200 MB. Send the forum in parts."))
        return file

    def clean_source(self) -> str:
        source: str = self.cleaned_data["source"]
        if not slugify(source):
            raise forms.ValidationError(_("Name the forum this comes from, in letters or digits."))
        return source
