"""Executes the orders of one market bar by bar."""

from __future__ import annotations

from typing import List, Optional

from .account import Account
from .columns import CandleColumns
from .costs import Costs
from .exclusions import Exclusions
from .execution import Execution, is_wrong_side
from .exits import Exits
from .funding import Funding
from .intents import LevelKind, Operation
from .levels import Levels
from .numeric import INFINITY, NAN
from .order import Order
from .order_book import OrderBook
from .order_meeting import OrderMeeting
from .pieces import Pieces
from .position import Moment, Position
from .timeline import FinerCursor

# Orders that one market keeps waiting at most.
MOST_WAITING = 1000


class Broker:
    """`is_busy` is true when the next bar can change anything: an order waits or a position is open."""

    __slots__ = (
        'position', 'account', 'is_busy', 'is_faced', '_settings', '_costs', '_execution', '_moment', '_book',
        '_exclusions', '_meeting', '_pieces', '_piece', '_levels', '_exits', '_funding',
    )

    def __init__(
        self, position: Position, account: Account, costs: Costs, moment: Moment, exclusions: Exclusions
    ) -> None:
        settings = account.settings
        self.position = position
        self.account = account
        self.is_busy = False
        # True while there is a bar at work.
        self.is_faced = False
        self._settings = settings
        self._costs = costs
        self._moment = moment
        self._exclusions = exclusions
        self._pieces = Pieces()
        # The piece of time at work.
        self._piece = self._pieces.current
        self._execution = Execution(account, position, costs)
        self._funding = Funding(settings, position, moment)
        self._levels = Levels(position, account, costs)
        self._book = OrderBook(costs, exclusions)
        self._meeting = OrderMeeting(
            settings, position, self._execution, self._levels, self._funding, self._book, self._piece
        )
        self._exits = Exits(
            account, position, costs, moment, self._execution, self._levels, self._book, self._piece
        )

    def is_open(self, id: float) -> bool:
        return self._book.is_open(id)

    def submit(self, row: List[float], bar: int) -> None:
        """Takes a checked intent row given on bar `bar`; it arrives at the open of the next one, or later."""
        self._book.arriving.append(Order(row, bar + 1 + self._settings.latency_bars))
        self.is_busy = True

    def step(self, columns: CandleColumns, index: int, bar: int, finer: Optional[FinerCursor]) -> None:
        """Lives through bar number `bar` of a run of one market, which stands at `index` in `columns`."""
        levels = self._levels
        book = self._book
        if (
            not levels.is_restless
            and columns.low[index] > levels.lower
            and columns.high[index] < levels.upper
            and not book.arriving
            and not book.waiting
        ):
            return
        position = self.position
        account = self.account
        piece = self._piece
        pieces = self._pieces
        self._moment.bar = bar
        self._moment.time = columns.time[index]
        self.face(columns, index, finer)
        self.begin()
        while pieces.has_next:
            self.take()
            self.open()
            self.live()
            position.mark = piece.close
            if position.signed_quantity != 0 and account.is_below_maintenance:
                self.liquidate(piece.close)
            account.judge()

    def pay_funding(self, rate: float, columns: CandleColumns, index: int, bar: int) -> None:
        """Pays funding of `rate` at the open of bar number `bar`, the next one, which stands at `index`."""
        self._moment.bar = bar
        self._moment.time = columns.time[index]
        self.position.pay_funding(rate, columns.open[index])
        self._levels.update()

    def face(self, columns: CandleColumns, index: int, finer: Optional[FinerCursor]) -> None:
        """Takes the bar at `index` of `columns` for the one at work, until `end`."""
        self._pieces.begin(columns, index, finer)
        self.is_faced = True

    @property
    def is_calm(self) -> bool:
        """True when the bar at work can change nothing, unless the account no longer carries the position."""
        pieces = self._pieces
        levels = self._levels
        return (
            self._book.size == 0
            and not levels.is_moving
            and pieces.bars.low[pieces.bar] > levels.own_lower
            and pieces.bars.high[pieces.bar] < levels.own_upper
            and not self._funding.is_due
        )

    @property
    def worst_value(self) -> float:
        """Value of the position less its margin, at the worst price of the bar at work or at the mark."""
        quantity = self.position.signed_quantity
        if quantity == 0:
            return 0.0
        margin = self._settings.maintenance_margin
        pieces = self._pieces
        is_long = quantity > 0
        if self.is_faced:
            worst = (pieces.bars.low if is_long else pieces.bars.high)[pieces.bar]
        else:
            worst = self.position.mark
        return quantity * worst * (1 - margin if is_long else 1 + margin)

    def begin(self) -> None:
        """Begins the bar at work: what is due pays funding, what has waited too long expires."""
        if self._funding.is_due:
            self._funding.pay(self._pieces.bars.open[self._pieces.bar])
            self._levels.update()
        if self._book.waiting:
            self._book.expire(self._moment.time)

    def end(self) -> None:
        """Ends the bar at work, which the position is marked at the close of."""
        self.position.mark = self._pieces.bars.close[self._pieces.bar]
        self.is_faced = False

    @property
    def next_time(self) -> float:
        """Open time of the bar's next piece of time; infinite where none is left."""
        return self._pieces.next_time

    def take(self) -> None:
        """Moves on to the next piece of time, and marks the position at its open."""
        pieces = self._pieces
        pieces.take()
        self._meeting.entered = NAN
        self.position.mark = self._piece.open
        self._execution.begin(pieces.bars, pieces.bar, self._piece.volume)

    def open(self) -> None:
        """The open of the piece of time: what waits and what arrives, then the levels that it has passed."""
        if len(self.account.positions) > 1:
            self._levels.update_ruin()
        book = self._book
        due = book.take_due(self._moment.bar)
        if self._levels.is_moving:
            self._exits.leave_at_open()
        if book.waiting:
            self._meet_open()
        for order in due:
            self._take(order)
        if self.position.signed_quantity != 0:
            self._exits.close_at_open()

    def live(self) -> None:
        """What the piece of time reaches after its open, to its close; marked where its market stood last."""
        if len(self.account.positions) > 1:
            self._levels.update_ruin()
        self._meet_range()
        if self._levels.is_moving:
            self._levels.trail(self._piece)
        self.is_busy = self.position.signed_quantity != 0 or self._book.size > 0

    def liquidate(self, price: float) -> None:
        """Closes everything at `price` because the account no longer carries it, and cancels what waits."""
        self._exits.liquidate(price)
        self.is_busy = self._book.size > 0

    # What arrives

    def _take(self, order: Order) -> None:
        if self.account.is_bankrupt:
            return
        if order.operation == Operation.PROTECT:
            self._protect(order)
        elif self._moment.time < order.good_till:
            self._place(order)

    def _place(self, order: Order) -> None:
        held = self.position.signed_quantity
        if order.operation == Operation.CLOSE:
            order.direction = 1 if held < 0 else -1
        direction = order.direction
        if order.limit > 0:
            order.limit = self._costs.to_step(order.limit, -direction)
        if order.trigger > 0:
            order.trigger = self._costs.to_step(order.trigger, direction)
        own = order.limit if order.limit > 0 else order.trigger
        if own > 0 and not self._can_wait(order, own, held):
            return
        if self._exclusions.excludes(order):
            return
        if self._meeting.meets_open(order) and self._meeting.fill_at_open(order):
            return
        order.has_waited = True
        self._book.waiting.append(order)

    def _can_wait(self, order: Order, own: float, held: float) -> bool:
        direction = order.direction
        is_reduction = order.is_reduction
        if is_reduction and held * direction >= 0:
            return False
        execution = self._execution
        stop = execution.level_price(order.stop_kind, order.stop, own, -direction, -direction)
        target = execution.level_price(order.target_kind, order.target, own, direction, direction)
        if is_wrong_side(own, stop, target, direction):
            return False
        return is_reduction or len(self._book.waiting) < MOST_WAITING

    def _protect(self, order: Order) -> None:
        position = self.position
        if position.signed_quantity == 0:
            return
        is_long = position.signed_quantity > 0
        away = -1 if is_long else 1
        open = self._piece.open
        execution = self._execution
        stop = execution.level_price(order.stop_kind, order.stop, open, away, away)
        target = execution.level_price(order.target_kind, order.target, open, -away, -away)
        # A limit order at a price that is already there is a market order: without this, a far target would
        # be a way out that pays no slippage. A stop that the open has passed closes there in the same bar.
        if open >= target if is_long else open <= target:
            for lot in position.lots:
                self._exits.close(lot, open, False)
            self._exits.sweep()
            return
        trail = order.trail / 100 if order.trail_kind == LevelKind.PERCENT else -order.trail
        self._levels.set(stop, target, trail, open)

    # What waits

    def _meet_open(self) -> None:
        waiting = self._book.waiting
        for order in list(waiting):
            if order not in waiting:
                continue
            is_done = self._meeting.meets_open(order) and self._meeting.fill_at_open(order)
            order.has_waited = True
            if is_done:
                self._book.drop(order)

    def _meet_range(self) -> None:
        """What the piece of time reaches after its open: stops before limits, of each the nearest first."""
        while True:
            has_levels = self.position.signed_quantity != 0 and not self._levels.contain(self._piece)
            if not has_levels and not self._book.waiting:
                return
            if not self._meet_nearest_stop(has_levels) and not self._meet_nearest_limit(has_levels):
                return

    def _meet_nearest_stop(self, has_levels: bool) -> bool:
        piece = self._piece
        is_long = self.position.signed_quantity > 0
        reached = self._levels.nearest_stop(piece) if has_levels else None
        reached_distance = INFINITY if reached is None else reached[0]
        ruin = self.account.liquidation_price(self.position) if has_levels else NAN
        is_ruined = piece.low <= ruin if is_long else piece.high >= ruin
        ruin_distance = abs(ruin - piece.open) if is_ruined else INFINITY
        order = self._book.nearest_stop(piece, min(reached_distance, ruin_distance))
        if order is not None:
            self.position.mark = order.trigger
            self._meeting.fill_stop(order)
        elif is_ruined and ruin_distance < reached_distance:
            entered = self._meeting.entered
            stood = ruin if entered != entered else entered
            self.liquidate(min(ruin, stood) if is_long else max(ruin, stood))
        elif reached is not None:
            lot = reached[1]
            stop = self._levels.stop_of(lot)
            self.position.mark = stop
            self._exits.close(lot, stop, False)
            self._exits.sweep()
        else:
            return False
        return True

    def _meet_nearest_limit(self, has_levels: bool) -> bool:
        piece = self._piece
        reached = self._levels.nearest_target(piece) if has_levels else None
        distance = INFINITY if reached is None else reached[0]
        order = self._book.nearest_limit(piece, distance, self._settings.fills_through)
        if order is not None:
            self.position.mark = order.limit
            self._meeting.fill_limit(order)
        elif reached is not None:
            lot = reached[1]
            lot.met_piece = piece.number
            self.position.mark = lot.target
            self._exits.close(lot, lot.target, True)
            self._exits.sweep()
        else:
            return False
        return True
