"""Averages that are made of the one before."""

from __future__ import annotations

from typing import List

from ...series import Compute
from ..pipeline import Column, Stage

# What a recursive average starts from: the mean of its first values, or the first value alone.
SEEDS = ('mean', 'first')


def _recursive_average(source: Column, period: int, weight: float, seed: str) -> Stage:
    """`value * weight + previous * (1 - weight)`, first given when `period` values are there."""
    values = source.values
    is_mean = seed == 'mean'

    def start(out: List[float]) -> Compute:
        seen = -source.lookback
        average = 0.0

        def compute(first: int, end: int) -> None:
            nonlocal seen, average
            index = first
            while index < end and seen < period:
                seen += 1
                if seen > 0:
                    # The mean step by step: equal values give exactly that value.
                    distance = values[index] - average
                    average += distance / seen if is_mean or seen == 1 else distance * weight
                    out[index] = average
                index += 1
            running = average
            for place in range(index, end):
                running += (values[place] - running) * weight
                out[place] = running
            average = running

        return compute

    return Stage(source.lookback + period - 1, start)


def exponential_average(source: Column, period: int, seed: str = 'mean') -> Stage:
    """Weight 2 / (period + 1)."""
    return _recursive_average(source, period, 2 / (period + 1), seed)


def wilder_average(source: Column, period: int) -> Stage:
    """Weight 1 / period (Wilder 1978)."""
    return _recursive_average(source, period, 1 / period, 'mean')
