"""Stop losses, take profits and trailing stops of the entries of one market, and its liquidation."""

from __future__ import annotations

from typing import Optional, Tuple

from .account import Account
from .costs import Costs
from .numeric import INFINITY
from .pieces import Piece
from .position import Lot, Position

# What a piece of time reaches first of its kind: the distance from its open, and the entry.
Reached = Tuple[float, Lot]


class Levels:
    """Between `lower` and `upper` no piece of time can close an entry."""

    __slots__ = (
        'lower', 'upper', 'own_lower', 'own_upper', 'is_moving', 'is_restless', '_position', '_account',
        '_costs',
    )

    def __init__(self, position: Position, account: Account, costs: Costs) -> None:
        self.lower = -INFINITY
        self.upper = INFINITY
        # The nearest of those that the entries have of their own.
        self.own_lower = -INFINITY
        self.own_upper = INFINITY
        # True when a piece of time between those changes an entry too.
        self.is_moving = False
        # True when a piece of time between all of them can change something too.
        self.is_restless = False
        self._position = position
        self._account = account
        self._costs = costs

    def update(self) -> None:
        """Finds the nearest levels anew: after each fill, and when the account or an entry has changed."""
        position = self._position
        account = self._account
        lower = -INFINITY
        upper = INFINITY
        is_moving = False
        if position.signed_quantity != 0:
            is_long = position.signed_quantity > 0
            for lot in position.lots:
                stop = lot.stop if lot.trail == 0 else self.stop_of(lot)
                below, above = (stop, lot.target) if is_long else (lot.target, stop)
                if below > lower:
                    lower = below
                if above < upper:
                    upper = above
                if lot.trail != 0 or lot.is_leaving:
                    is_moving = True
        self.own_lower = lower
        self.own_upper = upper
        self.is_moving = is_moving
        self.is_restless = is_moving or account.settings.funding_rate != 0 or len(account.positions) > 1
        self.update_ruin()

    def update_ruin(self) -> None:
        """Finds the nearest levels anew where the entries are as they were, and the account is not."""
        self.lower = self.own_lower
        self.upper = self.own_upper
        position = self._position
        if position.signed_quantity == 0 or self._account.is_carried:
            return
        ruin = self._account.liquidation_price(position)
        if position.signed_quantity > 0:
            if ruin > self.lower:
                self.lower = ruin
        elif ruin < self.upper:
            self.upper = ruin

    def set(self, stop: float, target: float, trail: float, open: float) -> None:
        """Gives every entry new levels; NaN, or a trail of 0, leaves one. A new trail begins at `open`."""
        for lot in self._position.lots:
            if stop == stop:
                lot.stop = stop
            if target == target:
                lot.target = target
            if trail != 0:
                lot.trail = trail
                lot.best = open
        self.update()

    def contain(self, piece: Piece) -> bool:
        """True when the piece of time lies between the levels."""
        return piece.low > self.lower and piece.high < self.upper

    def stop_of(self, lot: Lot) -> float:
        """The nearer of stop loss and trailing stop; NaN where an entry has none."""
        stop = lot.stop
        trail = lot.trail
        if trail == 0:
            return stop
        is_long = self._position.signed_quantity > 0
        away = -1 if is_long else 1
        wanted = lot.best * (1 + away * trail) if trail > 0 else lot.best - away * trail
        trailing = self._costs.to_step(wanted, away)
        if stop != stop:
            return trailing
        return max(stop, trailing) if is_long else min(stop, trailing)

    def nearest_stop(self, piece: Piece) -> Optional[Reached]:
        """The entry whose stop the piece reaches first."""
        is_long = self._position.signed_quantity > 0
        nearest = None
        nearest_distance = INFINITY
        for lot in self._position.lots:
            if lot.is_leaving:
                continue
            stop = self.stop_of(lot)
            if not (piece.low <= stop if is_long else piece.high >= stop):
                continue
            distance = abs(stop - piece.open)
            if distance < nearest_distance:
                nearest_distance = distance
                nearest = (distance, lot)
        return nearest

    def nearest_target(self, piece: Piece) -> Optional[Reached]:
        """The entry whose take profit the piece reaches first, among those that it can have reached."""
        is_long = self._position.signed_quantity > 0
        is_through = self._account.settings.fills_through
        best = piece.high if is_long else piece.low
        number = piece.number
        nearest = None
        nearest_distance = INFINITY
        for lot in self._position.lots:
            target = lot.target
            if lot.is_leaving or lot.met_piece == number:
                continue
            if lot.inside_piece == number and lot.is_best_unknown:
                continue
            if not (best >= target if is_long else best <= target) or (is_through and best == target):
                continue
            distance = abs(target - piece.open)
            if distance < nearest_distance:
                nearest_distance = distance
                nearest = (distance, lot)
        return nearest

    def trail(self, piece: Piece) -> None:
        """Moves the trailing stops: what the piece of time reached counts from the next one on."""
        is_long = self._position.signed_quantity > 0
        for lot in self._position.lots:
            if lot.trail == 0:
                continue
            reached = piece.high if is_long else piece.low
            if lot.inside_piece == piece.number and lot.is_best_unknown:
                reached = piece.close
            lot.best = max(lot.best, reached) if is_long else min(lot.best, reached)
        self.update()
