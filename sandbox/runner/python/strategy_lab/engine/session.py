"""Runs one strategy with one parameter set over bars that come in pieces, and never knows how many will."""

from __future__ import annotations

from typing import Callable, List, Mapping, Sequence

from .bars_block import Block, read_block
from .broker import Broker
from .context import Context, Market, Params, open_next
from .funding import RecordedFunding
from .higher_timeframes import HigherTimeframes
from .indicators.create import IndicatorMaker, Indicators
from .intents import IntentTable
from .market_views import Account, Bar, Bars, Position, RunClock
from .numeric import INFINITY
from .orders import OrderNumbers, Orders
from .plots import Plots
from .portfolio import Portfolio
from .random import seeded_random
from .sealed import put
from .series import BLOCK_BARS, BarWindow
from .settings import RunSettings
from .strategy_api import Strategy
from .timeframes import TIMEFRAME_MILLISECONDS
from .timeline import FinerCursor, MarketPiece, next_time


class NextError(Exception):
    """A strategy failed in `next`; `cause` is what it raised."""

    def __init__(self, cause: BaseException, bar: int, time: float) -> None:
        super().__init__('the strategy failed in next')
        self.cause = cause
        self.bar = bar
        self.time = time


class Freshness:
    """Whether a bar of a market has just closed."""

    __slots__ = ('is_fresh',)

    def __init__(self) -> None:
        self.is_fresh = True


class SessionMarket:
    """One market as the session keeps it."""

    __slots__ = ('window', 'maker', 'broker', 'view', 'freshness', 'warm_up', 'finer', 'funding', 'higher')

    def __init__(self, symbol: str, timeframe: str, broker: Broker) -> None:
        self.window = BarWindow()
        self.maker = IndicatorMaker(self.window)
        self.broker = broker
        self.freshness = Freshness()
        # Bars of this market before its slowest indicator has a value.
        self.warm_up = 0
        self.finer = FinerCursor(TIMEFRAME_MILLISECONDS[timeframe])
        self.funding = RecordedFunding()
        self.higher = HigherTimeframes(timeframe)
        self.view = Market(symbol, Indicators(self.maker), Bars(self.window), self.higher.take)

    def open_next(self, orders: Orders, clock: RunClock) -> None:
        """Ends `setup` and gives the strategy what is there in `next` only."""
        self.warm_up = self.maker.seal()
        self.higher.seal()
        put(self.view, 'bar', Bar(self.window))
        put(self.view, 'position', Position(self.broker.position, self.window, clock))
        put(self.view, 'orders', orders)
        put(self.view, '_freshness', self.freshness)


class StrategySession:
    """`warm_up`: bars of each market before the first `next`; more where a higher timeframe takes longer."""

    __slots__ = (
        'portfolio', 'intents', 'warm_up', 'plots', '_record_plots', '_first_bar', '_next', '_markets',
        '_numbers',
        '_clock', '_context', '_is_warm',
    )

    def __init__(
        self,
        strategy: Strategy,
        *,
        settings: Mapping,
        symbols: Sequence[str],
        timeframe: str,
        params: Mapping[str, float],
        first_bar: int,
        intents_per_bar: int,
        record_plots: bool,
        log: Callable[[str], None],
    ) -> None:
        """Calls the strategy's `setup`; what it raises is raised on.

        `settings` are the host's, with its names. `next` is not called before `first_bar`: the run begins
        flat there, its indicators warm.
        """
        run_settings = RunSettings(settings)
        self.portfolio = Portfolio(run_settings, len(symbols))
        # Intents of the bars fed since `intents.clear()`.
        self.intents = IntentTable()
        self._record_plots = record_plots
        self._first_bar = first_bar
        self._numbers = OrderNumbers(intents_per_bar)
        self._clock = RunClock()
        self._is_warm = False
        self._markets = [
            SessionMarket(symbol, timeframe, broker)
            for symbol, broker in zip(symbols, self.portfolio.brokers)
        ]
        self.plots = Plots(self._markets[0].window)
        views = tuple(market.view for market in self._markets)
        self._context = Context(Params(params), views, self.plots.declare)
        result: object = strategy.setup(self._context)
        if hasattr(result, '__await__') or hasattr(result, '__next__'):
            raise TypeError('setup must be a plain method, not async and no generator')
        self.plots.seal()
        for market in self._markets:
            market.open_next(Orders(market.broker, self.intents, self._numbers), self._clock)
        self.warm_up = max(market.warm_up for market in self._markets)
        windows = [market.window for market in self._markets]
        account = Account(self.portfolio.account, windows)
        open_next(self._context, account, seeded_random(run_settings.seed), log)
        self._next = strategy.next

    def feed(self, block: Block) -> int:
        """Runs over the next bars of each market, as bars_block has them, and returns the times lived.

        With several markets the pieces end at the same time. Raises NextError where the strategy fails.
        """
        pieces = read_block(block)
        if len(pieces) != len(self._markets):
            raise ValueError(f'bars of {len(pieces)} markets for {len(self._markets)}')
        if self._record_plots:
            self.plots.begin(pieces[0].count)
        for market, piece in zip(self._markets, pieces):
            market.finer.begin(piece.finer)
            market.funding.begin(piece.funding)
        self._numbers.is_open = True
        times = self._feed_one(pieces[0]) if len(pieces) == 1 else self._feed_all(pieces)
        self._numbers.is_open = False
        return times

    def _feed_one(self, piece: MarketPiece) -> int:
        market = self._markets[0]
        window = market.window
        for start in range(0, piece.count, BLOCK_BARS):
            end = min(start + BLOCK_BARS, piece.count)
            window.append(piece.columns, start, end)
            market.higher.append(window, end - start)
            if self._record_plots:
                self.plots.record(window.length - (end - start), window.length, start)
            self._run_block(end - start)
        return piece.count

    def _run_block(self, count: int) -> None:
        market = self._markets[0]
        window, broker, finer = market.window, market.broker, market.finer
        funding, higher = market.funding, market.higher
        columns = window.columns
        time = columns.time
        clock, numbers = self._clock, self._numbers
        next_, context = self._next, self._context
        finer_bars = finer if finer.is_given else None
        has_funding = funding.is_given
        has_higher = not higher.is_empty
        is_warm = self._is_warm
        end = window.length
        base = window.base
        for index in range(end - count, end):
            bar = base + index
            window.cursor = index
            clock.bar = bar
            if finer_bars is not None:
                finer_bars.move_to(time[index])
            if has_funding:
                funding.pay(broker, columns, index, bar)
            if broker.is_busy:
                broker.step(columns, index, bar, finer_bars)
            if has_higher:
                higher.move_to(bar)
            if not is_warm:
                is_warm = self._warms()
                if not is_warm:
                    continue
            numbers.bar = bar
            try:
                result: object = next_(context)
                if result is not None:
                    _require_plain(result)
            except BaseException as cause:
                raise NextError(cause, bar, time[index]) from cause

    def _feed_all(self, pieces: List[MarketPiece]) -> int:
        starts = [0] * len(pieces)
        times = 0
        while True:
            ends = _block_ends(pieces, starts)
            if ends == starts:
                return times
            for number, market in enumerate(self._markets):
                start, end = starts[number], ends[number]
                if start == end:
                    continue
                window = market.window
                window.append(pieces[number].columns, start, end)
                market.higher.append(window, end - start)
                if number == 0 and self._record_plots:
                    self.plots.record(window.length - (end - start), window.length, start)
            times += self._run_times([end - start for start, end in zip(starts, ends)])
            starts = ends

    def _run_times(self, counts: List[int]) -> int:
        """Runs over the last `counts` bars of the windows, time by time."""
        markets = self._markets
        portfolio = self.portfolio
        clock = self._clock
        opened = [market.window.columns.time for market in markets]
        places = [market.window.length - count for market, count in zip(markets, counts)]
        ends = [market.window.length for market in markets]
        times = 0
        while True:
            time = next_time(opened, places, ends)
            if time == INFINITY:
                return times
            clock.bar += 1
            bar = clock.bar
            for number, market in enumerate(markets):
                index = places[number]
                is_fresh = index < ends[number] and opened[number][index] == time
                market.freshness.is_fresh = is_fresh
                if not is_fresh:
                    continue
                window = market.window
                finer = market.finer if market.finer.is_given else None
                window.cursor = index
                places[number] = index + 1
                if finer is not None:
                    finer.move_to(time)
                if market.funding.is_given:
                    market.funding.pay(market.broker, window.columns, index, bar)
                portfolio.face(number, window.columns, index, finer)
                if not market.higher.is_empty:
                    market.higher.move_to(window.base + index)
            portfolio.live(bar, time)
            times += 1
            if self._is_warm or self._warms():
                self._call_next(bar, time)

    def _warms(self) -> bool:
        self._is_warm = self._clock.bar >= self._first_bar and all(
            market.window.base + market.window.cursor >= market.warm_up and market.higher.is_warm
            for market in self._markets
        )
        return self._is_warm

    def _call_next(self, bar: int, time: float) -> None:
        self._numbers.bar = bar
        try:
            result: object = self._next(self._context)
            if result is not None:
                _require_plain(result)
        except BaseException as cause:
            raise NextError(cause, bar, time) from cause


def _require_plain(result: object) -> None:
    """Of a coroutine or a generator the body has not run; `return lab.orders.buy()` is a number."""
    if not isinstance(result, (int, float, str)):
        raise TypeError('next must be a plain method, not async and no generator')


def _block_ends(pieces: List[MarketPiece], starts: List[int]) -> List[int]:
    """Ends of the next blocks, none longer than a window takes at once, cut at one time in all markets."""
    limit = INFINITY
    bars = max(256, BLOCK_BARS // len(pieces))
    for piece, start in zip(pieces, starts):
        if start + bars < piece.count:
            limit = min(limit, piece.columns.time[start + bars])
    ends = []
    for piece, start in zip(pieces, starts):
        time = piece.columns.time
        end = start
        while end < piece.count and time[end] < limit:
            end += 1
        ends.append(end)
    return ends
