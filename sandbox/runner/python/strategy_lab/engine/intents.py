"""Order intents: what a strategy asked for, as rows of numbers. They are all that leaves a sandbox."""

from __future__ import annotations

from array import array
from typing import List, Sequence

from .numeric import is_whole, shown

# Numbers in one intent row.
INTENT_WIDTH = 18


class Column:
    """Columns of an intent row; extension/backtest/intents.ts says what stands in each."""

    BAR = 0
    ID = 1
    OPERATION = 2
    MARKET = 3
    SIZE_KIND = 4
    SIZE = 5
    STOP_KIND = 6
    STOP = 7
    TARGET_KIND = 8
    TARGET = 9
    TRAIL_KIND = 10
    TRAIL = 11
    LIMIT = 12
    TRIGGER = 13
    EXPIRY_KIND = 14
    EXPIRY = 15
    REFERENCE = 16
    REDUCE_ONLY = 17


class Operation:
    """What an intent does."""

    BUY = 1.0
    SELL = 2.0
    CLOSE = 3.0
    PROTECT = 4.0
    CANCEL = 5.0
    REPLACE = 6.0


class SizeKind:
    """Percent is of the equity for an entry, and of the position for a close."""

    NONE = 0.0
    UNITS = 1.0
    CASH = 2.0
    PERCENT = 3.0
    RISK_PERCENT = 4.0


class LevelKind:
    """A stop loss or take profit: absent, a price, or a distance from the fill price in percent."""

    NONE = 0.0
    PRICE = 1.0
    PERCENT = 2.0


class ExpiryKind:
    """Until when an order waits: for ever, to a time (UTC ms), or for so many bars."""

    NONE = 0.0
    TIME = 1.0
    BARS = 2.0


class OrderError(Exception):
    """An order that no market could take; the message is shown to the strategy's author."""


class IntentTable:
    """The rows of a run since `clear`."""

    __slots__ = ('_values',)

    def __init__(self) -> None:
        self._values = array('d')

    def add(self, row: Sequence[float]) -> None:
        self._values.extend(row)

    @property
    def rows(self) -> int:
        return len(self._values) // INTENT_WIDTH

    @property
    def used(self) -> array[float]:
        """The rows as one array."""
        return self._values

    def clear(self) -> None:
        # A new array: the old one may still be in somebody's hands.
        self._values = array('d')


def _require_finite(value: float, what: str) -> None:
    if value - value != 0:
        raise OrderError(f'{what} must be a finite number, was {shown(value)}')


def _check_level(kind: float, value: float, what: str, maximum_percent: float) -> None:
    if kind == LevelKind.NONE:
        return
    _require_finite(value, what)
    if kind == LevelKind.PRICE:
        if value <= 0:
            raise OrderError(f'{what} must be a price above 0, was {shown(value)}')
    elif value <= 0 or value >= maximum_percent:
        raise OrderError(
            f'{what} must be a distance above 0 % and below {maximum_percent} %, was {shown(value)}'
        )


def _check_size(kind: float, size: float, what: str) -> None:
    _require_finite(size, what)
    if size <= 0:
        raise OrderError(f'{what} must be above 0, was {shown(size)}')
    if kind >= SizeKind.PERCENT and size > 100:
        raise OrderError(f'{what} must be at most 100 percent, was {shown(size)}')


def _check_price(value: float, what: str) -> None:
    _require_finite(value, what)
    if value < 0:
        raise OrderError(f'{what} must be a price above 0, was {shown(value)}')


def _check_expiry(kind: float, value: float) -> None:
    if kind == ExpiryKind.TIME:
        if not (is_whole(value) and 0 < value <= 9_007_199_254_740_991):
            raise OrderError(f'good_till must be a time in whole UTC milliseconds, was {shown(value)}')
    elif kind == ExpiryKind.BARS and not (is_whole(value) and 1 <= value <= 1e9):
        raise OrderError(f'good_for_bars must be a whole number from 1, was {shown(value)}')


def check_intent(row: List[float]) -> None:
    """Checks the values of one row, which the order functions have written. Raises OrderError."""
    operation = row[Column.OPERATION]
    kind, size = row[Column.SIZE_KIND], row[Column.SIZE]
    _check_level(row[Column.STOP_KIND], row[Column.STOP], 'stop loss', 100)
    _check_level(row[Column.TARGET_KIND], row[Column.TARGET], 'take profit', 100_000)
    _check_level(row[Column.TRAIL_KIND], row[Column.TRAIL], 'trailing stop', 100)
    _check_price(row[Column.LIMIT], 'limit')
    _check_price(row[Column.TRIGGER], 'stop')
    _check_expiry(row[Column.EXPIRY_KIND], row[Column.EXPIRY])
    if operation in (Operation.BUY, Operation.SELL):
        _check_size(kind, size, 'the size of an entry')
        _check_entry(row)
    elif operation == Operation.CLOSE:
        _check_size(kind, size, 'the size of a close')
    elif operation == Operation.REPLACE and kind == SizeKind.UNITS:
        _check_size(kind, size, 'the size of an order')


def _check_entry(row: List[float]) -> None:
    kind = row[Column.SIZE_KIND]
    if kind == SizeKind.RISK_PERCENT and row[Column.STOP_KIND] == LevelKind.NONE:
        raise OrderError('risk_percent needs a stop loss, because the risk is the distance to it')
    if row[Column.REDUCE_ONLY] == 0:
        return
    levels = (row[Column.STOP_KIND], row[Column.TARGET_KIND], row[Column.TRAIL_KIND])
    if any(level != LevelKind.NONE for level in levels):
        raise OrderError('an order that may only reduce takes no stop loss, take profit or trailing stop')
    if kind != SizeKind.UNITS:
        raise OrderError('an order that may only reduce takes units')
