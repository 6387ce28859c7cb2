"""The standard deviation."""

from __future__ import annotations

from math import sqrt
from typing import List

from ...numeric import NAN
from ...series import Compute
from ..pipeline import Column, Stage

# A sum of squares that fell below this fraction of what it was holds too much of its old rounding.
TRUSTED_SHRINKAGE = 1e-6


def standard_deviation(source: Column, period: int, ddof: int) -> Stage:
    """Of the last `period` values, with divisor `period - ddof`: sliding form of Welford's update (1962).

    Summed anew after an outlier has left. A run of equal values gives exactly 0.
    """
    values = source.values

    def start(out: List[float]) -> Compute:
        seen = -source.lookback
        mean = squares = largest = 0.0
        last = NAN
        equal = 0

        def compute(first: int, end: int) -> None:
            nonlocal seen, mean, squares, largest, last, equal
            for index in range(first, end):
                seen += 1
                if seen <= 0:
                    continue
                value = values[index]
                equal = equal + 1 if value == last else 1
                last = value
                if seen <= period:
                    delta = value - mean
                    mean += delta / seen
                    squares += delta * (value - mean)
                else:
                    leaving = values[index - period]
                    before = mean
                    mean += (value - leaving) / period
                    squares += (value - leaving) * (value - mean + leaving - before)
                if equal >= period:
                    mean = value
                    squares = 0.0
                    largest = 0.0
                elif squares > largest:
                    largest = squares
                elif squares < largest * TRUSTED_SHRINKAGE:
                    oldest = max(index - period, index - seen) + 1
                    mean = _mean_of(values, oldest, index)
                    squares = _squares_of(values, oldest, index, mean)
                    largest = squares
                if seen >= period:
                    out[index] = sqrt(max(squares, 0.0) / (period - ddof))

        return compute

    return Stage(source.lookback + period - 1, start)


def _mean_of(values: List[float], first: int, last: int) -> float:
    mean = 0.0
    for count, value in enumerate(values[first : last + 1], 1):
        mean += (value - mean) / count
    return mean


def _squares_of(values: List[float], first: int, last: int, mean: float) -> float:
    squares = 0.0
    for value in values[first : last + 1]:
        distance = value - mean
        squares += distance * distance
    return squares
