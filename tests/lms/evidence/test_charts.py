"""The chart of the months: bars in proportion, nothing overlapping, nothing cut off."""

from datetime import date
from itertools import pairwise

from lms.evidence.charts import chart_of
from lms.evidence.enums import MonthPhase
from lms.evidence.queries import Month


def test_bars_are_in_proportion_and_stacked() -> None:
    chart = chart_of(
        [
            Month(date(2026, 2, 1), 1600, 800, 400, MonthPhase.PAST),
            Month(date(2026, 3, 1), 1200, 0, 0, MonthPhase.FUTURE),
        ]
    )
    february, march = chart.months
    assert [(bar.kind, bar.width) for bar in february.bars] == [("planned", 75), ("credited", 37), ("measured", 18)]
    assert [(bar.kind, bar.width) for bar in march.bars] == [("planned", 56)]
    tops = [bar.y for drawn in chart.months for bar in drawn.bars]
    assert all(below - above >= 18 for above, below in pairwise(tops))
    assert max(tops) + 18 <= chart.height


def test_an_empty_book_draws_no_bar() -> None:
    assert chart_of([]).height == 0
    empty = chart_of([Month(date(2026, 2, 1), 0, 0, 0, MonthPhase.PAST)])
    assert {bar.width for bar in empty.months[0].bars} == {0}
