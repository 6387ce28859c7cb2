"""Markets of a run side by side in time."""

from __future__ import annotations

from typing import List, Optional, Sequence

from .columns import NO_COLUMNS, CandleColumns
from .numeric import INFINITY


class FinerPiece:
    """All finer bars of the bars of one piece."""

    __slots__ = ('columns', 'start', 'end')

    def __init__(self, columns: CandleColumns, start: int, end: int) -> None:
        self.columns = columns
        self.start = start
        self.end = end


class MarketPiece:
    """Bars of one market, finer ones of the same time, and what a position pays at the open of each bar."""

    __slots__ = ('columns', 'count', 'finer', 'funding')

    def __init__(
        self,
        columns: CandleColumns,
        finer: Optional[FinerPiece] = None,
        funding: Optional[List[float]] = None,
    ) -> None:
        self.columns = columns
        self.count = len(columns.time)
        self.finer = finer
        self.funding = funding


def next_time(times: Sequence[List[float]], places: Sequence[int], ends: Sequence[int]) -> float:
    """Earliest open time among the next bars of several markets; infinite where none has one left."""
    earliest = INFINITY
    for market, own in enumerate(times):
        place = places[market]
        if place < ends[market] and own[place] < earliest:
            earliest = own[place]
    return earliest


class FinerCursor:
    """Finds the finer bars that lie inside one bar after the other: `start` included, `end` not."""

    __slots__ = ('columns', 'start', 'end', 'is_given', '_bar_milliseconds', '_last', '_next')

    def __init__(self, bar_milliseconds: int) -> None:
        self.columns = NO_COLUMNS
        self.start = 0
        self.end = 0
        self.is_given = False
        self._bar_milliseconds = bar_milliseconds
        self._last = 0
        self._next = 0

    def begin(self, piece: Optional[FinerPiece]) -> None:
        """Takes the finer bars of the next bars; none for None."""
        self.is_given = piece is not None
        self.columns = NO_COLUMNS if piece is None else piece.columns
        self._next = 0 if piece is None else piece.start
        self._last = 0 if piece is None else piece.end

    def move_to(self, opened: float) -> None:
        """Moves on to the bar that opens at `opened`."""
        time = self.columns.time
        last = self._last
        place = self._next
        end = opened + self._bar_milliseconds
        while place < last and time[place] < opened:
            place += 1
        self.start = place
        while place < last and time[place] < end:
            place += 1
        self.end = place
        self._next = place
