"""Bars of a higher timeframe from base bars that come in pieces."""

from __future__ import annotations

from typing import List, Tuple

from .columns import CandleColumns
from .numeric import NAN
from .timeframes import TIMEFRAME_MILLISECONDS

# Weeks start on Mondays; 1970-01-05 was one. All other timeframes count from 1970-01-01.
FIRST_MONDAY = 345_600_000


def can_resample(base: str, higher: str) -> bool:
    """Whether bars of `base` make whole bars of `higher`: it is longer, and a multiple."""
    length = TIMEFRAME_MILLISECONDS[higher]
    step = TIMEFRAME_MILLISECONDS[base]
    return length > step and length % step == 0


class Resampler:
    """How the base bars are cut plays no part; the bars open on the grid of UTC time.

    A higher bar is known at the close of the first base bar that ends at or after the higher bar's own end:
    usually its last base bar; where that one is missing, the next that there is.
    """

    __slots__ = (
        '_higher', '_step', '_length', '_origin', '_fed', '_start', '_open', '_high', '_low', '_close',
        '_volume',
    )

    def __init__(self, base: str, higher: str) -> None:
        self._higher = higher
        self._step = TIMEFRAME_MILLISECONDS[base]
        self._length = TIMEFRAME_MILLISECONDS[higher]
        self._origin = FIRST_MONDAY if higher == '1w' else 0
        self._fed = 0
        # Open time of the bar in the making; NaN while there is none.
        self._start = NAN
        self._open = 0.0
        self._high = 0.0
        self._low = 0.0
        self._close = 0.0
        self._volume = 0.0

    def feed(self, columns: CandleColumns, start: int, end: int) -> Tuple[CandleColumns, List[int]]:
        """Takes base bars `start` to `end`; answers the bars that became known, and at which base bars.

        Raises ValueError for a base bar that lies in two higher bars.
        """
        bars = CandleColumns([], [], [], [], [], [])
        visible_at: List[int] = []
        time, open, high = columns.time, columns.open, columns.high
        low, close, volume = columns.low, columns.close, columns.volume
        step, length, origin = self._step, self._length, self._origin
        for bar in range(start, end):
            opened = time[bar]
            offset = (opened - origin) % length
            if offset + step > length:
                raise ValueError(f'a base bar lies in two bars of {self._higher}')
            began = opened - offset
            index = self._fed
            self._fed = index + 1
            if self._start < began:
                self._give(bars, visible_at, index)
            if self._start == began:
                if high[bar] > self._high:
                    self._high = high[bar]
                if low[bar] < self._low:
                    self._low = low[bar]
                self._volume += volume[bar]
            else:
                self._start = began
                self._open = open[bar]
                self._high = high[bar]
                self._low = low[bar]
                self._volume = volume[bar]
            self._close = close[bar]
            if offset + step == length:
                self._give(bars, visible_at, index)
        return bars, visible_at

    def _give(self, bars: CandleColumns, visible_at: List[int], index: int) -> None:
        bars.time.append(self._start)
        bars.open.append(self._open)
        bars.high.append(self._high)
        bars.low.append(self._low)
        bars.close.append(self._close)
        bars.volume.append(self._volume)
        visible_at.append(index)
        self._start = NAN
