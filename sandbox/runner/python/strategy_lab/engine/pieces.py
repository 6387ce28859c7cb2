"""The pieces of time of one bar after the other."""

from __future__ import annotations

from typing import Optional

from .columns import NO_COLUMNS, CandleColumns
from .numeric import INFINITY
from .timeline import FinerCursor


class Piece:
    """A bar or a finer bar: within it no more is known than that the open comes first and the close last."""

    __slots__ = ('number', 'open', 'high', 'low', 'close', 'volume')

    def __init__(self) -> None:
        # Grows with each piece.
        self.number = 0
        self.open = 0.0
        self.high = 0.0
        self.low = 0.0
        self.close = 0.0
        self.volume = 0.0


class Pieces:
    """The finer bars inside the bar at work, or the bar itself."""

    __slots__ = ('current', 'bars', 'bar', '_columns', '_next', '_end')

    def __init__(self) -> None:
        # The one at work, or the last one.
        self.current = Piece()
        # The bar at work: row `bar` of `bars`.
        self.bars = NO_COLUMNS
        self.bar = 0
        self._columns = NO_COLUMNS
        self._next = 0
        self._end = 0

    def begin(self, bars: CandleColumns, bar: int, finer: Optional[FinerCursor]) -> None:
        """Begins the bar at row `bar` of `bars`."""
        self.bars = bars
        self.bar = bar
        if finer is not None and finer.end > finer.start:
            self._columns = finer.columns
            self._next = finer.start
            self._end = finer.end
        else:
            self._columns = bars
            self._next = bar
            self._end = bar + 1

    @property
    def has_next(self) -> bool:
        return self._next < self._end

    @property
    def next_time(self) -> float:
        """Open time of the next piece of the bar; infinite where none is left."""
        return self._columns.time[self._next] if self._next < self._end else INFINITY

    def take(self) -> None:
        """Moves on to the next piece."""
        columns = self._columns
        place = self._next
        self._next = place + 1
        current = self.current
        current.open = columns.open[place]
        current.high = columns.high[place]
        current.low = columns.low[place]
        current.close = columns.close[place]
        current.volume = columns.volume[place]
        current.number += 1
