"""Prices made of the prices of one bar."""

from __future__ import annotations

from typing import List

from ...numeric import NAN
from ...series import Compute
from ..call import BarColumns
from ..pipeline import Stage, Stages


def typical_price(bars: BarColumns) -> Stage:
    """(high + low + close) / 3, by distances from the low: of a bar without range exactly its price."""
    highs, lows, closes = bars.high.values, bars.low.values, bars.close.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            out[first:end] = [
                bottom + (top - bottom + (last - bottom)) / 3
                for top, bottom, last in zip(highs[first:end], lows[first:end], closes[first:end])
            ]

        return compute

    return Stage(0, start)


def average_price(bars: BarColumns) -> Stage:
    """(open + high + low + close) / 4."""
    opens, highs = bars.open.values, bars.high.values
    lows, closes = bars.low.values, bars.close.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(first, end):
                out[index] = (opens[index] + closes[index] + (highs[index] + lows[index])) / 4

        return compute

    return Stage(0, start)


def heikin_ashi(bars: BarColumns) -> Stages:
    """Bars of means (Valcu 2004), as open, high, low and close.

    The close is the average price; the open the middle of the body before, of the first bar that of its own;
    high and low take in both.
    """
    opens, highs = bars.open.values, bars.high.values
    lows, closes = bars.low.values, bars.close.values

    def start(
        open_out: List[float], high_out: List[float], low_out: List[float], close_out: List[float]
    ) -> Compute:
        open = close = NAN

        def compute(first: int, end: int) -> None:
            nonlocal open, close
            for index in range(first, end):
                begin = opens[index]
                top = highs[index]
                bottom = lows[index]
                last = closes[index]
                open = (begin + last) / 2 if open != open else (open + close) / 2
                close = (begin + last + (top + bottom)) / 4
                open_out[index] = open
                high_out[index] = max(top, open, close)
                low_out[index] = min(bottom, open, close)
                close_out[index] = close

        return compute

    return Stages(0, 4, start)
