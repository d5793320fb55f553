"""Databases that hold something already: what many tests begin with is made once by each process, not once a test.

A test that asks for `world` or `demo` runs on a copy of the database where its rows are committed, inside a transaction
that is rolled back, like any other test.
"""

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import override_settings


class Filled:
    """The copies of one process, each made when it is first wanted."""

    def __init__(self) -> None:
        self.blocker: Any = None
        """pytest-django's, once the test database is there; before, nothing can be copied."""
        self.wanted = ""
        """The copy in use."""
        self._plain = ""
        self._made: dict[str, tuple[str, bytes, Path]] = {}

    def go_to(self, name: str, make: Callable[[str, Path], Any], copy: Callable[[str], str], folder: Path) -> None:
        """Run on the copy `name`, or on the empty database; `copy(name)` makes an empty one, `make` fills it.

        The connection stays open for the next test: a new one reads nine hundred tables and indexes.
        """
        if self.blocker is None or name == self.wanted:
            return
        with self.blocker.unblock():
            connection.close()
            self._plain = self._plain or connection.settings_dict["NAME"]
            connection.settings_dict["NAME"] = self._plain
            if name and name not in self._made:
                connection.settings_dict["NAME"] = target = copy(name)
                self._made[name] = target, _filled(make, name, folder), folder
            connection.settings_dict["NAME"] = self._made[name][0] if name else self._plain
            self.wanted = name

    def take(self, name: str, media: Path) -> Any:
        """What `make` gave when it filled the copy in use, fresh; None where no copy is in use."""
        if self.wanted != name:
            return None
        _target, told, folder = self._made[name]
        if folder.exists():
            shutil.copytree(folder, media, dirs_exist_ok=True)
        cache.clear()
        return pickle.loads(told)  # noqa: S301 - written by this very process


def _filled(make: Callable[[str, Path], Any], name: str, folder: Path) -> bytes:
    """Fill the database in use, for good; what waits for the commit is forgotten, as in a test's transaction."""
    cache.clear()
    with override_settings(MEDIA_ROOT=folder), transaction.atomic():
        told = pickle.dumps(make(name, folder))
        connection.run_on_commit = []
    connection.close()
    return told


def wants(item: pytest.Item, name: str) -> bool:
    """Whether a test asks for our own fixture of this name, in a transaction of its own."""
    info = getattr(item, "_fixtureinfo", None)
    found = info.name2fixturedefs.get(name) if info else None
    if not found or found[-1].func.__module__ != "tests.conftest":
        return False
    is_transactional = "transactional_db" in item.fixturenames or any(
        mark.kwargs.get("transaction") for mark in item.iter_markers("django_db")
    )
    return not is_transactional
