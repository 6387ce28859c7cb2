"""The simple moving average."""

from __future__ import annotations

from typing import List

from ...numeric import NAN
from ...series import Compute
from ..pipeline import Column, Stage


def simple_moving_average(source: Column, period: int) -> Stage:
    """The mean of the last `period` values.

    The running sum carries its rounding error along (Knuth's TwoSum), and a run of equal values gives that
    value itself, so that the average of a flat market is flat to the last bit.
    """
    values = source.values

    def start(out: List[float]) -> Compute:
        seen = -source.lookback
        total = 0.0
        error = 0.0
        last = NAN
        equal = 0

        def begin(first: int, end: int) -> int:
            """Takes the first values, up to a full window; answers where it stopped."""
            nonlocal seen, total, error, last, equal
            index = first
            while index < end and seen < period:
                seen += 1
                if seen > 0:
                    value = values[index]
                    equal = equal + 1 if value == last else 1
                    last = value
                    following = total + value
                    part = following - total
                    error += total - (following - part) + (value - part)
                    total = following
                    if seen == period:
                        out[index] = value if equal >= period else (total + error) / period
                index += 1
            return index

        def compute(first: int, end: int) -> None:
            nonlocal total, error, last, equal
            index = begin(first, end) if seen < period else first
            own_total, own_error, own_last, own_equal = total, error, last, equal
            entering = values[index:end]
            leaving_values = values[index - period : end - period] if index < end else ()
            results = []
            for value, leaving in zip(entering, leaving_values):
                own_equal = own_equal + 1 if value == own_last else 1
                own_last = value
                following = own_total + value
                part = following - own_total
                added = own_total - (following - part) + (value - part)
                own_total = following - leaving
                rest = own_total - following
                own_error += added + (following - (own_total - rest) - (leaving + rest))
                results.append(value if own_equal >= period else (own_total + own_error) / period)
            out[index:end] = results
            total, error, last, equal = own_total, own_error, own_last, own_equal

        return compute

    return Stage(source.lookback + period - 1, start)
