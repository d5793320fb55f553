"""The two forums that are measured: a small one, and one of a million posts (or of as many as POSTS says)."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.bench.sites import Site, site

POSTS = int(os.environ.get("POSTS", "1000000"))
"""Posts of the large forum; a tenth of them stand in one thread. Fewer, for a try."""
LONG = POSTS // 10
FEW = 1_000


@dataclass(frozen=True)
class Forum:
    """What a browser needs to be the measured reader, and the addresses of her pages. `far` is nine tenths down the
    long thread."""

    person: int
    session: str
    pages: dict[str, str]
    first_page: str
    far_page: str
    answer: str
    first: str
    far: str
    answer_short: str
    socket: str


@dataclass(frozen=True)
class Forums:
    """Both forums, each with the reader who asks; `engine` is the database's."""

    small: Site
    large: Site
    here: Forum
    there: Forum
    engine: str


@contextmanager
def forums() -> Iterator[Forums]:
    """On SQLite, or on the server that DATABASE_URL names."""
    with site("forum_small") as small, site("forum_large") as large:
        small.run("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        (large.folder / "static").symlink_to(small.folder / "static")
        engine = "PostgreSQL" if small.environment["DATABASE_URL"].startswith("postgres") else "SQLite"
        yield Forums(small, large, _fill(small, FEW, FEW // 10), _fill(large, POSTS, LONG), engine)


def _fill(place: Site, posts: int, long: int) -> Forum:
    return Forum(**json.loads(place.run("-m", "tests.bench.community_academy", "fill", str(posts), str(long))))
