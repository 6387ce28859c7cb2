"""Stops that follow a trend."""

from __future__ import annotations

from typing import List

from ...numeric import INFINITY, NAN
from ...series import Compute
from ..call import BarColumns
from ..pipeline import Column, Stage, Stages


def directional_index(plus: Column, minus: Column) -> Stage:
    """100 * |plus - minus| / (plus + minus); 0 where both are 0."""
    x, y = plus.values, minus.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(first, end):
                up = x[index]
                down = y[index]
                total = up + down
                out[index] = 0.0 if total == 0 else (100 * abs(up - down)) / total

        return compute

    return Stage(max(plus.lookback, minus.lookback), start)


def parabolic_stop(bars: BarColumns, step: float, maximum: float) -> Stage:
    """Wilder's (1978) parabolic stop.

    It moves by a growing part of its distance to the best price of the trend, never into the range of the two
    bars before the one it holds for; a bar that touches it turns it to the other side, at the best price of
    the trend that ended. It starts at the second bar: short where the low fell by more than the high rose,
    else long, from the extreme of the first bar.
    """
    tops, bottoms = bars.high.values, bars.low.values

    def start(out: List[float]) -> Compute:
        seen = 0
        is_long = True
        stop = best = speed = last_top = last_bottom = 0.0

        def compute(first: int, end: int) -> None:
            nonlocal seen, is_long, stop, best, speed, last_top, last_bottom
            for index in range(first, end):
                top = tops[index]
                bottom = bottoms[index]
                seen += 1
                if seen == 2:
                    fall = last_bottom - bottom
                    is_long = not (fall > 0 and fall > top - last_top)
                    stop = last_bottom if is_long else last_top
                    best = top if is_long else bottom
                    speed = min(step, maximum)
                    # The first bar is no bound of a stop that starts from its extreme.
                    last_top = top
                    last_bottom = bottom
                if seen > 1:
                    is_touched = bottom <= stop if is_long else top >= stop
                    if is_touched:
                        is_long = not is_long
                        stop = min(best, bottom, last_bottom) if is_long else max(best, top, last_top)
                        best = top if is_long else bottom
                        speed = min(step, maximum)
                    out[index] = stop
                    if not is_touched and (top > best if is_long else bottom < best):
                        best = top if is_long else bottom
                        speed = min(speed + step, maximum)
                    stop += speed * (best - stop)
                    stop = min(stop, bottom, last_bottom) if is_long else max(stop, top, last_top)
                last_top = top
                last_bottom = bottom

        return compute

    return Stage(1, start)


def trend_bands(bars: BarColumns, range_: Column, multiplier: float) -> Stages:
    """Seban's supertrend, as line and direction.

    Bands around the median price that never move away from the price while it keeps within them. The trend
    goes up when a close passes the upper band and down when one passes the lower.
    """
    tops, bottoms, closes = bars.high.values, bars.low.values, bars.close.values
    ranges = range_.values

    def start(line: List[float], direction: List[float]) -> Compute:
        to_skip = range_.lookback
        upper = INFINITY
        lower = -INFINITY
        last = NAN
        is_up = True

        def compute(first: int, end: int) -> None:
            nonlocal to_skip, upper, lower, last, is_up
            skipped = min(to_skip, end - first)
            to_skip -= skipped
            for index in range(first + skipped, end):
                middle = (tops[index] + bottoms[index]) / 2
                width = multiplier * ranges[index]
                if middle + width < upper or last > upper:
                    upper = middle + width
                if middle - width > lower or last < lower:
                    lower = middle - width
                last = closes[index]
                is_up = last >= lower if is_up else last > upper
                line[index] = lower if is_up else upper
                direction[index] = 1.0 if is_up else -1.0

        return compute

    return Stages(range_.lookback, 2, start)
