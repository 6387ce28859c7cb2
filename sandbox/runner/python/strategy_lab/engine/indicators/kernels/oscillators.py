"""Oscillators between bounds, or around a mean."""

from __future__ import annotations

from typing import List

from ...logarithm import natural_logarithm
from ...numeric import NAN
from ...series import Compute
from ..pipeline import Column, Stage


def channel_index(source: Column, mean: Column, period: int) -> Stage:
    """Lambert's commodity channel index (1980); 0 where all values are equal.

    Distance from the mean, by 0.015 times the mean absolute distance of the window's values from it.
    """
    values = source.values
    means = mean.values

    def start(out: List[float]) -> Compute:
        to_skip = mean.lookback

        def compute(first: int, end: int) -> None:
            nonlocal to_skip
            skipped = min(to_skip, end - first)
            to_skip -= skipped
            for index in range(first + skipped, end):
                center = means[index]
                # Two sums, as the engine has them: another order would give other bits.
                even = 0.0
                odd = 0.0
                window = values[index - period + 1 : index + 1]
                for value in window[0::2]:
                    even += abs(value - center)
                for value in window[1::2]:
                    odd += abs(value - center)
                total = even + odd
                distance = values[index] - center
                out[index] = 0.0 if total == 0 else distance / (0.015 * (total / period))

        return compute

    return Stage(mean.lookback, start)


def weighted_by_four_two_one(short: Column, middle: Column, long: Column) -> Stage:
    """Williams's (1985) weights: (4 short + 2 middle + long) / 7."""
    x, y, z = short.values, middle.values, long.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            out[first:end] = [
                (4 * p + 2 * q + r) / 7 for p, q, r in zip(x[first:end], y[first:end], z[first:end])
            ]

        return compute

    return Stage(max(short.lookback, middle.lookback, long.lookback), start)


def mean_of_three(a: Column, b: Column, c: Column) -> Stage:
    """(a + b + c) / 3."""
    x, y, z = a.values, b.values, c.values

    def start(out: List[float]) -> Compute:
        def compute(first: int, end: int) -> None:
            out[first:end] = [(p + q + r) / 3 for p, q, r in zip(x[first:end], y[first:end], z[first:end])]

        return compute

    return Stage(max(a.lookback, b.lookback, c.lookback), start)


def streak_lengths(source: Column) -> Stage:
    """Bars in a row that rose, or below 0 that fell; 0 where the value is that of the bar before."""
    values = source.values

    def start(out: List[float]) -> Compute:
        to_skip = source.lookback
        previous = NAN
        streak = 0.0

        def compute(first: int, end: int) -> None:
            nonlocal to_skip, previous, streak
            skipped = min(to_skip, end - first)
            to_skip -= skipped
            for index in range(first + skipped, end):
                value = values[index]
                if value > previous:
                    streak = streak + 1 if streak > 0 else 1.0
                elif value < previous:
                    streak = streak - 1 if streak < 0 else -1.0
                else:
                    streak = 0.0
                out[index] = streak
                previous = value

        return compute

    return Stage(source.lookback + 1, start)


def fisher_transform(place: Column) -> Stage:
    """Ehlers's Fisher transform (2002) of a place from -0.5 to 0.5.

    v = 0.66 place + 0.67 previous v, taken to 0.999 beyond 0.99; (ln((1 + v) / (1 - v)) + previous
    transform) / 2. Both start from 0.
    """
    values = place.values

    def start(out: List[float]) -> Compute:
        to_skip = place.lookback
        smooth = 0.0
        transform = 0.0

        def compute(first: int, end: int) -> None:
            nonlocal to_skip, smooth, transform
            skipped = min(to_skip, end - first)
            to_skip -= skipped
            for index in range(first + skipped, end):
                smooth = 0.66 * values[index] + 0.67 * smooth
                if smooth > 0.99:
                    smooth = 0.999
                elif smooth < -0.99:
                    smooth = -0.999
                transform = 0.5 * natural_logarithm((1 + smooth) / (1 - smooth)) + 0.5 * transform
                out[index] = transform

        return compute

    return Stage(place.lookback, start)
