"""Where a value stands among the last ones."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort_left
from collections import deque
from typing import Deque, List

from ...series import Compute
from ..pipeline import Column, Stage


class SortedWindow:
    """The last values of a column in rising order."""

    __slots__ = ('ordered', '_latest', '_period')

    def __init__(self, period: int) -> None:
        self.ordered: List[float] = []
        self._latest: Deque[float] = deque()
        self._period = period

    def push(self, value: float) -> None:
        """Takes a value, in the place of the oldest one where the window is full."""
        ordered = self.ordered
        latest = self._latest
        if len(latest) == self._period:
            del ordered[bisect_left(ordered, latest.popleft())]
        latest.append(value)
        insort_left(ordered, value)


def median(source: Column, period: int) -> Stage:
    """The middle of the last `period` values; the mean of the two in the middle of an even number."""
    values = source.values
    lower, upper = (period - 1) // 2, period // 2

    def start(out: List[float]) -> Compute:
        window = SortedWindow(period)
        ordered = window.ordered
        to_skip = source.lookback

        def compute(first: int, end: int) -> None:
            nonlocal to_skip
            skipped = min(to_skip, end - first)
            to_skip -= skipped
            for index in range(first + skipped, end):
                window.push(values[index])
                if len(ordered) == period:
                    out[index] = (ordered[lower] + ordered[upper]) / 2

        return compute

    return Stage(source.lookback + period - 1, start)


def percent_rank(source: Column, period: int, or_equal: bool) -> Stage:
    """Percent of the `period` values before that lie below the present one, or `or_equal` to it."""
    values = source.values
    count_below = bisect_right if or_equal else bisect_left

    def start(out: List[float]) -> Compute:
        window = SortedWindow(period)
        ordered = window.ordered
        to_skip = source.lookback

        def compute(first: int, end: int) -> None:
            nonlocal to_skip
            skipped = min(to_skip, end - first)
            to_skip -= skipped
            for index in range(first + skipped, end):
                value = values[index]
                out[index] = (100 * count_below(ordered, value)) / period
                window.push(value)

        return compute

    return Stage(source.lookback + period, start)
