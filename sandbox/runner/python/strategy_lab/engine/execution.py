"""Fills the orders of one market: how many units, and at what price."""

from __future__ import annotations

from .account import Account
from .columns import NO_COLUMNS, CandleColumns
from .costs import Costs
from .intents import LevelKind, Operation, SizeKind
from .numeric import INFINITY, NAN, divided, floor
from .order import Order
from .position import MONEY_TOLERANCE, Lot, Position

# Smallest value of an order as a fraction of the equity: what is less is dust that swells the trades.
SMALLEST_ORDER = 1e-6
MOST_LOTS = 10_000


class Meeting:
    """How an order meets the market."""

    __slots__ = ('price', 'is_maker', 'inside_piece')

    def __init__(self) -> None:
        # Price of the market at the moment.
        self.price = 0.0
        # Whether the order waited and gets its own price, or takes what the market gives.
        self.is_maker = False
        # The piece of time inside which it happens; -1 at an open.
        self.inside_piece = -1


class Execution:
    """`room` are the units that the piece of time at work can still fill. What is rejected here just ends."""

    __slots__ = (
        'room', '_account', '_position', '_costs', '_settings', '_columns', '_index', '_volume', '_time',
    )

    def __init__(self, account: Account, position: Position, costs: Costs) -> None:
        self.room = INFINITY
        self._account = account
        self._position = position
        self._costs = costs
        self._settings = account.settings
        self._columns = NO_COLUMNS
        self._index = 0
        self._volume = 0.0
        self._time = 0.0

    def begin(self, columns: CandleColumns, index: int, volume: float) -> None:
        """Begins a piece of time: bar `index` of `columns`, `volume` units traded in it."""
        self._columns = columns
        self._index = index
        self._volume = volume
        self._time = columns.time[index]
        limit = self._settings.volume_limit
        self.room = INFINITY if limit == 0 else limit * volume

    def taken_price(self, price: float, direction: int, quantity: float) -> float:
        """What a market order of `quantity` gets where the market stands at `price`."""
        return self._costs.taken_price(price, direction, quantity, self._columns, self._index, self._volume)

    def fill(self, order: Order, meeting: Meeting) -> bool:
        """Fills what it can of an order; true when nothing of it is left to wait."""
        if self._account.is_bankrupt:
            return True
        against = self._position.signed_quantity * order.direction < 0
        if order.operation == Operation.CLOSE or order.is_reduce_only:
            return self._reduce(order, meeting, against)
        if not against:
            return self._enter(order, meeting)
        if self._settings.is_net:
            return self._set_off(order, meeting)
        if not self._close_for_reversal(order, meeting):
            return False
        return self._enter(order, meeting)

    def close_lot(self, lot: Lot, quantity: float, price: float, is_maker: bool) -> bool:
        """Closes `quantity` of one entry, as far as there is volume; true for all. `sweep` must follow."""
        fillable = self._fillable(quantity)
        if fillable <= 0:
            return False
        direction = -1 if self._position.signed_quantity > 0 else 1
        got = price if is_maker else self.taken_price(price, direction, fillable)
        self.room -= fillable
        self._position.close_lot(lot, fillable, got, self._costs.fee_rate(is_maker, self._time))
        return fillable == quantity

    def level_price(self, kind: float, value: float, price: float, direction: int, rounding: int) -> float:
        """Price of a level; NaN where there is none. `direction` points from the fill to the level."""
        if kind == LevelKind.PRICE:
            return self._costs.to_step(value, rounding)
        if kind == LevelKind.PERCENT:
            return self._costs.to_step(price * (1 + (direction * value) / 100), rounding)
        return NAN

    def _fillable(self, wanted: float) -> float:
        """The units of `wanted` that there is volume for."""
        return wanted if wanted <= self.room else self.round_to_step(self.room)

    def round_to_step(self, quantity: float) -> float:
        step = self._settings.quantity_step
        if step == 0:
            return quantity
        return floor(quantity / step + MONEY_TOLERANCE) * step

    def _price_for(self, order: Order, meeting: Meeting, quantity: float) -> float:
        """The price that an order gets: never worse than its limit."""
        if meeting.is_maker:
            return meeting.price
        direction = order.direction
        taken = self.taken_price(meeting.price, direction, quantity)
        if order.limit == 0:
            return taken
        return min(taken, order.limit) if direction > 0 else max(taken, order.limit)

    def _close_for_reversal(self, order: Order, meeting: Meeting) -> bool:
        position = self._position
        held = abs(position.signed_quantity)
        units = self._fillable(held)
        if units <= 0:
            return False
        price = self._price_for(order, meeting, units)
        self.room -= units
        rate = self._costs.fee_rate(meeting.is_maker, self._time)
        position.reduce(INFINITY if units == held else units, price, rate)
        return units == held

    def _set_off(self, order: Order, meeting: Meeting) -> bool:
        """Sets the order off against the position, and enters with what is left."""
        if order.remaining != order.remaining:
            price = self._price_for(order, meeting, 0.0)
            direction = order.direction
            stop = self.level_price(order.stop_kind, order.stop, price, -direction, -direction)
            quantity = self._wanted_quantity(order, meeting.price, price, stop, INFINITY)
            rounded = self.round_to_step(quantity)
            if rounded <= 0:
                return True
            order.remaining = rounded
        order.remaining = self.round_to_step(order.remaining)
        if order.remaining <= 0:
            return True
        held = abs(self._position.signed_quantity)
        wanted = min(order.remaining, held)
        units = self._fillable(wanted)
        if units <= 0:
            return False
        price = self._price_for(order, meeting, units)
        self.room -= units
        rate = self._costs.fee_rate(meeting.is_maker, self._time)
        self._position.reduce(INFINITY if units == held else units, price, rate)
        order.remaining -= units
        if order.remaining <= wanted * MONEY_TOLERANCE:
            return True
        if units < wanted:
            return False
        return self._enter(order, meeting)

    def _reduce(self, order: Order, meeting: Meeting, against: bool) -> bool:
        if not against:
            return True
        position = self._position
        held = abs(position.signed_quantity)
        if not order.is_checked and not self._fix_reduction(order, meeting.price, held):
            return True
        wanted = min(order.remaining, held)
        units = self._fillable(wanted)
        if units <= 0:
            return False
        price = self._price_for(order, meeting, units)
        self.room -= units
        rate = self._costs.fee_rate(meeting.is_maker, self._time)
        is_whole = units == wanted
        position.reduce(order.remaining if is_whole else units, price, rate)
        order.remaining -= units
        return is_whole

    def _fix_reduction(self, order: Order, price: float, held: float) -> bool:
        """Fixes the units of a close; false after a rejection."""
        size_kind = order.size_kind
        size = order.size
        order.is_checked = True
        is_fixed = order.remaining == order.remaining
        if not is_fixed and size_kind == SizeKind.PERCENT and size == 100:
            order.remaining = INFINITY
            return True
        asked = held * (size / 100) if size_kind == SizeKind.PERCENT else size
        units = self.round_to_step(order.remaining if is_fixed else asked)
        if units <= 0:
            return False
        if units * price < self._account.equity_at(self._position, price) * SMALLEST_ORDER:
            return False
        order.remaining = units
        return True

    def _enter(self, order: Order, meeting: Meeting) -> bool:
        direction = order.direction
        position = self._position
        price = self._price_for(order, meeting, 0.0)
        stop = self.level_price(order.stop_kind, order.stop, price, -direction, -direction)
        target = self.level_price(order.target_kind, order.target, price, direction, direction)
        if is_wrong_side(price, stop, target, direction) or len(position.lots) >= MOST_LOTS:
            return True
        rate = self._costs.fee_rate(meeting.is_maker, self._time)
        quantity = self._entry_quantity(order, meeting.price, price, stop, rate)
        if quantity > 0 and not meeting.is_maker and self._settings.volume_slippage > 0:
            price = self._price_for(order, meeting, self._fillable(quantity))
            stop = self.level_price(order.stop_kind, order.stop, price, -direction, -direction)
            target = self.level_price(order.target_kind, order.target, price, direction, direction)
            if is_wrong_side(price, stop, target, direction):
                return True
            quantity = self._entry_quantity(order, meeting.price, price, stop, rate)
        if quantity <= 0:
            return True
        order.is_checked = True
        units = self._fillable(quantity)
        order.remaining = quantity
        if units <= 0:
            return False
        self.room -= units
        lot = position.open(direction, units, price, rate, order.id)
        lot.inside_piece = meeting.inside_piece
        lot.is_best_unknown = meeting.is_maker
        lot.stop = stop
        lot.target = target
        lot.trail = order.trail / 100 if order.trail_kind == LevelKind.PERCENT else -order.trail
        order.remaining = quantity - units
        return units == quantity

    def _wanted_quantity(self, order: Order, market: float, price: float, stop: float, free: float) -> float:
        """Units that the size of an entry asks for, with `free` cash to spend."""
        size_kind = order.size_kind
        size = order.size
        unit_cost = price * (1 + self._costs.fee_rate(False, self._time))
        if size_kind == SizeKind.UNITS:
            return size
        if size_kind == SizeKind.CASH:
            return (size - self._settings.fixed_fee) / unit_cost
        part = self._account.equity_at(self._position, market) * (size / 100)
        if size_kind == SizeKind.PERCENT:
            return min(part, free) / unit_cost
        # Where the stop lies at the price, nothing is at risk; 0 / 0 is no number.
        at_risk = divided(part, abs(price - stop))
        return at_risk if at_risk != at_risk else min(at_risk, free / unit_cost)

    def _entry_quantity(self, order: Order, market: float, price: float, stop: float, rate: float) -> float:
        """Units of an entry, or of what is left of it; 0 after a rejection."""
        settings = self._settings
        equity = self._account.equity_at(self._position, market)
        free = self._account.free_for(self._position, order.direction, market) - settings.fixed_fee
        unit_cost = price * (1 + rate)
        if order.remaining == order.remaining:
            quantity = order.remaining
        else:
            quantity = self._wanted_quantity(order, market, price, stop, free)
        # The rest of a share of the equity is what prices that have moved meanwhile leave of it.
        if order.size_kind >= SizeKind.PERCENT:
            quantity = min(quantity, free / unit_cost)
        if not free > equity * MONEY_TOLERANCE or not quantity * unit_cost <= free * (1 + MONEY_TOLERANCE):
            return 0.0
        maximum = settings.maximum_quantity
        if not order.is_checked and maximum > 0 and quantity > maximum:
            if order.size_kind == SizeKind.UNITS or order.size_kind == SizeKind.CASH:
                return 0.0
            quantity = maximum
        quantity = self.round_to_step(quantity)
        if quantity <= 0 or order.is_checked:
            return max(quantity, 0.0)
        if quantity * price < settings.minimum_notional or quantity * price < equity * SMALLEST_ORDER:
            return 0.0
        return quantity


def is_wrong_side(price: float, stop: float, target: float, direction: int) -> bool:
    """Whether an entry at `price` cannot have these levels."""
    return (price - stop) * direction <= 0 or (target - price) * direction <= 0
