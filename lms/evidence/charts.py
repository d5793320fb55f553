"""Where the bars of the months' chart stand: widths in percent, so that its text never shrinks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from .enums import MonthPhase
from .queries import Month

_WIDEST = 75  # percent; the rest is for the words beside the bar
_HEAD, _STEP, _FOOT = 27, 22, 13  # pixels: the month's name, one bar, the air below


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure of a month; `y` and `text_y` in pixels, `width` in percent of the chart."""

    kind: Literal["planned", "credited", "measured"]
    minutes: int
    width: int
    y: int

    @property
    def text_y(self) -> int:
        return self.y + 15


@dataclass(frozen=True, slots=True)
class MonthBars:
    month: Month
    text_y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Three bars a month, one for a month to come; `height` in pixels."""

    height: int
    months: tuple[MonthBars, ...]


def chart_of(months: Iterable[Month]) -> Chart:
    months = tuple(months)
    longest = max((max(month.planned, month.credited, month.measured) for month in months), default=0) or 1
    drawn, top = [], 0
    for month in months:
        bars = tuple(
            Bar(kind, minutes, width=_WIDEST * minutes // longest, y=top + _HEAD + _STEP * rank)
            for rank, (kind, minutes) in enumerate(_figures(month))
        )
        drawn.append(MonthBars(month, text_y=top + 16, bars=bars))
        top += _HEAD + _STEP * len(bars) + _FOOT
    return Chart(height=top, months=tuple(drawn))


def _figures(month: Month) -> Iterator[tuple[Literal["planned", "credited", "measured"], int]]:
    yield "planned", month.planned
    if month.phase != MonthPhase.FUTURE:
        yield "credited", month.credited
        yield "measured", month.measured
