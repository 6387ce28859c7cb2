"""The orders of one market: on their way to it, and waiting in it for a price or for volume."""

from __future__ import annotations

from typing import List, Optional

from .costs import Costs
from .exclusions import Exclusions
from .intents import Operation, SizeKind
from .order import Order
from .pieces import Piece


class OrderBook:
    """`arriving` are in the order given, `waiting` oldest first."""

    __slots__ = ('arriving', 'waiting', '_costs', '_exclusions')

    def __init__(self, costs: Costs, exclusions: Exclusions) -> None:
        self.arriving: List[Order] = []
        self.waiting: List[Order] = []
        self._costs = costs
        self._exclusions = exclusions
        exclusions.books.append(self)

    @property
    def size(self) -> int:
        return len(self.arriving) + len(self.waiting)

    def is_open(self, id: float) -> bool:
        return any(order.id == id for order in self.arriving) or any(
            order.id == id for order in self.waiting
        )

    def take_due(self, bar: int) -> List[Order]:
        """Takes out the orders that arrive at bar `bar`; what cancels or replaces does so here."""
        arriving = self.arriving
        due: List[Order] = []
        count = 0
        for order in arriving:
            if order.arrives_at > bar:
                break
            count += 1
            if order.operation < Operation.CANCEL:
                due.append(order)
            elif order.operation == Operation.CANCEL:
                self._cancel(order, due)
            else:
                self._replace(order, due)
        del arriving[:count]
        return due

    def nearest_stop(self, piece: Piece, distance: float) -> Optional[Order]:
        """The waiting stop order nearest to the open that the piece triggers, nearer than `distance`."""
        nearest = None
        for order in self.waiting:
            trigger = order.trigger
            if trigger == 0 or not (piece.high >= trigger if order.direction > 0 else piece.low <= trigger):
                continue
            own = abs(trigger - piece.open)
            if own >= distance:
                continue
            distance = own
            nearest = order
        return nearest

    def nearest_limit(self, piece: Piece, distance: float, is_through: bool) -> Optional[Order]:
        """As `nearest_stop`, of the limit orders that the piece fills and that it has not met yet."""
        nearest = None
        for order in self.waiting:
            if order.met_piece == piece.number or not _reaches_limit(piece, order, is_through):
                continue
            own = abs(order.limit - piece.open)
            if own >= distance:
                continue
            distance = own
            nearest = order
        return nearest

    def drop(self, order: Order) -> None:
        """Takes an order out of those that wait."""
        if order in self.waiting:
            self.waiting.remove(order)

    def expire(self, time: float) -> None:
        kept = []
        for order in self.waiting:
            order.bars_left -= 1
            if order.bars_left > 0 and time < order.good_till:
                kept.append(order)
        self.waiting[:] = kept

    def cancel_all(self) -> None:
        self.waiting.clear()

    def cancel_after(self, order: Order, held: float) -> None:
        """Cancels what the fill of `order` excludes, and closes of a position that is no longer there."""
        self._exclusions.note_fill(order)
        for book in self._exclusions.books:
            if book is not self and book.waiting:
                book.waiting[:] = [other for other in book.waiting if not _is_pair(order, other)]
        if self.waiting:
            self.waiting[:] = [
                other
                for other in self.waiting
                if other is order
                or not (_is_pair(order, other) or (other.is_reduction and held * other.direction >= 0))
            ]

    def cancel_reductions(self) -> None:
        self.waiting[:] = [order for order in self.waiting if not order.is_reduction]

    def _cancel(self, change: Order, due: List[Order]) -> None:
        reference = change.reference
        for orders in (self.waiting, due):
            orders[:] = [
                order
                for order in orders
                if order.operation == Operation.PROTECT or (reference != 0 and order.id != reference)
            ]

    def _replace(self, change: Order, due: List[Order]) -> None:
        order = _find(self.waiting, change.reference)
        waits = order is not None
        if order is None:
            order = _find(due, change.reference)
        if order is None:
            return
        if change.limit > 0:
            order.limit = change.limit
        if change.trigger > 0:
            order.trigger = change.trigger
        if waits:
            if order.limit > 0:
                order.limit = self._costs.to_step(order.limit, -order.direction)
            if order.trigger > 0:
                order.trigger = self._costs.to_step(order.trigger, order.direction)
        if change.size_kind == SizeKind.UNITS:
            order.remaining = change.size
            order.is_checked = False
        order.has_waited = False


def _find(orders: List[Order], id: float) -> Optional[Order]:
    for order in orders:
        if order.id == id and order.operation != Operation.PROTECT:
            return order
    return None


def _is_pair(one: Order, other: Order) -> bool:
    return other.reference == one.id or one.reference == other.id


def _reaches_limit(piece: Piece, order: Order, is_through: bool) -> bool:
    """Whether the piece of time fills a waiting limit order: at its price, or only beyond it."""
    if order.limit == 0 or order.trigger > 0:
        return False
    direction = order.direction
    distance = ((piece.low if direction > 0 else piece.high) - order.limit) * direction
    return distance < 0 if is_through else distance <= 0
