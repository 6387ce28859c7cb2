"""What begins anew with each UTC day."""

from __future__ import annotations

from typing import List

from ...numeric import INFINITY
from ...series import Compute
from ..pipeline import Column, Stage

DAY_MILLISECONDS = 86_400_000


def daily_mean(source: Column, volume: Column, time: Column) -> Stage:
    """Mean of a column by volume since the first bar of the UTC day (West's update, 1979).

    The present value itself while nothing was traded on that day.
    """
    values, volumes, times = source.values, volume.values, time.values

    def start(out: List[float]) -> Compute:
        to_skip = source.lookback
        day_end = -INFINITY
        weight = 0.0
        mean = 0.0

        def compute(first: int, end: int) -> None:
            nonlocal to_skip, day_end, weight, mean
            skipped = min(to_skip, end - first)
            to_skip -= skipped
            for index in range(first + skipped, end):
                now = times[index]
                if now >= day_end:
                    day_end = (now // DAY_MILLISECONDS + 1) * DAY_MILLISECONDS
                    weight = 0.0
                value = values[index]
                own = volumes[index]
                weight += own
                if weight == 0:
                    mean = value
                else:
                    mean += (value - mean) * (own / weight)
                out[index] = mean

        return compute

    return Stage(source.lookback, start)
