"""The cash of a run and the positions of all its markets: one equity, one margin."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

from .numeric import NAN
from .settings import RunSettings

if TYPE_CHECKING:
    from .position import Position


class Account:
    """`is_carried` is true while no price that the bars at work can bring uses up the margin."""

    __slots__ = ('settings', 'positions', 'cash', 'is_bankrupt', 'is_carried')

    def __init__(self, settings: RunSettings) -> None:
        self.settings = settings
        self.positions: List[Position] = []
        self.cash = settings.cash
        # True once the equity was used up: no order is taken any more.
        self.is_bankrupt = False
        self.is_carried = False

    def equity_at(self, own: Position, price: float) -> float:
        """Equity with the position `own` marked at `price` and all others at their last marks."""
        equity = self.cash + own.signed_quantity * price
        for other in self.positions:
            if other is not own:
                equity += other.signed_quantity * other.mark
        return equity

    @property
    def equity(self) -> float:
        """Equity with each position at its last mark."""
        equity = self.cash
        for position in self.positions:
            equity += position.signed_quantity * position.mark
        return equity

    def free_for(self, own: Position, direction: int, price: float) -> float:
        """Cash that an order in `direction` may use up, its own position marked at `price`."""
        if self.settings.leverage == 1 and len(self.positions) == 1:
            if direction > 0:
                return self.cash
            return self.equity_at(own, price) + own.signed_quantity * price
        gross = abs(own.signed_quantity) * price
        for other in self.positions:
            if other is not own:
                gross += abs(other.signed_quantity) * other.mark
        return self.equity_at(own, price) * self.settings.leverage - gross

    def liquidation_price(self, own: Position) -> float:
        """Price of `own`, which is not flat, that makes the equity the maintenance margin; NaN for none."""
        margin = self.settings.maintenance_margin
        rest = self.cash
        for other in self.positions:
            if other is own:
                continue
            value = other.signed_quantity * other.mark
            rest += value - margin * abs(value)
        quantity = own.signed_quantity
        price = -rest / (quantity - margin * abs(quantity))
        return price if price > 0 else NAN

    @property
    def is_below_maintenance(self) -> bool:
        """True when the equity at the last marks does not cover the maintenance margin."""
        needed = 0.0
        for position in self.positions:
            needed += abs(position.signed_quantity) * position.mark
        return self.equity <= needed * self.settings.maintenance_margin

    def judge(self) -> None:
        """Notes whether there is still something to trade with."""
        if self.equity <= 0:
            self.is_bankrupt = True
