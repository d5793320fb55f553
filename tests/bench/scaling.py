"""Whether a page costs the same in a large academy: its queries and its time, in a small and a large one in turn."""

from collections.abc import Iterator
from statistics import median

from tests.bench.asking import Asker, asker
from tests.bench.rows import Group, Row
from tests.bench.sites import Learner, Site

ROUNDS = 60
QUERIES = 12
TIME = 1.3


def scaling(group: Group, small: tuple[Site, Learner], large: tuple[Site, Learner], long: Learner) -> Iterator[Row]:
    """Three rows a page; `long` is a learner of the large site whose own track is long."""
    with asker(small[0], small[1].session) as here, asker(large[0], large[1].session) as there:
        for name, path in small[1].pages.items():
            other = large[1].pages[name]
            few, many = _queries(here, path), _queries(there, other)
            yield group.at_most(f"{name}: queries, 10 learners × 10 lessons", few, "queries", QUERIES)
            yield group.same(f"{name}: queries, 10,000 learners × 1,000 lessons", many, "queries", few, at_most=QUERIES)
            pairs = [(here.ask(path).milliseconds, there.ask(other).milliseconds) for _ in range(ROUNDS)]
            ratio = median(slow for _, slow in pairs) / median(quick for quick, _ in pairs)
            yield group.at_most(f"{name}: time, large ÷ small", round(ratio, 2), "×", TIME)
    with asker(large[0], long.session) as there:
        yield group.note("outline of one track of 200 lessons: queries", _queries(there, long.outline), "queries")
        took = median(there.ask(long.outline).milliseconds for _ in range(20))
        yield group.note("outline of one track of 200 lessons: time", round(took, 1), "ms")


def _queries(of: Asker, path: str) -> int:
    """The most that the page makes: with nothing in the cache, or as usual."""
    of.ask(path)
    return max(of.ask(path, cold=True).queries, of.ask(path).queries)
