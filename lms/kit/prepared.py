"""Queries that every page makes, composed once: Django takes ten times as long to write their SQL as the database takes
to answer it."""

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

# Stand for what is given n-th while the SQL is written; no row has such an id.
_NUMBER = -9_007_199_254_740_000
_UUID = 0xFFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_0000

_MOMENT = datetime(9000, 1, 1, tzinfo=UTC)

type Given = int | UUID | str | datetime

_STAND_INS: dict[type[Given], Callable[[int], Given]] = {
    int: lambda rank: _NUMBER - rank,
    UUID: lambda rank: UUID(int=_UUID + rank),
    str: lambda rank: f"no such key {rank}",
    datetime: lambda rank: _MOMENT + timedelta(seconds=rank),
}


class Prepared[M: Model]:
    """A QuerySet that is always the same but for what it is given: ids, keys and moments, of these `kinds` (`int`,
    `UUID`, `str`, `datetime`); `build(*given)` composes it, once.

    Calling it gives the rows, fresh from the database, as `list(build(*given))` would. What is given is compared as it
    is (`filter(learner=…, ends_at__gt=…)`): nothing else in it may depend on the moment or on the person. No
    `prefetch_related`.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], *kinds: type[Given]) -> None:
        self._build = build
        self._kinds = kinds

    def __call__(self, *given: Given) -> list[M]:
        queryset, ready, sql, places = self._compiled
        if tuple(map(type, given)) != self._kinds:
            raise TypeError(f"these kinds are needed: {self._kinds}")
        params = tuple(give(given) for give in places)
        compiler = copy.copy(ready)
        compiler.connection = connections[queryset.db]  # this thread's own
        compiler.as_sql = lambda *_args, **_options: (sql, params)
        compiler.get_converters = partial(self._converters_of, compiler.connection, compiler.get_converters)
        source = SimpleNamespace(
            db=queryset.db,
            query=SimpleNamespace(get_compiler=lambda using: compiler),
            _fetch_mode=queryset._fetch_mode,
            _known_related_objects={},
        )
        return list(ModelIterable(cast("QuerySet[M]", source)))

    def _converters_of(self, connection: Any, make: Callable[[Any], Any], expressions: Any) -> Any:
        """What makes values of columns, which is the same for a connection each time: it keeps them, and they die with
        it."""
        kept = vars(connection).setdefault("_prepared_converters", {})
        if self not in kept:
            kept[self] = make(expressions)
        return kept[self]

    def first(self, *given: Given) -> M | None:
        return next(iter(self(*given)), None)

    @cached_property
    def _compiled(self) -> tuple[Any, Any, str, list[Callable[[tuple[Given, ...]], Any]]]:
        """The QuerySet, its compiler, its SQL, and what gives each parameter from what a call is given."""
        stand_ins = [_STAND_INS[kind](rank) for rank, kind in enumerate(self._kinds)]
        queryset: Any = self._build(*stand_ins)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, params = compiler.as_sql()
        # A database without UUIDs and moments of its own (SQLite) compares texts.
        written: dict[type[Given], Callable[[Any], Any]] = {
            UUID: lambda value: value.hex,
            datetime: connections[queryset.db].ops.adapt_datetimefield_value,
        }
        as_text = {written[type(value)](value): rank for rank, value in enumerate(stand_ins) if type(value) in written}
        as_it_is = {value: rank for rank, value in enumerate(stand_ins)}
        places: list[Callable[[tuple[Given, ...]], Any]] = []
        found = set()
        for value in params:
            if (rank := as_text.get(value)) is not None:
                write = written[self._kinds[rank]]
                places.append(lambda given, rank=rank, write=write: write(given[rank]))  # type: ignore[misc]
            elif (rank := as_it_is.get(value)) is not None:
                places.append(lambda given, rank=rank: given[rank])  # type: ignore[misc]
            else:
                places.append(lambda given, value=value: value)  # type: ignore[misc]
            found.add(rank)
        if found - {None} != set(range(len(self._kinds))):
            raise TypeError("what is given must be compared as it is")
        return queryset, compiler, sql, places
