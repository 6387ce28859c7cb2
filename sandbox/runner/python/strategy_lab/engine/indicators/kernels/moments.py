"""Means and deviations of the last values, joined from two parts.

As by Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances"
(1979); of equal values the mean is that value and the deviations 0, to the bit.
"""

from __future__ import annotations

from math import sqrt
from typing import List

from ...numeric import NAN
from ...series import Compute
from ..pipeline import Column, Stage, Stages
from .blocks import in_blocks
from .sums import fractions


def mean_and_trend(source: Column, period: int) -> Stages:
    """Mean, and codeviation with time: the sum of (t - mean of t) * (value - mean), t in bars."""
    values = source.values

    def start(means: List[float], trends: List[float]) -> Compute:
        means_before = [0.0] * (period + 1)
        trends_before = [0.0] * (period + 1)
        parts, shares = fractions(period)
        mean = 0.0
        trend = 0.0

        def take(first: int, end: int, place: int) -> None:
            nonlocal mean, trend
            for index in range(first, end):
                value = values[index]
                distance = value - mean
                trend += distance * place * 0.5
                means_before[place] = value
                place += 1
                mean += distance * parts[place]
                gap = mean - means_before[place]
                means[index] = means_before[place] + gap * shares[place]
                trends[index] = trends_before[place] + trend + gap * ((period - place) * place * 0.5)

        def turn() -> None:
            nonlocal mean, trend
            mean = 0.0
            trend = 0.0
            count = 1
            for place in range(period - 1, 0, -1):
                distance = means_before[place] - mean
                trend -= distance * (count - 1) * 0.5
                mean += distance * parts[count]
                means_before[place] = mean
                trends_before[place] = trend
                count += 1
            mean = 0.0
            trend = 0.0

        return in_blocks(period, source.lookback, take, turn)

    return Stages(source.lookback + period - 1, 2, start)


def squared_deviations(source: Column, period: int) -> Stage:
    """Sum of the squared distances of the last `period` values from their mean."""
    values = source.values

    def start(out: List[float]) -> Compute:
        means_before = [0.0] * (period + 1)
        squares_before = [0.0] * (period + 1)
        parts, shares = fractions(period)
        mean = 0.0
        squares = 0.0

        def take(first: int, end: int, place: int) -> None:
            nonlocal mean, squares
            for index in range(first, end):
                value = values[index]
                means_before[place] = value
                place += 1
                distance = value - mean
                mean += distance * parts[place]
                squares += distance * (value - mean)
                gap = mean - means_before[place]
                out[index] = squares_before[place] + squares + gap * gap * ((period - place) * shares[place])

        def turn() -> None:
            nonlocal mean, squares
            mean = 0.0
            squares = 0.0
            count = 1
            for place in range(period - 1, 0, -1):
                value = means_before[place]
                distance = value - mean
                mean += distance * parts[count]
                squares += distance * (value - mean)
                means_before[place] = mean
                squares_before[place] = squares
                count += 1
            mean = 0.0
            squares = 0.0

        return in_blocks(period, source.lookback, take, turn)

    return Stage(source.lookback + period - 1, start)


def codeviations(first_column: Column, second_column: Column, period: int) -> Stage:
    """Sum of the products of the distances of two columns' last `period` values from their means."""
    skip = max(first_column.lookback, second_column.lookback)
    first_values = first_column.values
    second_values = second_column.values

    def start(out: List[float]) -> Compute:
        first_before = [0.0] * (period + 1)
        second_before = [0.0] * (period + 1)
        products_before = [0.0] * (period + 1)
        parts, shares = fractions(period)
        a = 0.0
        b = 0.0
        products = 0.0

        def take(first: int, end: int, place: int) -> None:
            nonlocal a, b, products
            for index in range(first, end):
                x = first_values[index]
                y = second_values[index]
                first_before[place] = x
                second_before[place] = y
                place += 1
                part = parts[place]
                distance = x - a
                a += distance * part
                b += (y - b) * part
                products += distance * (y - b)
                gaps = (a - first_before[place]) * (b - second_before[place])
                out[index] = products_before[place] + products + gaps * ((period - place) * shares[place])

        def turn() -> None:
            nonlocal a, b, products
            a = 0.0
            b = 0.0
            products = 0.0
            count = 1
            for place in range(period - 1, 0, -1):
                part = parts[count]
                y = second_before[place]
                distance = first_before[place] - a
                a += distance * part
                b += (y - b) * part
                products += distance * (y - b)
                first_before[place] = a
                second_before[place] = b
                products_before[place] = products
                count += 1
            a = 0.0
            b = 0.0
            products = 0.0

        return in_blocks(period, skip, take, turn)

    return Stage(skip + period - 1, start)


def correlation(products: Column, first_squares: Column, second_squares: Column) -> Stage:
    """Pearson's correlation from sums of products and squares; 0 where a column does not move."""
    x, a, b = products.values, first_squares.values, second_squares.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(first, end):
                scale = _root(a[index]) * _root(b[index])
                value = 0.0 if scale == 0 else x[index] / scale
                out[index] = 1.0 if value > 1 else -1.0 if value < -1 else value

        return compute

    return Stage(max(products.lookback, first_squares.lookback, second_squares.lookback), start)


def _root(value: float) -> float:
    """The root; NaN below 0, where only a bar before the first value can be."""
    return sqrt(value) if value >= 0 else NAN
