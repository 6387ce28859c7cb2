"""The funding of a perpetual position."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, List, Optional

from .columns import CandleColumns
from .numeric import INFINITY
from .position import Moment, Position
from .settings import RunSettings

if TYPE_CHECKING:
    from .broker import Broker

HOUR_MILLISECONDS = 3_600_000


class Funding:
    """A rate at fixed hours of the day, counted from 00:00 UTC."""

    __slots__ = ('_rate', '_interval', '_position', '_moment', '_next')

    def __init__(self, settings: RunSettings, position: Position, moment: Moment) -> None:
        self._rate = settings.funding_rate
        self._interval = settings.funding_hours * HOUR_MILLISECONDS
        self._position = position
        self._moment = moment
        self._next: float = INFINITY

    def begin(self) -> None:
        """Notes that a position has been opened at the moment: the next funding time is the first it pays."""
        if self._rate != 0:
            self._next = (math.floor(self._moment.time / self._interval) + 1) * self._interval

    @property
    def is_due(self) -> bool:
        """True when a funding time has come."""
        return self._moment.time >= self._next

    def pay(self, price: float) -> None:
        """Pays for the times that have come, on the position's value at `price`."""
        times = math.floor((self._moment.time - self._next) / self._interval) + 1
        self._next += times * self._interval
        if self._position.signed_quantity != 0:
            self._position.pay_funding(self._rate * times, price)


class RecordedFunding:
    """Pays recorded rates of one market bar by bar."""

    __slots__ = ('is_given', '_rates', '_next')

    def __init__(self) -> None:
        self.is_given = False
        self._rates: List[float] = []
        self._next = 0

    def begin(self, rates: Optional[List[float]]) -> None:
        """Takes the rates of the next bars; none for None."""
        self.is_given = rates is not None
        self._rates = rates or []
        self._next = 0

    def pay(self, broker: Broker, columns: CandleColumns, index: int, bar: int) -> None:
        """Moves on to the next bar, number `bar` of the run at `index`, and pays what is due at its open."""
        rate = self._rates[self._next]
        self._next += 1
        if rate != 0 and broker.position.signed_quantity != 0:
            broker.pay_funding(rate, columns, index, bar)
