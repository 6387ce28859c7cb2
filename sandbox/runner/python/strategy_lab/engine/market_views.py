"""The markets and the account as a strategy sees them."""

from __future__ import annotations

from typing import List

from .account import Account as RunAccount
from .numeric import NAN
from .position import Position as RunPosition
from .sealed import Sealed, put
from .series import BarWindow, Series


class RunClock:
    """The number in the run of the time at work: the same in all markets."""

    __slots__ = ('bar',)

    def __init__(self) -> None:
        self.bar = -1


class Bars(Sealed):
    """The six columns of one market as series."""

    __slots__ = ('time', 'open', 'high', 'low', 'close', 'volume')
    time: Series
    open: Series
    high: Series
    low: Series
    close: Series
    volume: Series

    def __init__(self, window: BarWindow) -> None:
        for name in Bars.__slots__:
            put(self, name, getattr(window, name))


class Bar(Sealed):
    """The bar that has just closed. `time` is its open time in UTC milliseconds."""

    __slots__ = ('_window', '_columns')

    def __init__(self, window: BarWindow) -> None:
        put(self, '_window', window)
        put(self, '_columns', window.columns)

    @property
    def index(self) -> int:
        """Number of the bar in this run, from 0."""
        return self._window.base + self._window.cursor

    @property
    def time(self) -> float:
        return self._columns.time[self._window.cursor]

    @property
    def open(self) -> float:
        return self._columns.open[self._window.cursor]

    @property
    def high(self) -> float:
        return self._columns.high[self._window.cursor]

    @property
    def low(self) -> float:
        return self._columns.low[self._window.cursor]

    @property
    def close(self) -> float:
        return self._columns.close[self._window.cursor]

    @property
    def volume(self) -> float:
        return self._columns.volume[self._window.cursor]


class Position(Sealed):
    """The position in one market."""

    __slots__ = ('_position', '_window', '_clock')

    def __init__(self, position: RunPosition, window: BarWindow, clock: RunClock) -> None:
        put(self, '_position', position)
        put(self, '_window', window)
        put(self, '_clock', clock)

    @property
    def is_flat(self) -> bool:
        return self._position.signed_quantity == 0

    @property
    def is_long(self) -> bool:
        return self._position.signed_quantity > 0

    @property
    def is_short(self) -> bool:
        return self._position.signed_quantity < 0

    @property
    def quantity(self) -> float:
        """Units held, never negative."""
        return abs(self._position.signed_quantity)

    @property
    def entry_price(self) -> float:
        """Mean entry price by units; NaN while flat."""
        position = self._position
        if position.signed_quantity == 0:
            return NAN
        return position.entry_value / abs(position.signed_quantity)

    @property
    def profit(self) -> float:
        """Profit at the last close after the entry fee and before the exit fee, in cash."""
        position = self._position
        paid = 0.0
        for lot in position.lots:
            paid += lot.entry_fee + lot.funding
        quantity = position.signed_quantity
        direction = 1 if quantity > 0 else -1 if quantity < 0 else 0
        return quantity * self._window.close.value - direction * position.entry_value - paid

    @property
    def bars(self) -> int:
        """Bars since the oldest open entry; 0 while flat."""
        lots = self._position.lots
        return self._clock.bar - lots[0].entry_bar if lots else 0

    @property
    def lots(self) -> int:
        """Open entries."""
        return len(self._position.lots)


class Account(Sealed):
    """The account: positions are worth their markets' last closes."""

    __slots__ = ('_account', '_windows')

    def __init__(self, account: RunAccount, windows: List[BarWindow]) -> None:
        put(self, '_account', account)
        put(self, '_windows', windows)

    @property
    def cash(self) -> float:
        return self._account.cash

    @property
    def equity(self) -> float:
        """Cash plus the positions at the last close."""
        equity = self._account.cash
        for position, window in zip(self._account.positions, self._windows):
            # A market without a bar so far has no close, and no position.
            if position.signed_quantity != 0:
                equity += position.signed_quantity * window.close.value
        return equity
