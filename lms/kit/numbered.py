"""Choosers that answer 404, where Wagtail's crash, to an id that is no number."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404


class NumberedChosen:
    """To mix into a `ChosenView` of Wagtail."""

    def get_object(self, pk: str) -> Any:
        if not pk.isdecimal():
            raise Http404
        return super().get_object(pk)  # type: ignore[misc]


class NumberedChosenMultiple:
    """To mix into a `ChosenMultipleView` of Wagtail: what is no number is of nothing."""

    def get_objects(self, pks: list[str]) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_objects([pk for pk in pks if pk.isdecimal()])  # type: ignore[misc]
        return rows
