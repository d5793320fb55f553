"""Search beside a bare query of the same words in the database's own index.

Run by itself, in the site whose environment it is given: `python -m tests.bench.community_search PERSON`. Both
are asked the same in turn. The bare query reads the texts of the newest messages found, as the search must; it knows
nobody. The search is the whole of it: one query or two, twenty results, what is shown of each text.
"""

import json
import sys
import time
from collections.abc import Iterator
from statistics import median, quantiles

from tests.bench.community_sites import POSTS, Forums
from tests.bench.rows import Group, Row

ASKED = 300
TIME = 3
BARE = {
    "postgresql": (
        "SELECT id, html FROM community_post WHERE words @@ to_tsquery('simple', %s) ORDER BY id DESC LIMIT 21"
    ),
    "sqlite": (
        "SELECT p.id, p.html FROM community_post_search JOIN community_post p ON p.id = community_post_search.rowid"
        " WHERE community_post_search MATCH %s ORDER BY community_post_search.rowid DESC LIMIT 21"
    ),
}


def rows(forums: Forums) -> Iterator[Row]:
    group = Group("community")
    what = f"search among {POSTS:,} posts on {forums.engine}"
    told = forums.large.run("-m", "tests.bench.community_search", str(forums.there.person))
    bare, ours = json.loads(told)
    yield group.note(f"{what}: p50 of the bare query", round(median(bare), 2), "ms")
    yield group.note(f"{what}: p50", round(median(ours), 2), "ms")
    yield group.note(f"{what}: p95 of the bare query", _p95(bare), "ms")
    yield group.note(f"{what}: p95", _p95(ours), "ms")
    yield group.at_most(f"{what}: p95 ÷ the bare query’s", round(_p95(ours) / _p95(bare), 2), "×", TIME)


def _p95(times: list[float]) -> float:
    return round(quantiles(times, n=20)[-1], 2)


def ask(person: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each question: the bare query's, the search's."""
    from django.db import connection

    from community.formats.words import wanted
    from community.queries.search import Asked, asked_of_index, search
    from community.queries.sight import sight_of
    from lms.accounts.models import User
    from tests.bench.community_words import Words

    reader = User.objects.get(pk=person)
    _ = sight_of(reader).spaces
    statement = BARE[connection.vendor]

    def bare(words: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, [asked_of_index(wanted(words))])
            cursor.fetchall()

    def whole(words: str) -> None:
        search(reader, Asked(words))

    times: tuple[list[float], list[float]] = ([], [])
    questions = Words(11).questions(ASKED + 20)
    for rank, words in enumerate(questions):
        turns = ((bare, times[0]), (whole, times[1]))
        for call, kept in turns if rank % 2 else reversed(turns):
            started = time.perf_counter()
            call(words)
            kept.append((time.perf_counter() - started) * 1000)
    return times[0][20:], times[1][20:]


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(ask(int(sys.argv[1]))))
