"""Sums and means of the last values, and of all values."""

from __future__ import annotations

from typing import List, Tuple

from ...series import Compute
from ..pipeline import Column, Stage
from .blocks import in_blocks


def window_sum(source: Column, period: int) -> Stage:
    """Sum of the last `period` values."""
    if period == 1:
        return _unchanged(source)
    values = source.values

    def start(out: List[float]) -> Compute:
        # Of the block before: sums from each place to its end; of the present one, so far: its values.
        before = [0.0] * (period + 1)
        total = 0.0

        def take(first: int, end: int, place: int) -> None:
            nonlocal total
            for index in range(first, end):
                value = values[index]
                before[place] = value
                place += 1
                total += value
                out[index] = before[place] + total

        def turn() -> None:
            nonlocal total
            total = 0.0
            for place in range(period - 1, 0, -1):
                total += before[place]
                before[place] = total
            total = 0.0

        return in_blocks(period, source.lookback, take, turn)

    return Stage(source.lookback + period - 1, start)


def window_mean(source: Column, period: int) -> Stage:
    """Mean of the last `period` values; of equal values it is that value, to the bit."""
    if period == 1:
        return _unchanged(source)
    values = source.values

    def start(out: List[float]) -> Compute:
        before = [0.0] * (period + 1)
        parts, shares = fractions(period)
        mean = 0.0

        def take(first: int, end: int, place: int) -> None:
            nonlocal mean
            for index in range(first, end):
                value = values[index]
                before[place] = value
                place += 1
                mean += (value - mean) * parts[place]
                older = before[place]
                out[index] = older + (mean - older) * shares[place]

        def turn() -> None:
            nonlocal mean
            mean = 0.0
            for place in range(period - 1, 0, -1):
                mean += (before[place] - mean) * parts[period - place]
                before[place] = mean
            mean = 0.0

        return in_blocks(period, source.lookback, take, turn)

    return Stage(source.lookback + period - 1, start)


def _unchanged(source: Column) -> Stage:
    values = source.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            out[first:end] = values[first:end]

        return compute

    return Stage(source.lookback, start)


def fractions(period: int) -> Tuple[List[float], List[float]]:
    """By a number of values: 1 / count, and count / period."""
    parts = [0.0] + [1 / count for count in range(1, period + 1)]
    shares = [count / period for count in range(period + 1)]
    return parts, shares


def weighted_mean(source: Column, weights: Column, period: int) -> Stage:
    """Mean of the last `period` values by their weights, none of them negative; of equal values that value.

    The plain mean where all weights are 0.
    """
    values = source.values
    own_weights = weights.values
    skip = max(source.lookback, weights.lookback)

    def start(out: List[float]) -> Compute:
        # Of the block before, from each place to its end: weights, weighted means, plain means.
        weights_before = [0.0] * (period + 1)
        means_before = [0.0] * (period + 1)
        plain_before = [0.0] * (period + 1)
        parts, shares = fractions(period)
        weight = mean = plain = 0.0

        def take(first: int, end: int, place: int) -> None:
            nonlocal weight, mean, plain
            for index in range(first, end):
                value = values[index]
                own = own_weights[index]
                weights_before[place] = own
                plain_before[place] = value
                place += 1
                weight += own
                if weight > 0:
                    mean += (value - mean) * (own / weight)
                plain += (value - plain) * parts[place]
                total = weights_before[place] + weight
                if total > 0:
                    older = means_before[place]
                    out[index] = older + (mean - older) * (weight / total)
                else:
                    older = plain_before[place]
                    out[index] = older + (plain - older) * shares[place]

        def turn() -> None:
            nonlocal weight, mean, plain
            weight = mean = plain = 0.0
            for place in range(period - 1, 0, -1):
                value = plain_before[place]
                own = weights_before[place]
                weight += own
                if weight > 0:
                    mean += (value - mean) * (own / weight)
                plain += (value - plain) * parts[period - place]
                weights_before[place] = weight
                means_before[place] = mean
                plain_before[place] = plain
            weight = mean = plain = 0.0

        return in_blocks(period, skip, take, turn)

    return Stage(skip + period - 1, start)


def running_total(source: Column) -> Stage:
    """Sum of all values from the first one on, with its rounding error carried along (Knuth's TwoSum)."""
    values = source.values

    def start(out: List[float]) -> Compute:
        to_skip = source.lookback
        total = 0.0
        error = 0.0

        def compute(first: int, end: int) -> None:
            nonlocal to_skip, total, error
            skipped = min(to_skip, end - first)
            to_skip -= skipped
            for index in range(first + skipped, end):
                value = values[index]
                following = total + value
                part = following - total
                error += total - (following - part) + (value - part)
                total = following
                out[index] = total + error

        return compute

    return Stage(source.lookback, start)
