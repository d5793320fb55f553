"""Academies to measure: each in a folder and a database of its own, with the settings of production."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

from tests.bench.servers import ROOT
from tests.migrated import copy_file, copy_postgres

MIGRATED = Path(os.environ.get("VAR_DIR", ROOT / "var"))
"""Where the empty academy lies that every site is a copy of."""


@dataclass(frozen=True)
class Learner:
    """What a browser needs to be one learner, and the addresses of her pages."""

    session: str
    lesson: str
    outline: str
    home: str
    question: str

    @property
    def pages(self) -> dict[str, str]:
        """The four pages that the figures are about."""
        return {
            "lesson": self.lesson,
            "outline": self.outline,
            "learner home": self.home,
            "quiz question": self.question,
        }


@dataclass(frozen=True)
class Site:
    """One academy: where its files lie, and the environment that says so."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str, **more: str) -> str:
        """Run Python in this site; what it printed. Raises: RuntimeError with what it complained of."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment | more, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {done.stderr[-2000:]}")
        return done.stdout

    def fill(self, *, lessons: int, learners: int, long_track: int = 0) -> list[Learner]:
        """An academy of that size; its measured learner, then the one of the long track when there is one."""
        told = self.run("-m", "tests.bench.academy", str(lessons), str(learners), str(long_track))
        return [Learner(**learner) for learner in json.loads(told)]


@contextmanager
def site(name: str) -> Iterator[Site]:
    """An empty academy, migrated: on SQLite, or in a new database of the server that DATABASE_URL names."""
    with TemporaryDirectory() as folder, _database(name, Path(folder)) as url:
        made = Site(
            Path(folder),
            os.environ
            | {
                "VAR_DIR": folder,
                "DATABASE_URL": url,
                "REDIS_URL": "",
                "DEBUG": "false",
                "SECRET_KEY": "of-the-bench-and-of-nothing-else-" * 2,
                "SITE_URL": "http://localhost",
                "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
                "LOG_LEVEL": "ERROR",
                "DJANGO_SETTINGS_MODULE": "lms.settings",
                "PYTHONWARNINGS": "ignore",
            },
        )
        yield made


@contextmanager
def _database(name: str, folder: Path) -> Iterator[str]:
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        copy_file(MIGRATED, folder / "db.sqlite3")
        yield f"sqlite:///{folder / 'db.sqlite3'}"
        return
    database = f"bench_{name}_{os.getpid()}"
    copy_postgres(MIGRATED, given, database)
    try:
        yield urlsplit(given)._replace(path=f"/{database}").geturl()
    finally:
        with psycopg.connect(given, autocommit=True) as server:
            server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(database)))
