"""Lines through the last values, and averages of averages."""

from __future__ import annotations

from typing import List

from ...series import Compute
from ..pipeline import Column, Pipeline, Stage, Stages
from .arithmetic import extrapolation
from .moments import mean_and_trend, squared_deviations
from .recursive_average import exponential_average


def weighted_average(pipeline: Pipeline, source: Column, period: int) -> Stage:
    """Adds the steps of a mean with the weights 1 to `period`, the newest value the heaviest."""
    mean, trend = pipeline.steps(mean_and_trend(source, period))
    means, trends = mean.values, trend.values
    factor = 2 / (period * (period + 1))

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            out[first:end] = [p + q * factor for p, q in zip(means[first:end], trends[first:end])]

        return compute

    return Stage(mean.lookback, start)


def line_fit(pipeline: Pipeline, source: Column, period: int) -> Stages:
    """Adds the steps of the least-squares line through the last `period` values.

    Its value at the newest of them, its slope by bar, and the share of the variance that it explains, 0 where
    there is none.
    """
    mean, trend = pipeline.steps(mean_and_trend(source, period))
    squares = pipeline.step(squared_deviations(source, period)).values
    means, trends = mean.values, trend.values
    time_squares = (period * (period * period - 1)) / 12
    half = (period - 1) / 2

    def start(value: List[float], slope: List[float], r2: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(first, end):
                codeviation = trends[index]
                square = squares[index]
                rise = codeviation / time_squares
                slope[index] = rise
                value[index] = means[index] + rise * half
                r2[index] = 0.0 if square == 0 else min(1.0, (rise * codeviation) / square)

        return compute

    return Stages(mean.lookback, 3, start)


def without_lag(source: Column, lag: int) -> Stage:
    """value + (value - value `lag` bars before)."""
    values = source.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(max(first, lag), end):
                value = values[index]
                out[index] = value + (value - values[index - lag])

        return compute

    return Stage(source.lookback + lag, start)


def generalised_double(pipeline: Pipeline, source: Column, period: int, factor: float) -> Stage:
    """Adds Tillson's generalised double average: average + factor * (average - average of the average)."""
    once = pipeline.step(exponential_average(source, period))
    twice = pipeline.step(exponential_average(once, period))
    return extrapolation(once, twice, factor)


def triple_average(once: Column, twice: Column, thrice: Column) -> Stage:
    """thrice + 3 * (once - twice), of an average, its average, and the average of that."""
    x, y, z = once.values, twice.values, thrice.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            out[first:end] = [
                r + 3 * (p - q) for p, q, r in zip(x[first:end], y[first:end], z[first:end])
            ]

        return compute

    return Stage(thrice.lookback, start)
