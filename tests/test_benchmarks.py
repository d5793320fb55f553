"""`make bench` finds every part of its groups; the figures themselves are not a test's business."""

import pytest

from tests.bench import coaching_rows


@pytest.mark.parametrize("part", coaching_rows.PARTS)
def test_each_part_of_coaching_gives_rows(part) -> None:
    assert callable(part.rows)
