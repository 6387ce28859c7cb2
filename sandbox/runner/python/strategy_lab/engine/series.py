"""The latest bars and everything computed from them."""

from __future__ import annotations

from typing import Callable, List

from .columns import CandleColumns
from .numeric import NAN, is_number, is_whole, shown
from .rules import HISTORY_BARS
from .sealed import Sealed, put

# Bars computed in one go; the window holds the history and three such blocks before it moves up.
BLOCK_BARS = 4096
CAPACITY = HISTORY_BARS + 3 * BLOCK_BARS

# Fills one column for the bars from the first number to the second; called in order, once a block.
Compute = Callable[[int, int], None]


class Series(Sealed):
    """A column over the window, of which the strategy reads the past only."""

    __slots__ = ('_values', '_window', '_lookback')

    def __init__(self, window: BarWindow, lookback: float) -> None:
        put(self, '_window', window)
        put(self, '_lookback', lookback)
        put(self, '_values', window.add_column())

    @property
    def value(self) -> float:
        """The value of the bar that has just closed; the same as `ago(0)`."""
        return self._values[self._window.cursor]

    @property
    def previous(self) -> float:
        """The value of the bar before; the same as `ago(1)`."""
        place = self._window.cursor - 1
        return NAN if place < 0 else self._values[place]

    def ago(self, bars_ago: int) -> float:
        """The value `bars_ago` bars before the bar that has just closed; NaN where there is none yet."""
        if not is_number(bars_ago) or not is_whole(bars_ago) or bars_ago < 0 or bars_ago > HISTORY_BARS:
            raise ValueError(f'ago takes whole bars from 0 to {HISTORY_BARS}, was {shown(bars_ago)}')
        place = self._window.cursor - int(bars_ago)
        return NAN if place < 0 else self._values[place]

    __getitem__ = ago
    # Without this the item access above would make a series an endless list.
    __iter__ = None


def values_of(series: Series) -> List[float]:
    """The values of a series up to its end, which may lie ahead of the bar that the strategy sees."""
    return series._values


def window_of(series: Series) -> BarWindow:
    """The window over which a series runs: one for each market and timeframe."""
    return series._window


def lookback_of(series: Series) -> float:
    """Bars before the first value of a series; infinite where the calendar decides about its first bar."""
    return series._lookback


class BarWindow:
    """Grows by blocks, and drops what is older than the history: a longer run needs no more memory."""

    __slots__ = (
        'length', 'base', 'cursor', 'time', 'open', 'high', 'low', 'close', 'volume', 'columns',
        '_columns', '_scratch', '_computations',
    )

    def __init__(self) -> None:
        self._columns: List[List[float]] = []
        self._scratch: List[List[float]] = []
        self._computations: List[Compute] = []
        # Bars in the window, and the number in the run of the first of them.
        self.length = 0
        self.base = 0
        # The bar that the strategy sees as the last one, as a place in the window.
        self.cursor = -1
        self.time = Series(self, 0)
        self.open = Series(self, 0)
        self.high = Series(self, 0)
        self.low = Series(self, 0)
        self.close = Series(self, 0)
        self.volume = Series(self, 0)
        self.columns = CandleColumns(*self._columns)

    def add_column(self) -> List[float]:
        column = [NAN] * CAPACITY
        self._columns.append(column)
        return column

    def scratch_column(self, number: int) -> List[float]:
        """A column that any computation may use within one call: its values are gone when the call ends."""
        if number == len(self._scratch):
            self._scratch.append([0.0] * CAPACITY)
        return self._scratch[number]

    def add_computation(self, compute: Compute) -> None:
        """Adds what is computed for each block of bars, after all that was added before."""
        self._computations.append(compute)

    def append(self, bars: CandleColumns, start: int, end: int) -> None:
        """Appends bars `start` to `end` of `bars`, at most `BLOCK_BARS`, and computes all series for them."""
        if self.length + (end - start) > CAPACITY:
            self._move_up()
        first = self.length
        last = first + (end - start)
        columns = self.columns
        columns.time[first:last] = bars.time[start:end]
        columns.open[first:last] = bars.open[start:end]
        columns.high[first:last] = bars.high[start:end]
        columns.low[first:last] = bars.low[start:end]
        columns.close[first:last] = bars.close[start:end]
        columns.volume[first:last] = bars.volume[start:end]
        self.length = last
        for compute in self._computations:
            compute(first, last)

    def _move_up(self) -> None:
        dropped = self.length - HISTORY_BARS
        for column in self._columns:
            column[0:HISTORY_BARS] = column[dropped : self.length]
        self.length = HISTORY_BARS
        self.base += dropped
        # The computations run before the next bar is shown: the view must not slide ahead meanwhile.
        self.cursor -= dropped
