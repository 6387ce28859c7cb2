"""Highest and lowest values, and how long ago they were."""

from __future__ import annotations

from typing import List

from ...numeric import INFINITY
from ...series import Compute
from ..pipeline import Column, Stage
from .blocks import in_blocks


def extreme(source: Column, period: int, sign: int) -> Stage:
    """Highest (sign 1) or lowest (sign -1) of the last `period` values."""
    values = source.values

    def start(out: List[float]) -> Compute:
        # All values times the sign. The last place stands for an empty end of a block.
        before = [-INFINITY] * (period + 1)
        best = -INFINITY

        def take(first: int, end: int, place: int) -> None:
            nonlocal best
            for index in range(first, end):
                value = sign * values[index]
                before[place] = value
                place += 1
                if value >= best:
                    best = value
                older = before[place]
                out[index] = sign * (older if older > best else best)

        def turn() -> None:
            nonlocal best
            best = -INFINITY
            for place in range(period - 1, 0, -1):
                value = before[place]
                if value > best:
                    best = value
                before[place] = best
            best = -INFINITY

        return in_blocks(period, source.lookback, take, turn)

    return Stage(source.lookback + period - 1, start)


def extreme_recency(source: Column, bars: int, sign: int) -> Stage:
    """100 * (bars - age) / bars, age the bars since the highest (sign 1) or lowest (sign -1) value.

    Of the present value and the `bars` values before it; since the latest of equals.
    """
    values = source.values
    period = bars + 1

    def start(out: List[float]) -> Compute:
        before = [-INFINITY] * (period + 1)
        # Places of the best values from each place of the block before to its end.
        places_before = [0] * (period + 1)
        best = -INFINITY
        best_place = 0

        def take(first: int, end: int, place: int) -> None:
            nonlocal best, best_place
            for index in range(first, end):
                value = sign * values[index]
                before[place] = value
                if value >= best:
                    best = value
                    best_place = place
                place += 1
                newest = places_before[place] - period if before[place] > best else best_place
                age = place - 1 - newest
                out[index] = (100 * (bars - age)) / bars

        def turn() -> None:
            nonlocal best, best_place
            best = -INFINITY
            best_place = 0
            for place in range(period - 1, 0, -1):
                value = before[place]
                if value > best:
                    best = value
                    best_place = place
                before[place] = best
                places_before[place] = best_place
            best = -INFINITY
            best_place = 0

        return in_blocks(period, source.lookback, take, turn)

    return Stage(source.lookback + bars, start)
