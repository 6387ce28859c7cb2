"""One account and a broker for each market of the run."""

from __future__ import annotations

from typing import List, Optional

from .account import Account
from .broker import Broker
from .columns import CandleColumns
from .costs import Costs
from .exclusions import Exclusions
from .fill_hash import FillHash
from .numeric import INFINITY
from .position import MONEY_TOLERANCE, Moment, Position
from .settings import RunSettings
from .timeline import FinerCursor


class Portfolio:
    """`hash` is over the fills of all markets in their order."""

    __slots__ = ('account', 'brokers', 'hash', '_moment', '_has_finer')

    def __init__(self, settings: RunSettings, markets: int) -> None:
        self.hash = FillHash()
        self.account = Account(settings)
        self._moment = Moment()
        # True once a market has given finer bars.
        self._has_finer = False
        costs = Costs(settings)
        exclusions = Exclusions()
        positions = [
            Position(market, self.account, costs, self.hash, self._moment) for market in range(markets)
        ]
        self.brokers: List[Broker] = [
            Broker(position, self.account, costs, self._moment, exclusions) for position in positions
        ]

    @property
    def fills(self) -> int:
        return sum(broker.position.fills for broker in self.brokers)

    def face(self, market: int, columns: CandleColumns, index: int, finer: Optional[FinerCursor]) -> None:
        """Takes a bar of one market for the time at work. `live` follows once all have given theirs."""
        if finer is not None:
            self._has_finer = True
        broker = self.brokers[market]
        if broker.is_busy:
            broker.face(columns, index, finer)

    def live(self, bar: int, time: float) -> None:
        """Lives through time number `bar` of the run with the bars given for it."""
        self._moment.bar = bar
        self._moment.time = time
        is_quiet = self._is_quiet()
        if not is_quiet:
            self._live_pieces()
        for broker in self.brokers:
            if broker.is_faced:
                broker.end()
        if not is_quiet:
            self._close_time()

    def _is_quiet(self) -> bool:
        """True when no order, level or margin can be met at this time, as is so most of the time."""
        for broker in self.brokers:
            if broker.is_faced and not broker.is_calm:
                return False
        return self._is_carried()

    def _is_carried(self) -> bool:
        """True when no prices within the bars at work can use up the margin of the positions as they are."""
        cash = self.account.cash
        worth = cash
        size = abs(cash)
        for broker in self.brokers:
            value = broker.worst_value
            worth += value
            size += abs(value)
        return worth > size * MONEY_TOLERANCE

    def _live_pieces(self) -> None:
        """Piece by piece by their opens; at one open all are marked first, then each meets its orders.

        The insides come after all opens: what a market earns after an open is no cash at the open of another.
        """
        faced = [broker for broker in self.brokers if broker.is_faced]
        for broker in faced:
            broker.begin()
        while True:
            if self._has_finer:
                time = self._next_time(faced)
                if time == INFINITY:
                    break
                opened = [broker for broker in faced if broker.next_time == time]
            else:
                opened = faced
            for broker in opened:
                broker.take()
            for broker in opened:
                self._judge_margin()
                broker.open()
            for broker in opened:
                self._judge_margin()
                broker.live()
            if not self._has_finer:
                break
        self.account.is_carried = False

    def _judge_margin(self) -> None:
        """Finds out whether the bars at work can use up the margin; each fill makes it unknown again."""
        # Finer bars may reach beyond the bar that they lie in.
        if not self.account.is_carried and not self._has_finer:
            self.account.is_carried = self._is_carried()

    def _next_time(self, faced: List[Broker]) -> float:
        """Open time of the next piece of any market; infinite where none is left."""
        time = INFINITY
        for broker in faced:
            time = min(time, broker.next_time)
        return time

    def _close_time(self) -> None:
        """Judges the account once all markets have lived through one time, and liquidates what it must."""
        account = self.account
        is_invested = any(broker.position.signed_quantity != 0 for broker in self.brokers)
        if is_invested and account.is_below_maintenance:
            for broker in self.brokers:
                broker.liquidate(broker.position.mark)
        account.judge()
