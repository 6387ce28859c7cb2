"""Closes the entries of one market: at their levels, and where the account no longer carries them."""

from __future__ import annotations

from .account import Account
from .costs import Costs
from .execution import Execution
from .levels import Levels
from .numeric import INFINITY
from .order_book import OrderBook
from .pieces import Piece
from .position import Lot, Moment, Position


class Exits:
    """All that ends an entry without an order of its own."""

    __slots__ = ('_account', '_position', '_costs', '_moment', '_execution', '_levels', '_book', '_piece')

    def __init__(
        self,
        account: Account,
        position: Position,
        costs: Costs,
        moment: Moment,
        execution: Execution,
        levels: Levels,
        book: OrderBook,
        piece: Piece,
    ) -> None:
        self._account = account
        self._position = position
        self._costs = costs
        self._moment = moment
        self._execution = execution
        self._levels = levels
        self._book = book
        self._piece = piece

    def liquidate(self, price: float) -> None:
        """Closes everything at `price` because the account no longer carries it, and cancels what waits."""
        position = self._position
        settings = self._account.settings
        held = abs(position.signed_quantity)
        if held > 0:
            taken = self._execution.taken_price(price, -1 if position.signed_quantity > 0 else 1, held)
            rate = self._costs.fee_rate(False, self._moment.time) + settings.liquidation_fee
            position.reduce(INFINITY, taken, rate)
            # What is left then is rounding.
            if settings.maintenance_margin == 0:
                self._account.is_bankrupt = True
        self._book.cancel_all()
        self._levels.update()

    def close(self, lot: Lot, price: float, is_maker: bool) -> None:
        """Closes an entry at one of its levels, as far as there is volume; `sweep` must follow."""
        is_whole = self._execution.close_lot(lot, lot.quantity, price, is_maker)
        # A stop that found too little volume goes on as a market order, a take profit waits at its price.
        if not is_whole and not is_maker:
            lot.is_leaving = True

    def leave_at_open(self) -> None:
        """Closes at the open what found too little volume at its stop."""
        has_left = False
        for lot in self._position.lots:
            if not lot.is_leaving:
                continue
            has_left = True
            self._execution.close_lot(lot, lot.quantity, self._piece.open, False)
        if has_left:
            self.sweep()

    def close_at_open(self) -> None:
        """Closes the entries whose levels the open has passed, and everything beyond the margin."""
        open = self._piece.open
        levels = self._levels
        if open > levels.lower and open < levels.upper:
            return
        position = self._position
        account = self._account
        is_long = position.signed_quantity > 0
        ruin = account.liquidation_price(position)
        is_ruined = open <= ruin if is_long else open >= ruin
        is_through = account.settings.fills_through
        # Closing empties lots and leaves them in the list until the sweep.
        for lot in position.lots:
            if lot.is_leaving:
                continue
            stop = levels.stop_of(lot)
            target = lot.target
            if open <= stop if is_long else open >= stop:
                # The margin comes first where the stop lies beyond it.
                if is_ruined and (stop < ruin if is_long else stop > ruin):
                    continue
                self.close(lot, open, False)
            elif (open >= target if is_long else open <= target) and not (is_through and open == target):
                lot.met_piece = self._piece.number
                self.close(lot, open, True)
        self.sweep()
        if position.signed_quantity == 0:
            return
        left = account.liquidation_price(position)
        if open <= left if is_long else open >= left:
            self.liquidate(open)

    def sweep(self) -> None:
        """Drops what is closed, and the orders that could only have closed it."""
        self._position.sweep()
        if self._position.signed_quantity == 0:
            self._book.cancel_reductions()
        self._levels.update()
