"""Each bar's result from the values of that bar, or of one some bars before."""

from __future__ import annotations

from typing import List

from ...series import Compute
from ..pipeline import Column, Stage


def latest_lookback(*columns: Column) -> float:
    return max(column.lookback for column in columns)


def difference(a: Column, b: Column) -> Stage:
    """a - b."""
    x, y = a.values, b.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            out[first:end] = [p - q for p, q in zip(x[first:end], y[first:end])]

        return compute

    return Stage(latest_lookback(a, b), start)


def midpoint(a: Column, b: Column) -> Stage:
    """(a + b) / 2."""
    x, y = a.values, b.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            out[first:end] = [(p + q) / 2 for p, q in zip(x[first:end], y[first:end])]

        return compute

    return Stage(latest_lookback(a, b), start)


def product(a: Column, b: Column) -> Stage:
    """a * b."""
    x, y = a.values, b.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            out[first:end] = [p * q for p, q in zip(x[first:end], y[first:end])]

        return compute

    return Stage(latest_lookback(a, b), start)


def band(middle: Column, width: Column, factor: float) -> Stage:
    """middle + factor * width."""
    x, y = middle.values, width.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            out[first:end] = [p + factor * q for p, q in zip(x[first:end], y[first:end])]

        return compute

    return Stage(latest_lookback(middle, width), start)


def extrapolation(a: Column, b: Column, factor: float) -> Stage:
    """a + factor * (a - b): away from `b`, on from `a`."""
    x, y = a.values, b.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            out[first:end] = [p + factor * (p - q) for p, q in zip(x[first:end], y[first:end])]

        return compute

    return Stage(latest_lookback(a, b), start)


def quotient(a: Column, b: Column, scale: float, otherwise: float) -> Stage:
    """scale * a / b; `otherwise` where b is 0."""
    x, y = a.values, b.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            out[first:end] = [
                otherwise if q == 0 else (scale * p) / q for p, q in zip(x[first:end], y[first:end])
            ]

        return compute

    return Stage(latest_lookback(a, b), start)


def percent_share(a: Column, b: Column) -> Stage:
    """100 * a / (a + b); 50 where both are 0."""
    x, y = a.values, b.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(first, end):
                value = x[index]
                total = value + y[index]
                out[index] = 50.0 if total == 0 else (100 * value) / total

        return compute

    return Stage(latest_lookback(a, b), start)


def place_between(
    value: Column, low: Column, high: Column, scale: float, offset: float, noise: float = 0.0
) -> Stage:
    """scale * (value - low) / (high - low) + offset.

    The middle of the scale where both bounds are equal, or not farther apart than `noise`.
    """
    x, bottoms, tops = value.values, low.values, high.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(first, end):
                bottom = bottoms[index]
                reach = tops[index] - bottom
                part = 0.5 if reach <= noise else (x[index] - bottom) / reach
                out[index] = scale * part + offset

        return compute

    return Stage(latest_lookback(value, low, high), start)


def scaled(value: Column, factor: float, summand: float = 0.0) -> Stage:
    """value * factor + summand."""
    x = value.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            out[first:end] = [p * factor + summand for p in x[first:end]]

        return compute

    return Stage(value.lookback, start)


def magnitude(value: Column) -> Stage:
    """|value|."""
    x = value.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            out[first:end] = [abs(p) for p in x[first:end]]

        return compute

    return Stage(value.lookback, start)


def momentum(source: Column, bars: int) -> Stage:
    """value - value `bars` bars before."""
    values = source.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            first = max(first, bars)
            if first < end:
                out[first:end] = [p - q for p, q in zip(values[first:end], values[first - bars : end - bars])]

        return compute

    return Stage(source.lookback + bars, start)


def rate_of_change(source: Column, bars: int) -> Stage:
    """value / value `bars` bars before - 1; 0 where that earlier value is 0."""
    values = source.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(max(first, bars), end):
                earlier = values[index - bars]
                out[index] = 0.0 if earlier == 0 else values[index] / earlier - 1

        return compute

    return Stage(source.lookback + bars, start)


def delayed(source: Column, bars: int) -> Stage:
    """The value `bars` bars before."""
    values = source.values

    def start(out: List[float]) -> Compute:
        ring = [0.0] * bars
        place = 0

        def compute(first: int, end: int) -> None:
            nonlocal place
            for index in range(first, end):
                value = values[index]
                out[index] = ring[place]
                ring[place] = value
                place = 0 if place + 1 == bars else place + 1

        return compute

    return Stage(source.lookback + bars, start)
