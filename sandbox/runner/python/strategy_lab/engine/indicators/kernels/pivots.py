"""Pivot points of the UTC day before that has bars."""

from __future__ import annotations

from typing import List, Tuple

from ...numeric import INFINITY, NAN
from ...series import Compute
from ..call import BarColumns
from ..pipeline import Stages
from .sessions import DAY_MILLISECONDS

# Floor traders' rules first.
PIVOT_RULES = ('classic', 'fibonacci', 'camarilla', 'woodie')

# Pivot, then three distances upwards from a base and three downwards.
Levels = Tuple[float, float, float, float, float, float, float]


def _levels_of(high: float, low: float, close: float, todays_open: float, rule: str) -> Levels:
    reach = high - low
    pivot = low + (reach + (close - low)) / 3
    if rule == 'classic':
        return _classic_levels(pivot, high, low)
    if rule == 'woodie':
        return _classic_levels((high + low) / 4 + todays_open / 2, high, low)
    if rule == 'fibonacci':
        return _around(pivot, pivot, 0.382 * reach, 0.618 * reach, reach)
    return _around(pivot, close, (1.1 * reach) / 12, (1.1 * reach) / 6, (1.1 * reach) / 4)


def _classic_levels(pivot: float, high: float, low: float) -> Levels:
    reach = high - low
    up = pivot - low
    down = high - pivot
    return (pivot, pivot + up, pivot + reach, high + 2 * up, pivot - down, pivot - reach, low - 2 * down)


def _around(pivot: float, base: float, first: float, second: float, third: float) -> Levels:
    return (pivot, base + first, base + second, base + third, base - first, base - second, base - third)


def pivot_points(bars: BarColumns, rule: str) -> Stages:
    """A day counts where it began within the run: the first one if its first bar opens at 00:00."""
    times, opens = bars.time.values, bars.open.values
    highs, lows, closes = bars.high.values, bars.low.values, bars.close.values

    def start(*outs: List[float]) -> Compute:
        day = -1
        is_first = True
        is_whole = False
        high = low = close = NAN
        levels: Levels = (NAN, NAN, NAN, NAN, NAN, NAN, NAN)

        def begin_day(index: int, new_day: int) -> None:
            nonlocal day, is_first, is_whole, high, low, levels
            if is_whole:
                levels = _levels_of(high, low, close, opens[index], rule)
            is_whole = not is_first or times[index] == new_day * DAY_MILLISECONDS
            is_first = False
            day = new_day
            high = -INFINITY
            low = INFINITY

        def compute(first: int, end: int) -> None:
            nonlocal high, low, close
            for index in range(first, end):
                own_day = times[index] // DAY_MILLISECONDS
                if own_day != day or is_first:
                    begin_day(index, own_day)
                high = max(high, highs[index])
                low = min(low, lows[index])
                close = closes[index]
                for out, level in zip(outs, levels):
                    out[index] = level

        return compute

    return Stages(INFINITY, 7, start)
