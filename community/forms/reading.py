"""What somebody looks for, how closely she reads, and until where she has read."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.enums import Level
from community.models import Space
from community.queries.search import LAST_PAGE, Asked, authors_named


class SearchForm(forms.Form):
    """`spaces`: those she reads; others cannot be chosen, nor told from what does not exist."""

    q = forms.CharField(
        label=_("Words to look for"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    author = forms.CharField(label=_("Written by"), required=False, max_length=80)
    space = forms.ChoiceField(label=_("In the space"), required=False)
    since = forms.DateField(
        label=pgettext_lazy("dates", "From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=pgettext_lazy("dates", "To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    solved = forms.ChoiceField(
        label=_("Questions"),
        required=False,
        choices=[("", _("Everything")), ("yes", _("Solved questions")), ("no", _("Questions not solved yet"))],
    )

    def __init__(self, *args: Any, spaces: Iterable[Space], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._spaces = {space.slug: space for space in spaces}
        field = self.fields["space"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - it is declared above
        field.choices = [("", _("All my spaces")), *((space.slug, space.name) for space in self._spaces.values())]

    @property
    def filters(self) -> list[forms.BoundField]:
        """What stands behind “Narrow the search”."""
        return [self[name] for name in ("author", "space", "since", "until", "solved")]

    @property
    def is_narrowed(self) -> bool:
        return any(field.value() for field in self.filters)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day is before the first one."))
        return cleaned

    def asked(self) -> Asked:
        """What a valid form asks for."""
        said = self.cleaned_data
        return Asked(
            words=said["q"],
            authors=authors_named(said["author"]),
            space=self._spaces.get(said["space"]),
            since=said["since"],
            until=said["until"],
            solved={"yes": True, "no": False}.get(said["solved"]),
        )


class PageForm(forms.Form):
    page = forms.IntegerField(min_value=1, max_value=LAST_PAGE)


class UntilForm(forms.Form):
    """The number of the last message that was on screen."""

    until = forms.IntegerField(min_value=0, max_value=999_999_999)


class ThreadLevelForm(forms.Form):
    """Empty: as she follows the space."""

    level = forms.ChoiceField(choices=[("", ""), *Level.choices], required=False)


class SpaceLevelForm(forms.Form):
    level = forms.ChoiceField(choices=Level.choices)
