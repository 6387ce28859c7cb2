"""Seeded random numbers."""

from __future__ import annotations

from typing import Callable

MASK = 0xFFFF_FFFF


def seeded_random(seed: int) -> Callable[[], float]:
    """Numbers from 0 (included) to 1 (not): the sfc32 generator of Doty-Humphrey's PractRand."""
    a = 0x9E37_79B9
    b = 0x243F_6A88
    c = seed & MASK
    counter = 1

    def random() -> float:
        nonlocal a, b, c, counter
        result = (a + b + counter) & MASK
        counter = (counter + 1) & MASK
        a = b ^ (b >> 9)
        b = (c + (c << 3)) & MASK
        c = ((((c << 21) & MASK) | (c >> 11)) + result) & MASK
        return result / 4_294_967_296

    for _ in range(16):
        random()
    return random
