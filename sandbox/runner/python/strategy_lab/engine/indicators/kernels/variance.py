"""Variances of logarithms of prices, and what is measured by logarithms besides."""

from __future__ import annotations

from math import sqrt
from typing import List

from ...logarithm import natural_logarithm
from ...numeric import NAN
from ...series import Compute
from ..pipeline import Column, Stage

LN2 = 0.6931471805599453


def logarithm_of_ratio(a: Column, b: Column) -> Stage:
    """ln(a / b); 0 where one of the two is not above 0."""
    x, y = a.values, b.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(first, end):
                out[index] = _logarithm_of(x[index], y[index])

        return compute

    return Stage(max(a.lookback, b.lookback), start)


def log_return(source: Column) -> Stage:
    """ln(value / value before); 0 where one of the two is not above 0."""
    values = source.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(max(first, 1), end):
                out[index] = _logarithm_of(values[index], values[index - 1])

        return compute

    return Stage(source.lookback + 1, start)


def _logarithm_of(a: float, b: float) -> float:
    return natural_logarithm(a / b) if a > 0 and b > 0 else 0.0


def garman_klass_term(range_: Column, body: Column) -> Stage:
    """Garman and Klass (1980), their equation 20: range^2 / 2 - (2 ln 2 - 1) body^2, of logarithms."""
    x, y = range_.values, body.values
    share = 2 * LN2 - 1

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(first, end):
                height = x[index]
                move = y[index]
                out[index] = 0.5 * height * height - share * move * move

        return compute

    return Stage(max(range_.lookback, body.lookback), start)


def square_root(value: Column, factor: float) -> Stage:
    """The root of value * factor; 0 below 0."""
    x = value.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            for index in range(first, end):
                square = x[index] * factor
                out[index] = sqrt(square) if square > 0 else 0.0 if square <= 0 else NAN

        return compute

    return Stage(value.lookback, start)


def choppiness(path: Column, range_: Column, period: int) -> Stage:
    """Dreiss's choppiness index (1993): 100 ln(path / range) / ln(period); 100 where there is no range."""
    x, y = path.values, range_.values
    lookback = max(path.lookback, range_.lookback)
    factor = 100 / natural_logarithm(period)

    def start(out: List[float]) -> Compute:
        to_skip = lookback

        def compute(first: int, end: int) -> None:
            nonlocal to_skip
            skipped = min(to_skip, end - first)
            to_skip -= skipped
            for index in range(first + skipped, end):
                height = y[index]
                out[index] = 100.0 if height == 0 else natural_logarithm(x[index] / height) * factor

        return compute

    return Stage(lookback, start)
