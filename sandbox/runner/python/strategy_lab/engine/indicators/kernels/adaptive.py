"""Kaufman's efficiency ratio and the average that adapts to it."""

from __future__ import annotations

from typing import List

from ...numeric import NAN
from ...series import Compute
from ..pipeline import Column, Stage


def step_lengths(source: Column) -> Stage:
    """Distance of each value from the value before."""
    values = source.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(max(first, 1), end):
                out[index] = abs(values[index] - values[index - 1])

        return compute

    return Stage(source.lookback + 1, start)


def efficiency_ratio(source: Column, path: Column, period: int) -> Stage:
    """Kaufman (1995): distance over `period` bars by the length of the way, `path`; 0 without a move."""
    values = source.values
    lengths = path.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(max(first, period), end):
                distance = abs(values[index] - values[index - period])
                length = lengths[index]
                out[index] = 0.0 if length == 0 else min(1.0, distance / length)

        return compute

    return Stage(path.lookback, start)


def adaptive_average(source: Column, efficiency: Column, fast: int, slow: int) -> Stage:
    """previous + c * (value - previous), c the square of a weight between those of `slow` and `fast` bars.

    Starts from the value one bar before the first efficiency.
    """
    values = source.values
    ratios = efficiency.values
    quick, lazy = 2 / (fast + 1), 2 / (slow + 1)

    def start(out: List[float]) -> Compute:
        to_skip = efficiency.lookback
        average = NAN

        def compute(first: int, end: int) -> None:
            nonlocal to_skip, average
            skipped = min(to_skip, end - first)
            to_skip -= skipped
            for index in range(first + skipped, end):
                if average != average:
                    average = values[index - 1]
                weight = lazy + ratios[index] * (quick - lazy)
                average += weight * weight * (values[index] - average)
                out[index] = average

        return compute

    return Stage(efficiency.lookback, start)
