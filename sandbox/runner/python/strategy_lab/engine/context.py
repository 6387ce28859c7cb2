"""`lab`: what a strategy has in `setup` and in `next`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Mapping, Tuple

from .indicators.create import Indicators
from .market_views import Account, Bar, Bars, Position
from .orders import Orders
from .sealed import Sealed, put

if TYPE_CHECKING:
    from .higher_timeframes import HigherTimeframe


class Params(Sealed):
    """The values of the declared parameters: `params.fast` and `params['fast']`."""

    __slots__ = ('__dict__',)

    def __init__(self, values: Mapping[str, float]) -> None:
        self.__dict__.update(values)

    def __getitem__(self, name: str) -> float:
        return getattr(self, name)

    def __getattr__(self, name: str) -> float:
        raise AttributeError(f'the strategy declares no parameter {name}')


class Phased(Sealed):
    """Has members that are there in `next` only: they are put in once `setup` is over."""

    __slots__ = ()

    def __getattr__(self, name: str) -> object:
        # Asked only where a member is missing.
        if name in type(self).__slots__:
            raise RuntimeError(f'{name} is there in next only')
        raise AttributeError(f'{type(self).__name__.lower()} has no {name}')


class Market(Phased):
    """One market. `indicators` and `timeframe` are for `setup`, the rest but `bars` is for `next`."""

    __slots__ = ('symbol', 'indicators', 'bars', 'timeframe', 'bar', 'position', 'orders', '_freshness')
    symbol: str
    indicators: Indicators
    bars: Bars
    timeframe: Callable[[str], HigherTimeframe]
    bar: Bar
    position: Position
    orders: Orders

    def __init__(
        self,
        symbol: str,
        indicators: Indicators,
        bars: Bars,
        timeframe: Callable[[str], HigherTimeframe],
    ) -> None:
        put(self, 'symbol', symbol)
        put(self, 'indicators', indicators)
        put(self, 'bars', bars)
        put(self, 'timeframe', timeframe)

    @property
    def is_fresh(self) -> bool:
        """Whether a bar of this market has just closed; where false, `bar` is an older one."""
        return self._freshness.is_fresh


class Context(Phased):
    """Members of the first market are here too: all that a run of one market needs."""

    __slots__ = (
        'params', 'indicators', 'bars', 'timeframe', 'markets', 'plot',
        'bar', 'position', 'account', 'orders', 'random', 'log',
    )
    params: Params
    indicators: Indicators
    bars: Bars
    timeframe: Callable[[str], HigherTimeframe]
    markets: Tuple[Market, ...]
    plot: Callable[..., None]
    bar: Bar
    position: Position
    account: Account
    orders: Orders
    random: Callable[[], float]
    log: Callable[[str], None]

    def __init__(self, params: Params, markets: Tuple[Market, ...], plot: Callable[..., None]) -> None:
        first = markets[0]
        put(self, 'params', params)
        put(self, 'indicators', first.indicators)
        put(self, 'bars', first.bars)
        put(self, 'timeframe', first.timeframe)
        put(self, 'markets', markets)
        put(self, 'plot', plot)


def open_next(
    context: Context, account: Account, random: Callable[[], float], log: Callable[[str], None]
) -> None:
    """Gives a strategy what is there in `next` only."""
    first = context.markets[0]
    put(context, 'bar', first.bar)
    put(context, 'position', first.position)
    put(context, 'orders', first.orders)
    put(context, 'account', account)
    put(context, 'random', random)
    put(context, 'log', log)
