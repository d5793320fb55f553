"""An empty academy whose tables are there already: made once, then copied, because migrations take half a minute.

`python -m tests.migrated` makes it ahead of the tests, on the server that DATABASE_URL names if it does; they make it
themselves where it is missing. It is made anew as
soon as a migration, what a migration imports, or a library changes.
"""

import ast
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
APPS = ("lms", "media", "courses", "coaching", "community", "seminars")
KEEP_ROWS = """DO $$ DECLARE one text; is_full boolean; BEGIN
  CREATE SCHEMA kept;
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', one) INTO is_full;
    IF is_full THEN EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', one, one); END IF;
  END LOOP;
END $$"""
"""PostgreSQL: a copy of the rows that the academy begins with, for tests/emptied.py."""


def migrated_file(folder: Path) -> Path:
    """An SQLite file in `folder`; a copy of it is a database of one's own."""
    made = folder / f"migrated-{fingerprint()}.sqlite3"
    with _alone(folder):
        if not made.exists():
            for old in folder.glob("migrated-*"):
                old.unlink()
            draft = folder / "migrating.sqlite3"
            draft.unlink(missing_ok=True)
            _migrate(f"sqlite:///{draft}")
            draft.rename(made)
    return made


def copy_file(folder: Path, target: Path) -> None:
    """Put an empty academy at `target`, whatever was there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for rest in ("", "-wal", "-shm"):
        target.with_name(target.name + rest).unlink(missing_ok=True)
    shutil.copyfile(migrated_file(folder), target)


def copy_postgres(folder: Path, url: str, name: str) -> None:
    """Make the PostgreSQL database `name` beside the one `url` names, an empty academy, whatever was there."""
    import psycopg

    with _alone(folder, "postgres.lock"), psycopg.connect(url, autocommit=True) as server:
        pattern = _migrated_database(server, url)
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{pattern}"')


def _migrated_database(server: Any, url: str) -> str:
    import psycopg

    pattern = f"academy_migrated_{fingerprint()}"
    if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [pattern]).fetchone():
        server.execute('DROP DATABASE IF EXISTS "academy_migrating"')
        server.execute('CREATE DATABASE "academy_migrating"')
        draft = url.rpartition("/")[0] + "/academy_migrating"
        _migrate(draft)
        with psycopg.connect(draft, autocommit=True) as made:
            made.execute(KEEP_ROWS)
        server.execute(f'ALTER DATABASE "academy_migrating" RENAME TO "{pattern}"')
    return pattern


def fingerprint() -> str:
    """Says in twelve digits what the tables are made by."""
    migrations = [path for app in APPS for path in (ROOT / app).rglob("migrations/*.py")]
    files = {ROOT / "requirements" / "base.txt", *migrations}
    for migration in migrations:
        files |= _imported(migration)
    told = hashlib.sha256()
    for path in sorted(files):
        told.update(path.read_bytes())
    return told.hexdigest()[:12]


def _imported(migration: Path) -> set[Path]:
    """The modules of ours that a migration imports."""
    found = set()
    for node in ast.walk(ast.parse(migration.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in APPS:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            found |= {path for name in names if (path := ROOT.joinpath(*name.split(".")).with_suffix(".py")).exists()}
    return found


@contextmanager
def _alone(folder: Path, name: str = "migrated.lock") -> Iterator[None]:
    """One process of several makes it; the others wait."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(url: str) -> None:
    env = {name: value for name, value in os.environ.items() if name != "REDIS_URL"} | {"DATABASE_URL": url}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True)


if __name__ == "__main__":
    if url := os.environ.get("DATABASE_URL"):
        copy_postgres(ROOT / "var", url, "academy_ahead")
    else:
        migrated_file(ROOT / "var")
