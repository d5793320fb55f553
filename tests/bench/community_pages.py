"""Pages of the forum with a thousand and a million posts, and far down a thread of a hundred thousand."""

from collections.abc import Iterator
from statistics import median
from urllib.parse import urlencode
from uuid import uuid4

from tests.bench.asking import Asker, Cost, asker
from tests.bench.community_sites import FEW, LONG, POSTS, Forums
from tests.bench.rows import Group, Row

ROUNDS = 40
QUERIES = 12
TIME = 1.5


def rows(forums: Forums) -> Iterator[Row]:
    group = Group("community")
    with asker(forums.small, forums.here.session) as few, asker(forums.large, forums.there.session) as many:
        yield from _scaling(group, forums, few, many)
        yield from _far_down(group, forums, many)


def _scaling(group: Group, forums: Forums, few: Asker, many: Asker) -> Iterator[Row]:
    """Three rows a page, asked in turn in both forums."""
    for name, path in forums.here.pages.items():
        other, what = forums.there.pages[name], f"{name} on {forums.engine}"
        here, there = _queries(few, path), _queries(many, other)
        yield group.at_most(f"{what}: queries, {FEW:,} posts", here, "queries", QUERIES)
        yield group.same(f"{what}: queries, {POSTS:,} posts", there, "queries", here, at_most=QUERIES)
        pairs = [(few.ask(path).milliseconds, many.ask(other).milliseconds) for _ in range(ROUNDS)]
        yield group.at_most(f"{what}: time, large ÷ small", _ratio(pairs), "×", TIME)


def _far_down(group: Group, forums: Forums, many: Asker) -> Iterator[Row]:
    """The page that shows a post, and answering that post, at the head of a long thread and nine tenths down."""
    forum, what = forums.there, f"post {LONG * 9 // 10:,} of {LONG:,} on {forums.engine}"
    first, far = _queries(many, forum.first_page), _queries(many, forum.far_page)
    yield group.same(f"{what}: queries of its page, as of the first’s", far, "queries", first, at_most=QUERIES)
    pairs = [(many.ask(forum.first_page).milliseconds, many.ask(forum.far_page).milliseconds) for _ in range(ROUNDS)]
    yield group.at_most(f"{what}: time of its page ÷ of the first’s", _ratio(pairs), "×", TIME)
    answers = [
        (_answer(many, forum.answer, forum.first), _answer(many, forum.answer, forum.far)) for _ in range(ROUNDS)
    ]
    first, far = (max(pair[rank].queries for pair in answers[1:]) for rank in (0, 1))
    yield group.same(f"{what}: queries of an answer, as to the first", far, "queries", first, at_most=far)
    pairs = [(one.milliseconds, other.milliseconds) for one, other in answers[1:]]
    yield group.at_most(f"{what}: time of an answer ÷ to the first", _ratio(pairs), "×", TIME)


def _answer(of: Asker, path: str, to: str) -> Cost:
    said = {"source": "Merci, je vais essayer demain avec le groupe du matin.", "key": str(uuid4()), "to": to}
    return of.send(path, urlencode(said))


def _queries(of: Asker, path: str) -> int:
    """The most that the page makes: with nothing in the cache, or as usual."""
    of.ask(path)
    return max(of.ask(path, cold=True).queries, of.ask(path).queries)


def _ratio(pairs: list[tuple[float, float]]) -> float:
    return round(median(slow for _, slow in pairs) / median(quick for quick, _ in pairs), 2)
