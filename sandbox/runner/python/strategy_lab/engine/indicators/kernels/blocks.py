"""Aggregates over the last values without taking anything away again."""

from __future__ import annotations

from typing import Callable

from ...series import Compute

# Takes bars from the first number to the second; the third is the place of the first in its block.
Take = Callable[[int, int, int], None]


def in_blocks(period: int, skip: float, take: Take, turn: Callable[[], None]) -> Compute:
    """Cuts the values into blocks of `period` (van Herk 1992; Gil and Werman 1993).

    A window is the end of one block and the begin of the next. For each place a kernel knows the aggregate
    from there to the end of the block before, made in one go from the end by `turn`, and the aggregate from
    the begin of the present block; it joins the two. So no rounding error of a value outlives the value.
    """
    to_skip = skip
    place = 0

    def compute(first: int, end: int) -> None:
        nonlocal to_skip, place
        skipped = min(to_skip, end - first)
        to_skip -= skipped
        index = first + skipped
        while index < end:
            last = min(end, index + period - place)
            take(index, last, place)
            place += last - index
            index = last
            if place == period:
                turn()
                place = 0

    return compute
