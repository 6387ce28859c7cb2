"""What a strategy gives its orders with."""

from __future__ import annotations

from typing import List, Optional

from .broker import Broker
from .intents import (
    INTENT_WIDTH,
    Column,
    ExpiryKind,
    IntentTable,
    LevelKind,
    Operation,
    OrderError,
    SizeKind,
    check_intent,
)
from .numeric import is_number, shown, to_float
from .sealed import Sealed, put

Number = Optional[float]


class OrderNumbers:
    """Numbers the orders of a run and bounds those of a bar, over all its markets."""

    __slots__ = ('is_open', 'bar', 'last', '_most_per_bar', '_counted_bar', '_on_bar')

    def __init__(self, most_per_bar: int) -> None:
        # Orders are taken while true, each for bar `bar`.
        self.is_open = False
        self.bar = 0
        self.last = 0
        self._most_per_bar = most_per_bar
        self._counted_bar = -1
        self._on_bar = 0

    def next(self) -> int:
        """Raises OrderError outside `next` and above the bound."""
        if not self.is_open:
            raise OrderError('orders can be given inside next only')
        if self.bar != self._counted_bar:
            self._counted_bar = self.bar
            self._on_bar = 0
        self._on_bar += 1
        if self._on_bar > self._most_per_bar:
            raise OrderError(f'a strategy may give {self._most_per_bar} orders on one bar')
        self.last += 1
        return self.last


class Orders(Sealed):
    """They check an order for one market, note it as an intent and hand it to the broker."""

    __slots__ = ('_broker', '_intents', '_numbers', '_market')

    def __init__(self, broker: Broker, intents: IntentTable, numbers: OrderNumbers) -> None:
        put(self, '_broker', broker)
        put(self, '_intents', intents)
        put(self, '_numbers', numbers)
        put(self, '_market', float(broker.position.market))

    def buy(
        self,
        *,
        units: Number = None,
        cash: Number = None,
        percent: Number = None,
        risk_percent: Number = None,
        stop_loss: Number = None,
        stop_loss_percent: Number = None,
        take_profit: Number = None,
        take_profit_percent: Number = None,
        trailing_stop: Number = None,
        trailing_stop_percent: Number = None,
        reduce_only: bool = False,
        limit: Number = None,
        stop: Number = None,
        good_till: Number = None,
        good_for_bars: Number = None,
        oco: Optional[int] = None,
    ) -> int:
        """Buys. An open short position is closed in full first, unless the run sets orders off against it."""
        row = self._row(Operation.BUY)
        _set_entry_size(row, units, cash, percent, risk_percent, reduce_only)
        _set_level(row, Column.STOP_KIND, stop_loss, stop_loss_percent, 'stop_loss')
        _set_level(row, Column.TARGET_KIND, take_profit, take_profit_percent, 'take_profit')
        _set_level(row, Column.TRAIL_KIND, trailing_stop, trailing_stop_percent, 'trailing_stop')
        self._set_wait(row, limit, stop, good_till, good_for_bars, oco)
        return self._give(row)

    def sell(
        self,
        *,
        units: Number = None,
        cash: Number = None,
        percent: Number = None,
        risk_percent: Number = None,
        stop_loss: Number = None,
        stop_loss_percent: Number = None,
        take_profit: Number = None,
        take_profit_percent: Number = None,
        trailing_stop: Number = None,
        trailing_stop_percent: Number = None,
        reduce_only: bool = False,
        limit: Number = None,
        stop: Number = None,
        good_till: Number = None,
        good_for_bars: Number = None,
        oco: Optional[int] = None,
    ) -> int:
        """Sells short. An open long position is closed in full first; to close alone use `close()`."""
        row = self._row(Operation.SELL)
        _set_entry_size(row, units, cash, percent, risk_percent, reduce_only)
        _set_level(row, Column.STOP_KIND, stop_loss, stop_loss_percent, 'stop_loss')
        _set_level(row, Column.TARGET_KIND, take_profit, take_profit_percent, 'take_profit')
        _set_level(row, Column.TRAIL_KIND, trailing_stop, trailing_stop_percent, 'trailing_stop')
        self._set_wait(row, limit, stop, good_till, good_for_bars, oco)
        return self._give(row)

    def close(
        self,
        *,
        percent: Number = None,
        units: Number = None,
        limit: Number = None,
        stop: Number = None,
        good_till: Number = None,
        good_for_bars: Number = None,
        oco: Optional[int] = None,
    ) -> int:
        """Closes the position, or `percent` of it, or `units` of it, oldest entries first."""
        row = self._row(Operation.CLOSE)
        if percent is not None and units is not None:
            raise OrderError('orders.close takes percent or units, not both')
        if units is not None:
            _set_size(row, SizeKind.UNITS, units)
        else:
            _set_size(row, SizeKind.PERCENT, 100.0 if percent is None else percent)
        self._set_wait(row, limit, stop, good_till, good_for_bars, oco)
        return self._give(row)

    def protect(
        self,
        *,
        stop_loss: Number = None,
        take_profit: Number = None,
        trailing_stop: Number = None,
        trailing_stop_percent: Number = None,
    ) -> int:
        """Sets stop loss, take profit and trailing stop of every open entry from the next bar on."""
        given = (stop_loss, take_profit, trailing_stop, trailing_stop_percent)
        if all(value is None for value in given):
            raise OrderError('orders.protect needs stop_loss, take_profit or a trailing stop')
        row = self._row(Operation.PROTECT)
        _set_level(row, Column.STOP_KIND, stop_loss, None, 'stop_loss')
        _set_level(row, Column.TARGET_KIND, take_profit, None, 'take_profit')
        _set_level(row, Column.TRAIL_KIND, trailing_stop, trailing_stop_percent, 'trailing_stop')
        return self._give(row)

    def cancel(self, order: Optional[int] = None) -> None:
        """Cancels a waiting order of this market, or all of them, before the next open."""
        row = self._row(Operation.CANCEL)
        if order is not None:
            self._set_reference(row, order, 'cancel')
        self._give(row)

    def replace(
        self, order: int, *, limit: Number = None, stop: Number = None, units: Number = None
    ) -> None:
        """Changes price or units of a waiting order before the next open."""
        if limit is None and stop is None and units is None:
            raise OrderError('orders.replace needs limit, stop or units')
        row = self._row(Operation.REPLACE)
        self._set_reference(row, order, 'replace')
        _set_price(row, Column.LIMIT, limit, 'limit')
        _set_price(row, Column.TRIGGER, stop, 'stop')
        if units is not None:
            _set_size(row, SizeKind.UNITS, units)
        self._give(row)

    def is_open(self, order: int) -> bool:
        """Whether an order is on its way or waits."""
        return self._broker.is_open(order)

    def _row(self, operation: float) -> List[float]:
        row = [0.0] * INTENT_WIDTH
        row[Column.OPERATION] = operation
        row[Column.MARKET] = self._market
        return row

    def _set_wait(
        self,
        row: List[float],
        limit: Number,
        stop: Number,
        good_till: Number,
        good_for_bars: Number,
        oco: Optional[int],
    ) -> None:
        _set_price(row, Column.LIMIT, limit, 'limit')
        _set_price(row, Column.TRIGGER, stop, 'stop')
        if good_till is not None and good_for_bars is not None:
            raise OrderError('an order takes good_till or good_for_bars, not both')
        if good_till is not None:
            row[Column.EXPIRY_KIND] = ExpiryKind.TIME
            row[Column.EXPIRY] = _require_number(good_till, 'good_till')
        elif good_for_bars is not None:
            row[Column.EXPIRY_KIND] = ExpiryKind.BARS
            row[Column.EXPIRY] = _require_number(good_for_bars, 'good_for_bars')
        if oco is not None:
            self._set_reference(row, oco, 'oco')

    def _set_reference(self, row: List[float], order: int, name: str) -> None:
        if not is_number(order) or order != order // 1 or order < 1 or order > self._numbers.last:
            raise OrderError(f'{name} takes the number of an order given before, was {shown(order)}')
        row[Column.REFERENCE] = float(order)

    def _give(self, row: List[float]) -> int:
        numbers = self._numbers
        row[Column.BAR] = float(numbers.bar)
        row[Column.ID] = float(numbers.last + 1)
        check_intent(row)
        id = numbers.next()
        self._intents.add(row)
        self._broker.submit(row, numbers.bar)
        return id


def _set_entry_size(
    row: List[float],
    units: Number,
    cash: Number,
    percent: Number,
    risk_percent: Number,
    reduce_only: bool,
) -> None:
    sizes = 0
    if units is not None:
        _set_size(row, SizeKind.UNITS, units)
        sizes += 1
    if cash is not None:
        _set_size(row, SizeKind.CASH, cash)
        sizes += 1
    if percent is not None:
        _set_size(row, SizeKind.PERCENT, percent)
        sizes += 1
    if risk_percent is not None:
        _set_size(row, SizeKind.RISK_PERCENT, risk_percent)
        sizes += 1
    if sizes > 1:
        raise OrderError('an order takes one of units, cash, percent and risk_percent')
    if sizes == 0:
        _set_size(row, SizeKind.PERCENT, 100.0)
    if reduce_only is not False and reduce_only is not True and reduce_only is not None:
        raise OrderError(f'reduce_only must be True or False, was {type(reduce_only).__name__}')
    if reduce_only:
        row[Column.REDUCE_ONLY] = 1.0


def _set_size(row: List[float], kind: float, size: float) -> None:
    row[Column.SIZE_KIND] = kind
    row[Column.SIZE] = _require_number(size, 'a size')


def _set_level(row: List[float], column: int, price: Number, percent: Number, name: str) -> None:
    if price is None and percent is None:
        return
    if price is not None and percent is not None:
        raise OrderError(f'an order takes {name} or {name}_percent, not both')
    if price is not None:
        row[column] = LevelKind.PRICE
        row[column + 1] = _require_number(price, name)
    else:
        row[column] = LevelKind.PERCENT
        row[column + 1] = _require_number(percent, name)


def _set_price(row: List[float], column: int, price: Number, name: str) -> None:
    if price is None:
        return
    value = _require_number(price, name)
    if not value > 0:
        raise OrderError(f'{name} must be a price above 0, was {shown(value)}')
    row[column] = value


def _require_number(value: object, what: str) -> float:
    if type(value) is float:
        return value
    if not is_number(value):
        raise OrderError(f'{what} must be a number, was {type(value).__name__}')
    return to_float(value)
