"""The relative strength index."""

from __future__ import annotations

from typing import List

from ...numeric import NAN
from ...series import Compute
from ..pipeline import Column, Pipeline, Stage, Stages
from .arithmetic import percent_share
from .smoothing import smoothed


def rises_and_falls(source: Column) -> Stages:
    """Rise and fall from the bar before, 0 or above; one of the two is 0."""
    values = source.values

    def start(rise: List[float], fall: List[float]) -> Compute:
        to_skip = source.lookback
        previous = NAN

        def compute(first: int, end: int) -> None:
            nonlocal to_skip, previous
            skipped = min(to_skip, end - first)
            to_skip -= skipped
            for index in range(first + skipped, end):
                value = values[index]
                change = value - previous
                size = abs(change)
                rise[index] = (size + change) * 0.5
                fall[index] = (size - change) * 0.5
                previous = value

        return compute

    return Stages(source.lookback + 1, 2, start)


def relative_strength(pipeline: Pipeline, source: Column, period: int, smoothing: str) -> Stage:
    """100 * up / (up + down), both averages of the rises and falls; 50 where neither moved."""
    rise, fall = pipeline.steps(rises_and_falls(source))
    return percent_share(
        pipeline.step(smoothed(rise, period, smoothing)), pipeline.step(smoothed(fall, period, smoothing))
    )
