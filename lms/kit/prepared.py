"""Queries that every page makes, composed once: Django takes ten times as long to write their SQL as the database takes
to answer it."""

import copy
from collections.abc import Callable
from functools import cached_property, partial
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

# Stand for the n-th id while the SQL is written; no row has such an id.
_NUMBER = -9_007_199_254_740_000
_UUID = 0xFFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_0000

type Id = int | UUID | str


_STAND_INS: dict[type[Id], Callable[[int], Id]] = {
    int: lambda rank: _NUMBER - rank,
    UUID: lambda rank: UUID(int=_UUID + rank),
    str: lambda rank: f"no such key {rank}",
}


class Prepared[M: Model]:
    """A QuerySet that is always the same but for some ids, of these `kinds` (`int`, `UUID`, `str`); `build(*ids)`
    composes it, once.

    Calling it gives the rows, fresh from the database, as `list(build(*ids))` would. Its ids are compared as they are
    (`filter(learner=…)`): nothing else in it may depend on the moment or on the person. No `prefetch_related`.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], *kinds: type[Id]) -> None:
        self._build = build
        self._kinds = kinds
        self._converters: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def __call__(self, *ids: Id) -> list[M]:
        queryset, ready, sql, places = self._compiled
        if tuple(map(type, ids)) != self._kinds:
            raise TypeError(f"ids of these kinds are needed: {self._kinds}")
        params = tuple(give(ids) for give in places)
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
        """What makes values of columns, which is the same for a connection each time."""
        if connection not in self._converters:
            self._converters[connection] = make(expressions)
        return self._converters[connection]

    def first(self, *ids: Id) -> M | None:
        return next(iter(self(*ids)), None)

    @cached_property
    def _compiled(self) -> tuple[Any, Any, str, list[Callable[[tuple[Id, ...]], Any]]]:
        """The QuerySet, its compiler, its SQL, and what gives each parameter from the ids of a call."""
        stand_ins = [_STAND_INS[kind](rank) for rank, kind in enumerate(self._kinds)]
        queryset: Any = self._build(*stand_ins)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, params = compiler.as_sql()
        # A database without UUIDs of its own (SQLite) compares their digits.
        as_digits = {value.hex: rank for rank, value in enumerate(stand_ins) if isinstance(value, UUID)}
        as_they_are = {value: rank for rank, value in enumerate(stand_ins)}
        places: list[Callable[[tuple[Id, ...]], Any]] = []
        found = set()
        for value in params:
            if (rank := as_digits.get(value)) is not None:
                places.append(lambda ids, rank=rank: ids[rank].hex)  # type: ignore[misc]
            elif (rank := as_they_are.get(value)) is not None:
                places.append(lambda ids, rank=rank: ids[rank])  # type: ignore[misc]
            else:
                places.append(lambda ids, value=value: value)  # type: ignore[misc]
            found.add(rank)
        if found - {None} != set(range(len(self._kinds))):
            raise TypeError("each id must be compared as it is")
        return queryset, compiler, sql, places
