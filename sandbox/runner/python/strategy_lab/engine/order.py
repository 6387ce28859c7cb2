"""One order."""

from __future__ import annotations

from typing import List

from .intents import ExpiryKind, Operation
from .numeric import INFINITY, NAN


class Order:
    """An order on its way or waiting, as its intent asked for it."""

    __slots__ = (
        'id', 'operation', 'size_kind', 'size', 'stop_kind', 'stop', 'target_kind', 'target', 'trail_kind',
        'trail', 'reference', 'is_reduce_only', 'arrives_at', 'bars_left', 'good_till', 'direction', 'limit',
        'trigger', 'remaining', 'has_waited', 'is_checked', 'met_piece',
    )

    def __init__(self, row: List[float], arrives_at: int) -> None:
        (
            _, self.id, operation, _, self.size_kind, self.size, self.stop_kind, self.stop, self.target_kind,
            self.target, self.trail_kind, self.trail, self.limit, self.trigger, expiry_kind, expiry,
            self.reference, reduce_only,
        ) = row
        self.operation = operation
        self.is_reduce_only = reduce_only == 1
        # Bar at whose open it arrives.
        self.arrives_at = arrives_at
        # Bars of its market on which it can still be filled, and the time from which on it cannot.
        self.bars_left = expiry if expiry_kind == ExpiryKind.BARS else INFINITY
        self.good_till = expiry if expiry_kind == ExpiryKind.TIME else INFINITY
        # 1 to buy and -1 to sell, once it has arrived.
        self.direction = 1 if operation == Operation.BUY else -1
        # Units still to fill; NaN until the first fill has fixed them.
        self.remaining = NAN
        # Whether it stood in the market at an earlier open as it is now: what it then gets, it makes.
        self.has_waited = False
        # Whether its units were found to be what the venue takes.
        self.is_checked = False
        # The piece of time in which it was met last.
        self.met_piece = -1

    @property
    def is_reduction(self) -> bool:
        """True for an order that can only make a position smaller."""
        return self.operation == Operation.CLOSE or self.is_reduce_only
