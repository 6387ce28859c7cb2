"""How far a bar reaches, beyond the bar before too."""

from __future__ import annotations

from typing import List

from ...series import Compute
from ..call import BarColumns
from ..pipeline import Column, Pipeline, Stage, Stages
from .smoothing import smoothed


def true_range(bars: BarColumns) -> Stage:
    """max(high, previous close) - min(low, previous close), from the second bar on (Wilder 1978)."""
    high, low, close = bars.high.values, bars.low.values, bars.close.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(max(first, 1), end):
                before = close[index - 1]
                top = high[index]
                bottom = low[index]
                out[index] = (top if top > before else before) - (bottom if bottom < before else before)

        return compute

    return Stage(1, start)


def average_true_range(pipeline: Pipeline, bars: BarColumns, period: int, smoothing: str) -> Column:
    """Average of the true ranges."""
    return pipeline.step(smoothed(pipeline.step(true_range(bars)), period, smoothing))


def directional_movements(bars: BarColumns) -> Stages:
    """Wilder's (1978): what the high rose above the high before, or the low fell below the low before.

    Whichever is more; none where both are equal.
    """
    tops, bottoms = bars.high.values, bars.low.values

    def start(plus: List[float], minus: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(max(first, 1), end):
                up = tops[index] - tops[index - 1]
                down = bottoms[index - 1] - bottoms[index]
                rise = (abs(up) + up) * 0.5
                fall = (abs(down) + down) * 0.5
                plus[index] = rise if rise > fall else 0.0
                minus[index] = fall if fall > rise else 0.0

        return compute

    return Stages(1, 2, start)


def vortex_movements(bars: BarColumns) -> Stages:
    """Distances of high from low before and of low from high before (Botes and Siepman 2010)."""
    tops, bottoms = bars.high.values, bars.low.values

    def start(plus: List[float], minus: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(max(first, 1), end):
                plus[index] = abs(tops[index] - bottoms[index - 1])
                minus[index] = abs(bottoms[index] - tops[index - 1])

        return compute

    return Stages(1, 2, start)


def buying_pressure(bars: BarColumns) -> Stage:
    """close - min(low, previous close): Williams's buying pressure (1985)."""
    low, close = bars.low.values, bars.close.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(max(first, 1), end):
                out[index] = close[index] - min(low[index], close[index - 1])

        return compute

    return Stage(1, start)
