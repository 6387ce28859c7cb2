"""The averages by which the same name is smoothed in one place or another."""

from __future__ import annotations

from ..pipeline import Column, Stage
from .recursive_average import exponential_average, wilder_average
from .sums import window_mean

# Wilder's first.
SMOOTHINGS = ('wilder', 'simple', 'exponential')


def smoothed(source: Column, period: int, smoothing: str) -> Stage:
    if smoothing == 'simple':
        return window_mean(source, period)
    return wilder_average(source, period) if smoothing == 'wilder' else exponential_average(source, period)
