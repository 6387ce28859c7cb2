"""Columns of bars."""

from __future__ import annotations

from typing import List


class CandleColumns:
    """The six columns of bars, one list of floats each."""

    __slots__ = ('time', 'open', 'high', 'low', 'close', 'volume')

    def __init__(
        self,
        time: List[float],
        open: List[float],
        high: List[float],
        low: List[float],
        close: List[float],
        volume: List[float],
    ) -> None:
        self.time = time
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume


NO_COLUMNS = CandleColumns([], [], [], [], [], [])
