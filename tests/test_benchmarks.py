"""`make bench` finds every part of its groups; the figures themselves are not a test's business."""

import pytest

from tests.bench import coaching_rows, community_rows
from tests.bench.community_words import Words


@pytest.mark.parametrize("part", [*coaching_rows.PARTS, *community_rows.PARTS])
def test_each_part_gives_rows(part) -> None:
    assert callable(part.rows)


def test_a_large_forum_is_searched_by_the_stems_that_it_would_keep() -> None:
    assert all(terms for _text, terms in Words(3).texts(20))
    assert Words(3).questions(20) == Words(3).questions(20)
