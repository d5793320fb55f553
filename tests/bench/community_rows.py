"""The figures of the community: pages, the far end of a long thread, a post on open pages, search."""

from collections.abc import Iterator

from tests.bench import community_live, community_pages, community_search
from tests.bench.community_sites import forums
from tests.bench.rows import Row

PARTS = (community_search, community_pages, community_live)


def rows() -> Iterator[Row]:
    """All parts measure the same two forums, which take most of the time to fill; what writes comes last."""
    with forums() as measured:
        for part in PARTS:
            yield from part.rows(measured)
