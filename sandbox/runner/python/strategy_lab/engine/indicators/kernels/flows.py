"""Prices and the volume behind them."""

from __future__ import annotations

from typing import List

from ...numeric import NAN
from ...series import Compute
from ..call import BarColumns
from ..pipeline import Column, Stage, Stages


def signed_volume(bars: BarColumns) -> Stage:
    """The volume, below 0 where the close fell, and 0 where it stayed and at the first bar."""
    closes, volumes = bars.close.values, bars.volume.values

    def start(out: List[float]) -> Compute:
        previous = NAN

        def compute(first: int, end: int) -> None:
            nonlocal previous
            for index in range(first, end):
                value = closes[index]
                out[index] = volumes[index] * ((value > previous) - (value < previous))
                previous = value

        return compute

    return Stage(0, start)


def money_flow_volume(bars: BarColumns) -> Stage:
    """Chaikin's volume * (2 close - high - low) / (high - low); 0 of a bar without range."""
    tops, bottoms, closes = bars.high.values, bars.low.values, bars.close.values
    volumes = bars.volume.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(first, end):
                top = tops[index]
                bottom = bottoms[index]
                value = closes[index]
                reach = top - bottom
                part = 0.0 if reach == 0 else (value - bottom - (top - value)) / reach
                out[index] = part * volumes[index]

        return compute

    return Stage(0, start)


def signed_flows(price: Column, volume: Column) -> Stages:
    """Price times volume of the bars at which the price rose, and of those at which it fell."""
    prices, volumes = price.values, volume.values

    def start(rising: List[float], falling: List[float]) -> Compute:
        previous = NAN

        def compute(first: int, end: int) -> None:
            nonlocal previous
            for index in range(first, end):
                value = prices[index]
                flow = value * volumes[index]
                rising[index] = flow * (value > previous)
                falling[index] = flow * (value < previous)
                previous = value

        return compute

    return Stages(1, 2, start)


def force_of(bars: BarColumns) -> Stage:
    """Elder's force (1993): (close - previous close) * volume."""
    closes, volumes = bars.close.values, bars.volume.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(max(first, 1), end):
                out[index] = (closes[index] - closes[index - 1]) * volumes[index]

        return compute

    return Stage(1, start)


def ease_of_movement(bars: BarColumns, scale: float) -> Stage:
    """Move of the median price * (high - low) * scale / volume; 0 of a bar without volume."""
    tops, bottoms, volumes = bars.high.values, bars.low.values, bars.volume.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(max(first, 1), end):
                top = tops[index]
                bottom = bottoms[index]
                move = (top + bottom) / 2 - (tops[index - 1] + bottoms[index - 1]) / 2
                own = volumes[index]
                out[index] = 0.0 if own == 0 else (move * (top - bottom) * scale) / own

        return compute

    return Stage(1, start)
