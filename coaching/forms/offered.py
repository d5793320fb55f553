"""What the forms of a diary have in common: dates, times, and the kinds and places a coach may name."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.enums import Mode
from coaching.models import AppointmentKind, Place
from coaching.queries.diary import kinds_of_coach, places_of_coach
from lms.accounts.models import User


def time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


_WAYS: list[tuple[str, Any]] = [("", gettext_lazy("As the person prefers")), *Mode.choices]


class OfferedForm(forms.Form):
    """A form that offers a coach her own kinds and places, read once for all its lines; it cleans to the rows."""

    mode = forms.ChoiceField(label=gettext_lazy("How"), choices=_WAYS, required=False)
    place = forms.TypedChoiceField(label=gettext_lazy("Where"), required=False, empty_value=None)

    def __init__(self, *args: Any, kinds: Sequence[AppointmentKind], places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("place", places, blank="–")
        if not places:
            self._drop_in_person()
        self._offer("kinds" if "kinds" in self.fields else "kind", kinds)

    def _offer(self, name: str, rows: Sequence[AppointmentKind] | Sequence[Place], *, blank: str = "") -> None:
        by_id = {str(row.public_id): row for row in rows}
        field = self.fields[name]
        assert isinstance(field, forms.TypedChoiceField | forms.TypedMultipleChoiceField)  # noqa: S101 - so declared
        field.choices = [*([("", blank)] if blank else []), *((key, str(row)) for key, row in by_id.items())]

        def chosen(key: Any) -> AppointmentKind | Place:
            # Django also coerces what it has not checked yet, to know what has changed.
            if str(key) not in by_id:
                raise ValueError(key)
            return by_id[str(key)]

        field.coerce = chosen

    def _drop_in_person(self) -> None:
        """Nowhere to receive anybody: neither the way nor the place is offered."""
        mode = self.fields["mode"]
        assert isinstance(mode, forms.ChoiceField)  # noqa: S101 - so declared
        mode.choices = [choice for choice in _WAYS if choice[0] != Mode.PLACE]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("mode") == Mode.PLACE and not cleaned.get("place"):
            self.add_error("place", _("Say where you receive people."))
        return cleaned


def offered_to(user: User) -> dict[str, Any]:
    """What the forms of a coach may name."""
    return {"kinds": list(kinds_of_coach(user)), "places": list(places_of_coach(user))}
