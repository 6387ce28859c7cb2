"""The hash by which two runs are compared."""

from __future__ import annotations

from struct import Struct

MASK = 0xFFFF_FFFF
_bits_of = Struct('<d').pack
_words_of = Struct('<II').unpack


class FillHash:
    """A rolling 64-bit hash of a run's fills, of the bits of their numbers. It is no signature."""

    __slots__ = ('high', 'low')

    def __init__(self) -> None:
        self.high = 0x2545_F491
        self.low = 0x1B87_3593

    def add(self, value: float) -> None:
        first, second = _words_of(_bits_of(value))
        product = ((self.low ^ first) * 0x9E37_79B1) & MASK
        self.low = low = product ^ (product >> 15)
        product = ((self.high ^ low ^ second) * 0x9E37_79B1) & MASK
        self.high = product ^ (product >> 15)
