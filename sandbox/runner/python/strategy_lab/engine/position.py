"""The position in one market: its entries, oldest first, all on one side."""

from __future__ import annotations

from typing import List

from .account import Account
from .costs import Costs
from .fill_hash import FillHash
from .numeric import NAN

# Slack for sums of floats where money must suffice or units must be used up, as a fraction.
MONEY_TOLERANCE = 1e-9


class Moment:
    """Where and when a fill takes place."""

    __slots__ = ('bar', 'time')

    def __init__(self) -> None:
        self.bar = 0
        self.time = 0.0


class Lot:
    """An open entry. `stop` and `target` are prices, NaN where there is none."""

    __slots__ = (
        'order_id', 'entry_bar', 'entry_price', 'inside_piece', 'is_best_unknown', 'quantity', 'entry_fee',
        'funding', 'stop', 'target', 'trail', 'best', 'is_leaving', 'met_piece',
    )

    def __init__(self, order_id: float, bar: int, price: float, quantity: float, fee: float) -> None:
        self.order_id = order_id
        self.entry_bar = bar
        self.entry_price = price
        # The piece of time inside which it was entered; -1 where that was at an open.
        self.inside_piece = -1
        # True where that piece's best price may have been before the entry, as it is for a limit order.
        self.is_best_unknown = False
        self.quantity = quantity
        # Entry fee of the quantity that is still open, and the funding that it has paid.
        self.entry_fee = fee
        self.funding = 0.0
        self.stop = NAN
        self.target = NAN
        # Distance of a trailing stop: a fraction of the best price, or units of price below 0; 0 for none.
        self.trail = 0.0
        # Best price since the entry, for the trailing stop.
        self.best = price
        # Whether it closes at the market as soon as there is volume.
        self.is_leaving = False
        # The piece of time in which its take profit was met last.
        self.met_piece = -1


class Position:
    """`signed_quantity` are the units held: above 0 long, below 0 short."""

    __slots__ = (
        'market', 'lots', 'signed_quantity', 'entry_value', 'mark', 'fills',
        '_account', '_costs', '_hash', '_moment',
    )

    def __init__(self, market: int, account: Account, costs: Costs, hash: FillHash, moment: Moment) -> None:
        self.market = market
        self.lots: List[Lot] = []
        self.signed_quantity = 0.0
        # Sum of entry price times units over the open lots.
        self.entry_value = 0.0
        # Price at which the position is valued while the market of another is at work.
        self.mark = 0.0
        self.fills = 0
        self._account = account
        self._costs = costs
        self._hash = hash
        self._moment = moment
        account.positions.append(self)

    def open(self, direction: int, quantity: float, price: float, rate: float, order_id: float) -> Lot:
        """Adds an entry of `quantity`, bought or sold at `price`. It has no levels yet."""
        value = quantity * price
        fee = self._costs.charge(self._moment.time, quantity, price, rate)
        self._account.cash -= direction * value + fee
        self.signed_quantity += direction * quantity
        self.entry_value += value
        lot = Lot(order_id, self._moment.bar, price, quantity, fee)
        self.lots.append(lot)
        self._record(direction * quantity, price)
        return lot

    def reduce(self, units: float, price: float, rate: float) -> None:
        """Closes `units`, or all there is, oldest entries first."""
        # What rounding leaves over neither stays open nor becomes a trade.
        dust = min(units, abs(self.signed_quantity)) * MONEY_TOLERANCE
        remaining = units
        for lot in self.lots:
            if remaining <= dust:
                break
            quantity = lot.quantity if lot.quantity - remaining <= dust else remaining
            remaining -= quantity
            self.close_lot(lot, quantity, price, rate)
        self.sweep()

    def close_lot(self, lot: Lot, quantity: float, price: float, rate: float) -> None:
        """Closes `quantity` of one entry; `sweep` must follow."""
        direction = 1 if self.signed_quantity > 0 else -1
        value = quantity * price
        exit_fee = self._costs.charge(self._moment.time, quantity, price, rate)
        if quantity == lot.quantity:
            entry_fee = lot.entry_fee
            funding = lot.funding
        else:
            entry_fee = lot.entry_fee * (quantity / lot.quantity)
            funding = lot.funding * (quantity / lot.quantity)
        self._account.cash += direction * value - exit_fee
        lot.quantity -= quantity
        lot.entry_fee -= entry_fee
        lot.funding -= funding
        self.entry_value -= quantity * lot.entry_price
        self._record(-direction * quantity, price)

    def sweep(self) -> None:
        """Drops empty entries and sums the rest anew, so that no rounding of earlier trades stays behind."""
        direction = 1 if self.signed_quantity > 0 else -1
        quantity = 0.0
        value = 0.0
        kept = [lot for lot in self.lots if lot.quantity > 0]
        for lot in kept:
            quantity += lot.quantity
            value += lot.quantity * lot.entry_price
        self.lots[:] = kept
        self.signed_quantity = direction * quantity if kept else 0.0
        self.entry_value = value

    def pay_funding(self, rate: float, price: float) -> None:
        """Pays funding on the position's value at `price`: longs to shorts where the rate is above 0."""
        direction = 1 if self.signed_quantity > 0 else -1
        for lot in self.lots:
            amount = direction * lot.quantity * price * rate
            lot.funding += amount
            self._account.cash -= amount

    def _record(self, signed_quantity: float, price: float) -> None:
        self.fills += 1
        account = self._account
        account.is_carried = False
        add = self._hash.add
        if len(account.positions) > 1:
            add(self.market)
        add(self._moment.bar)
        add(signed_quantity)
        add(price)
