"""Brings orders of one market and its prices together: whether they meet, and what follows from a fill."""

from __future__ import annotations

from .execution import Execution, Meeting
from .funding import Funding
from .levels import Levels
from .numeric import NAN
from .order import Order
from .order_book import OrderBook
from .pieces import Piece
from .position import Position
from .settings import RunSettings


class OrderMeeting:
    """`entered`: where the market stood at the last entry inside the piece of time; NaN without one."""

    __slots__ = (
        'entered', '_settings', '_position', '_execution', '_levels', '_funding', '_book', '_piece',
        '_meeting',
    )

    def __init__(
        self,
        settings: RunSettings,
        position: Position,
        execution: Execution,
        levels: Levels,
        funding: Funding,
        book: OrderBook,
        piece: Piece,
    ) -> None:
        self.entered = NAN
        self._settings = settings
        self._position = position
        self._execution = execution
        self._levels = levels
        self._funding = funding
        self._book = book
        self._piece = piece
        self._meeting = Meeting()

    def meets_open(self, order: Order) -> bool:
        """True when the open reaches what the order waits for; a stop that it reaches is triggered."""
        direction = order.direction
        open = self._piece.open
        if order.trigger > 0:
            if (open - order.trigger) * direction < 0:
                return False
            order.trigger = 0.0
            order.has_waited = False
        if order.limit == 0:
            return True
        is_through = order.has_waited and self._settings.fills_through
        distance = (open - order.limit) * direction
        return distance < 0 if is_through else distance <= 0

    def fill_at_open(self, order: Order) -> bool:
        """Fills at the open; true when nothing is left of the order."""
        is_maker = order.limit > 0 and order.has_waited
        order.met_piece = self._piece.number
        return self._fill(order, self._piece.open, is_maker, -1)

    def fill_stop(self, order: Order) -> None:
        """A price inside the piece triggers the order."""
        trigger = order.trigger
        order.trigger = 0.0
        order.met_piece = self._piece.number
        # A limit that the trigger lies beyond waits for the price to come back, which a later bar must show.
        if order.limit == 0 or (trigger - order.limit) * order.direction <= 0:
            self._fill_inside(order, trigger, False)

    def fill_limit(self, order: Order) -> None:
        """A price inside the piece is that of a waiting limit order."""
        order.met_piece = self._piece.number
        self._fill_inside(order, order.limit, True)

    def _fill_inside(self, order: Order, price: float, is_maker: bool) -> None:
        if self._fill(order, price, is_maker, self._piece.number):
            self._book.drop(order)

    def _fill(self, order: Order, price: float, is_maker: bool, inside_piece: int) -> bool:
        position = self._position
        fills = position.fills
        was_flat = position.signed_quantity == 0
        meeting = self._meeting
        meeting.price = price
        meeting.is_maker = is_maker
        meeting.inside_piece = inside_piece
        is_done = self._execution.fill(order, meeting)
        if position.fills != fills:
            if was_flat:
                self._funding.begin()
            self._book.cancel_after(order, position.signed_quantity)
            lots = position.lots
            if inside_piece >= 0 and lots and lots[-1].order_id == order.id:
                self.entered = price
            self._levels.update()
        return is_done
