"""Asks pages inside one process, as it is told line by line, and says what each cost.

Two of them, each on its own database, let the same page be timed in turn: what else the machine does weighs on both.
Run by itself: `python -m tests.bench.asking SESSION`. A line is `cold PATH` (nothing in the cache), `warm PATH`, or
`send PATH FORM` (a form that is posted, and leads on).
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from tests.bench.servers import ROOT
from tests.bench.sites import Site


@dataclass(frozen=True)
class Cost:
    queries: int
    milliseconds: float


class Asker:
    """The other end of such a process."""

    def __init__(self, lines: IO[str], answers: IO[str]) -> None:
        self._lines = lines
        self._answers = answers

    def ask(self, path: str, *, cold: bool = False) -> Cost:
        """Raises: RuntimeError when the page was not answered with 200."""
        return self._told(f"{'cold' if cold else 'warm'} {path}")

    def send(self, path: str, form: str) -> Cost:
        """Post a form, urlencoded. Raises: RuntimeError when it was not taken and led on."""
        return self._told(f"send {path} {form}")

    def _told(self, line: str) -> Cost:
        self._lines.write(f"{line}\n")
        self._lines.flush()
        told = self._answers.readline()
        if not told:
            raise RuntimeError(f"“{line}” was not answered")
        return Cost(**json.loads(told))


@contextmanager
def asker(site: Site, session: str) -> Iterator[Asker]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.asking", session],
        cwd=ROOT,
        env=site.environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Asker(process.stdin, process.stdout)
    finally:
        process.stdin.close()
        process.wait(15)


def _answer(session: str) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client

    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    queries = 0

    def count(execute, sql, params, many, context):
        nonlocal queries
        queries += 1
        return execute(sql, params, many, context)

    for line in sys.stdin:
        state, path, *form = line.split()
        if state == "cold":
            cache.clear()
        queries = 0
        with connection.execute_wrapper(count):
            started = time.perf_counter()
            if form:
                response = client.post(path, form[0], content_type="application/x-www-form-urlencoded")
            else:
                response = client.get(path)
            took = time.perf_counter() - started
        if response.status_code != (302 if form else 200):
            raise RuntimeError(f"{path}: {response.status_code}")
        print(json.dumps({"queries": queries, "milliseconds": took * 1000}), flush=True)


if __name__ == "__main__":
    _answer(sys.argv[1])
