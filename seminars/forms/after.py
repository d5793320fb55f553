"""What is written after a session: marks, and where its replay becomes a lesson."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.formats.text import MOST_BYTES
from courses.models import ModulePage
from seminars.models import LiveSession

_MARKS = [(5, _("5, very much")), (4, "4"), (3, _("3, so-so")), (2, "2"), (1, _("1, not at all"))]


class _Mark(forms.TypedChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_MARKS, coerce=int, widget=forms.RadioSelect, **kwargs)


class SurveyForm(forms.Form):
    """One screen: three marks and, for who wishes, some words."""

    useful = _Mark(label=_("It is useful for my work"))
    clear = _Mark(label=_("It was clear"))
    comfortable = _Mark(label=_("It was easy to follow and to take part in"))
    words = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Those who run the session read them without your name."),
    )


class CaptionsForm(forms.Form):
    """Captions made elsewhere, for one recording."""

    file = forms.FileField(
        label=_("Captions file"),
        help_text=_("VTT or SRT, at most 1 MB, timed from the start of the recording."),
        widget=forms.ClearableFileInput(attrs={"accept": ".vtt,.srt,text/vtt,application/x-subrip"}),
    )

    def clean_file(self) -> bytes:
        # One byte more than is taken: it is then refused with its sentence.
        data: bytes = self.cleaned_data["file"].read(MOST_BYTES + 1)
        return data


class LessonForm(forms.Form):
    """The module at whose end the lesson is put: one of the series' course."""

    module: forms.ModelChoiceField[ModulePage] = forms.ModelChoiceField(
        label=_("At the end of"), queryset=ModulePage.objects.none(), to_field_name="public_id", empty_label=None
    )

    def __init__(self, *args: Any, session: LiveSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        course = session.series.course
        if course is not None:
            modules = ModulePage.objects.child_of(course)
            field = cast("forms.ModelChoiceField[ModulePage]", self.fields["module"])
            field.queryset = modules
            field.initial = getattr(modules.last(), "public_id", None)
