"""The strategy API of Strategy Lab for Python.

A strategy is one file NAME.strategy.py that imports `strategy_lab`, and besides only math, statistics,
collections, dataclasses, typing, numpy and pandas. It declares one public subclass of `Strategy`:

    from strategy_lab import Strategy, cross_above, cross_below, integer, number

    class MovingAverageCross(Strategy):
        name = 'Moving-average cross'
        params = {
            'fast': integer(10, min=2, max=100),
            'slow': integer(30, min=5, max=400),
            'stop': number(5, min=0.5, max=50, description='Stop loss in percent'),
        }

        def setup(self, lab):
            self.fast = lab.indicators.sma(lab.params.fast)
            self.slow = lab.indicators.sma(lab.params.slow)
            lab.plot('Fast average', self.fast)
            lab.plot('Slow average', self.slow)

        def next(self, lab):
            if lab.position.is_flat and cross_above(self.fast, self.slow):
                lab.orders.buy(percent=100, stop_loss_percent=lab.params.stop)
            elif lab.position.is_long and cross_below(self.fast, self.slow):
                lab.orders.close()

`next` is called once a bar, after the bar has closed, from the first bar at which every indicator made in
`setup` has its full window. Orders are filled at the open of the next bar at the earliest; with `limit` or
`stop` they wait for their price. Where a run has several markets, `lab.markets` has one entry each, and
`next` is called once for each time at which a bar of any of them has closed. There is no clock, no network,
no file and no module `random` here: use `lab.bar.time` and `lab.random()`, and `lab.log` in place of `print`.

What a strategy can import are the names in `__all__`; the others describe what it is given.
"""

from typing import Any, Literal, Mapping, NamedTuple, Optional, Tuple, Union

__all__ = ['Strategy', 'cross_above', 'cross_below', 'integer', 'number']

TimeframeName = Literal[
    '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '3d', '1w'
]


class ParameterDefinition(NamedTuple):
    """A declared, bounded parameter. `step` is the step of a search grid."""

    type: Literal['integer', 'number']
    default: float
    min: float
    max: float
    step: Optional[float] = None
    description: Optional[str] = None


def integer(
    default: int, *, min: int, max: int, step: Optional[int] = None, description: Optional[str] = None
) -> ParameterDefinition:
    """A parameter of whole numbers from `min` to `max`."""


def number(
    default: float,
    *,
    min: float,
    max: float,
    step: Optional[float] = None,
    description: Optional[str] = None,
) -> ParameterDefinition:
    """A parameter of numbers from `min` to `max`."""


class Strategy:
    """A strategy: `setup` and `next`, or `signals` in their place."""

    name: str
    # Declared parameters, by names of up to 40 Latin letters, digits and _; their values arrive as `lab.params`.
    params: Mapping[str, ParameterDefinition]

    def setup(self, lab: Context) -> None:
        """Called once, before the first bar: makes the indicators, which it keeps on `self`."""

    def next(self, lab: Context) -> None:
        """Called after each bar has closed. It may not be async; a number that it returns is ignored."""

    def signals(self, frame: Any, params: Params) -> Any:
        """The share of the equity to hold after each bar: one number a row.

        `frame` is a pandas DataFrame of all bars so far, its index their UTC open times, its columns open,
        high, low, close and volume. A target is from -1 (short) over 0 (flat) to 1 (long); NaN keeps the
        last one, 0 before the first. Where it changes by more than 1e-9, an order is given at that bar: to 0
        a close; to the other sign or from 0 a purchase or sale of |target| of the equity; to a larger size of
        the same sign one of the difference; to a smaller one a close of what is too much.

        A target may depend on its own row and on earlier ones alone. It is called many times on frames of
        growing length; a row whose target depends on later rows fails the run.
        """


def cross_above(a: Union[Series, float], b: Union[Series, float]) -> bool:
    """True on the bar at which `a` gets above `b`: at or below it on the bar before, above it now."""


def cross_below(a: Union[Series, float], b: Union[Series, float]) -> bool:
    """True on the bar at which `a` gets below `b`: at or above it on the bar before, below it now."""


class Params:
    """Values of the declared parameters: `params.fast` and `params['fast']`."""

    def __getattr__(self, name: str) -> float: ...

    def __getitem__(self, name: str) -> float: ...


class Series:
    """Values by bars ago: `ago(0)` is the bar that has just closed, `ago(1)` the one before it.

    `series[n]` is `series.ago(n)`.
    """

    @property
    def value(self) -> float:
        """The value of the bar that has just closed; the same as `ago(0)`."""

    @property
    def previous(self) -> float:
        """The value of the bar before; the same as `ago(1)`."""

    def __getitem__(self, bars_ago: int) -> float: ...

    def ago(self, bars_ago: int) -> float:
        """The value `bars_ago` bars before the bar that has just closed; NaN where the series has no value
        yet. Raises for a negative or fractional `bars_ago` and beyond the 8192 bars that are kept.
        """


class Bars:
    """The six columns of the market as series."""

    @property
    def time(self) -> Series: ...

    @property
    def open(self) -> Series: ...

    @property
    def high(self) -> Series: ...

    @property
    def low(self) -> Series: ...

    @property
    def close(self) -> Series: ...

    @property
    def volume(self) -> Series: ...


class Bar:
    """The bar that has just closed. `time` is its open time in UTC milliseconds."""

    @property
    def index(self) -> int:
        """Number of the bar in this run, from 0."""

    @property
    def time(self) -> float: ...

    @property
    def open(self) -> float: ...

    @property
    def high(self) -> float: ...

    @property
    def low(self) -> float: ...

    @property
    def close(self) -> float: ...

    @property
    def volume(self) -> float: ...


class Macd(NamedTuple):
    """`line` with its average `signal`; `histogram` = line - signal."""

    line: Series
    signal: Series
    histogram: Series


class Bands(NamedTuple):
    """Bands around a price."""

    upper: Series
    middle: Series
    lower: Series


class Stochastic(NamedTuple):
    """A line from 0 to 100 and its average."""

    k: Series
    d: Series


class LinearRegression(NamedTuple):
    """The least-squares line: its value at the present bar, its slope by bar, its share of the variance."""

    value: Series
    slope: Series
    r2: Series


class DirectionalMovement(NamedTuple):
    """Strength of a trend, and of its two directions."""

    adx: Series
    plus: Series
    minus: Series


class Aroon(NamedTuple):
    """Recency of the highest high and the lowest low."""

    up: Series
    down: Series
    oscillator: Series


class Vortex(NamedTuple):
    """Movements upwards and downwards."""

    plus: Series
    minus: Series


class Ichimoku(NamedTuple):
    """Two middles of ranges and the bounds of the cloud."""

    conversion: Series
    base: Series
    span_a: Series
    span_b: Series


class Supertrend(NamedTuple):
    """The stop, and where the trend goes."""

    line: Series
    direction: Series
    """1 upwards, -1 downwards."""


class ChandelierExit(NamedTuple):
    """Stops of a long and of a short position."""

    long: Series
    short: Series


class ElderRay(NamedTuple):
    """Bull power and bear power."""

    bull: Series
    bear: Series


class HeikinAshi(NamedTuple):
    """Bars of means."""

    open: Series
    high: Series
    low: Series
    close: Series


class PivotPoints(NamedTuple):
    """Levels from the day before."""

    pivot: Series
    resistance1: Series
    resistance2: Series
    resistance3: Series
    support1: Series
    support2: Series
    support3: Series


class Indicators:
    """Causal indicators; call them in `setup` only.

    Periods are whole bars from 1 to 5000 (from 2 where one value has no deviation or slope).

    The last argument by place of an indicator that has a source is that source, any series of this market:
    `rsi(14, lab.bars.open)`, `rsi(14, smoothing='simple')`, `rsi(14, source=lab.bars.open)`. The source is
    `lab.bars.close` where nothing else is said. Options choose between formulas that go by one name.

    "First value at bar" is counted from 0; on a source whose own first value comes later it comes later by
    as much. Nothing ever looks at a later bar. All values but those of `pivot_points` are finite from the
    first one on: each rule for a division by 0 is named.
    """

    def typical_price(self) -> Series:
        """(high + low + close) / 3.

        First value at bar: `0`
        Source: Common definition.
        """

    def median_price(self) -> Series:
        """(high + low) / 2.

        First value at bar: `0`
        Source: Common definition.
        """

    def average_price(self) -> Series:
        """(open + high + low + close) / 4.

        First value at bar: `0`
        Source: Common definition.
        """

    def heikin_ashi(self) -> HeikinAshi:
        """Heikin-Ashi bars: close = the average price; open = (open + close of the Heikin-Ashi bar before) /
        2, of the first bar (open + close) / 2; high and low take in both.

        First value at bar: `0`
        Source: Valcu, "Using the Heikin-Ashi Technique", Stocks & Commodities (2004).
        """

    def pivot_points(
        self,
        *,
        method: Literal['classic', 'fibonacci', 'camarilla', 'woodie'] = 'classic',
    ) -> PivotPoints:
        """Levels from high H, low L and close C of the last UTC day before that has bars, R = H - L.
        `classic` (usual): pivot P = (H + L + C) / 3, levels 1: 2P - L and 2P - H, 2: P + R and P - R, 3: H
        + 2(P - L) and L - 2(H - P). `woodie`: the same from P = (H + L + 2 * today's open) / 4.
        `fibonacci`: P plus and minus 0.382, 0.618 and 1 times R. `camarilla`: C plus and minus 1.1 R / 12,
        / 6 and / 4. The first day of a run counts if its first bar opens at 00:00; NaN before. It can be
        no source of another indicator.

        First value at bar: the first bar after the first whole UTC day
        Source: Floor traders' rule; Ken Wood (woodie); Nick Scott (camarilla, 1989).
        """

    def sma(self, period: int, source: Optional[Series] = None) -> Series:
        """Simple moving average: mean of the last `period` values.

        First value at bar: `period - 1`
        Source: Common definition.
        """

    def ema(
        self,
        period: int,
        source: Optional[Series] = None,
        *,
        seed: Literal['mean', 'first'] = 'mean',
    ) -> Series:
        """Exponential moving average: previous + 2 / (period + 1) * (value - previous). `seed`: `mean` of the
        first `period` values (usual), or the `first` value.

        seed: What an EMA starts from: the mean of its first `period` values (usual), or its `first` value
            alone; either way its first value is given when `period` values are there.

        First value at bar: `period - 1`
        Source: Brown, Statistical Forecasting for Inventory Control (1959).
        """

    def rma(self, period: int, source: Optional[Series] = None) -> Series:
        """Wilder's moving average (RMA, SMMA): previous + (value - previous) / period, from the mean of the
        first `period` values.

        First value at bar: `period - 1`
        Source: Wilder, New Concepts in Technical Trading Systems (1978).
        """

    def wma(self, period: int, source: Optional[Series] = None) -> Series:
        """Weighted moving average: weights from 1 for the oldest of the last `period` values to `period` for
        the newest, divided by their sum.

        First value at bar: `period - 1`
        Source: Common definition.
        """

    def hma(self, period: int, source: Optional[Series] = None) -> Series:
        """Hull moving average: WMA over root of 2 WMA(half) - WMA(period), half = floor(period / 2), root =
        floor(sqrt(period)). `period` from 2.

        First value at bar: `period + floor(sqrt(period)) - 2`
        Source: Hull (2005).
        """

    def dema(self, period: int, source: Optional[Series] = None) -> Series:
        """Double exponential moving average: 2 EMA - EMA(EMA).

        First value at bar: `2 * (period - 1)`
        Source: Mulloy, "Smoothing Data with Faster Moving Averages", Stocks & Commodities (1994).
        """

    def tema(self, period: int, source: Optional[Series] = None) -> Series:
        """Triple exponential moving average: 3 EMA - 3 EMA(EMA) + EMA(EMA(EMA)).

        First value at bar: `3 * (period - 1)`
        Source: Mulloy, "Smoothing Data with Less Lag", Stocks & Commodities (1994).
        """

    def t3(self, period: int, volume_factor: float = 0.7, source: Optional[Series] = None) -> Series:
        """Tillson's T3: GD(GD(GD(value))) with GD(x) = EMA(x) + volume_factor * (EMA(x) - EMA(EMA(x))).
        `volume_factor` is 0.7 where none is given.

        First value at bar: `6 * (period - 1)`
        Source: Tillson, "Smoothing Techniques for More Accurate Signals", Stocks & Commodities (1998).
        """

    def trima(self, period: int, source: Optional[Series] = None) -> Series:
        """Triangular moving average: SMA over floor((period + 1) / 2) of the SMA over ceil((period + 1) / 2).

        First value at bar: `period - 1`
        Source: Common definition.
        """

    def kama(
        self,
        period: int = 10,
        fast: int = 2,
        slow: int = 30,
        source: Optional[Series] = None,
    ) -> Series:
        """Kaufman's adaptive moving average: previous + c * (value - previous), c = (lazy + ER * (quick -
        lazy))^2, quick = 2 / (fast + 1), lazy = 2 / (slow + 1), ER = `efficiency_ratio(period)`; starts
        from the value of the bar before. Defaults: 10, 2, 30.

        First value at bar: `period`
        Source: Kaufman, Smarter Trading (1995).
        """

    def zlema(self, period: int, source: Optional[Series] = None) -> Series:
        """Zero-lag EMA: EMA of value + (value - value `lag` bars before), lag = floor((period - 1) / 2).

        First value at bar: `floor((period - 1) / 2) + period - 1`
        Source: Ehlers and Way, "Zero Lag (Well, Almost)", Stocks & Commodities (2010).
        """

    def vwma(self, period: int, source: Optional[Series] = None) -> Series:
        """Volume-weighted moving average: sum of value * volume over the last `period` bars / sum of volume;
        the SMA where none of them has volume.

        First value at bar: `period - 1`
        Source: Common definition.
        """

    def linear_regression(self, period: int, source: Optional[Series] = None) -> LinearRegression:
        """Least-squares line through the last `period` values: its value at the newest one, its slope by bar,
        and r2, 0 where the values do not move. `period` from 2.

        First value at bar: `period - 1`
        Source: Least squares (Legendre 1805).
        """

    def rsi(
        self,
        period: int,
        source: Optional[Series] = None,
        *,
        smoothing: Literal['wilder', 'simple', 'exponential'] = 'wilder',
    ) -> Series:
        """Relative strength index, 0 to 100: 100 * up / (up + down), averages of the rises and of the falls
        from bar to bar; 50 where nothing moved. `smoothing`: `wilder` (usual), `simple` (Cutler's RSI) or
        `exponential`.

        smoothing: `wilder` (usual): weight 1 / period; `simple`: plain mean; `exponential`: weight 2 /
            (period + 1).

        First value at bar: `period`
        Source: Wilder, New Concepts in Technical Trading Systems (1978).
        """

    def stoch_rsi(
        self,
        period: int = 14,
        range: int = 14,
        smoothing: int = 3,
        signal: int = 3,
        source: Optional[Series] = None,
    ) -> Stochastic:
        """Stochastic RSI: k = SMA over `smoothing` of 100 * (r - low) / (high - low), r = RSI(period), high
        and low those of r over `range`, 50 where they differ by 1e-9 at most; d = SMA of k over `signal`.
        Defaults: 14, 14, 3, 3.

        First value at bar: `k: period + range + smoothing - 2`, `d: period + range + smoothing + signal - 3`
        Source: Chande and Kroll, The New Technical Trader (1994), there from 0 to 1 and without averages.
        """

    def connors_rsi(
        self,
        period: int = 3,
        streak: int = 2,
        rank: int = 100,
        source: Optional[Series] = None,
    ) -> Series:
        """ConnorsRSI: mean of RSI(period), RSI over `streak` of the length of the streak (bars in a row that
        rose, negative for falls, 0 for no move), and `percent_rank(rank)` of the one-bar change. Defaults:
        3, 2, 100.

        First value at bar: `max(period, streak + 1, rank + 1)`
        Source: Connors and Alvarez, An Introduction to ConnorsRSI (2012).
        """

    def cmo(
        self,
        period: int,
        source: Optional[Series] = None,
        *,
        smoothing: Literal['wilder', 'simple', 'exponential'] = 'simple',
    ) -> Series:
        """Chande momentum oscillator, -100 to 100: 100 * (up - down) / (up + down), averages of rises and
        falls as in `rsi`; 0 where nothing moved. `smoothing`: `simple` (usual), `wilder` (TA-Lib) or
        `exponential`.

        smoothing: `wilder` (usual): weight 1 / period; `simple`: plain mean; `exponential`: weight 2 /
            (period + 1).

        First value at bar: `period`
        Source: Chande and Kroll, The New Technical Trader (1994).
        """

    def stochastic(self, period: int = 14, smoothing: int = 3, signal: int = 3) -> Stochastic:
        """Stochastic oscillator: k = SMA over `smoothing` of 100 * (close - low) / (high - low), highest high
        and lowest low of the last `period` bars, 50 where both are equal; d = SMA of k over `signal`.
        Smoothing 1 is the fast form. Defaults: 14, 3, 3.

        First value at bar: `k: period + smoothing - 2`, `d: period + smoothing + signal - 3`
        Source: Lane, "Lane's Stochastics", Stocks & Commodities (1984).
        """

    def williams_r(self, period: int) -> Series:
        """Williams %R, -100 to 0: 100 * (close - low) / (high - low) - 100, highest high and lowest low of
        the last `period` bars; -50 where both are equal.

        First value at bar: `period - 1`
        Source: Williams, How I Made One Million Dollars Last Year Trading Commodities (1973).
        """

    def cci(self, period: int, source: Optional[Series] = None) -> Series:
        """Commodity channel index: (value - SMA) / (0.015 * mean absolute distance of the last `period`
        values from that SMA); 0 where they are all equal. Of the typical price where no source is given.

        First value at bar: `period - 1`
        Source: Lambert, "Commodity Channel Index", Commodities (1980).
        """

    def ultimate_oscillator(self, short: int = 7, middle: int = 14, long: int = 28) -> Series:
        """Ultimate oscillator, 0 to 100: (4 a + 2 b + c) / 7, each 100 * sum of close - min(low, previous
        close) / sum of the true ranges, over `short`, `middle` and `long` bars; 50 where the sum of ranges
        is 0. Defaults: 7, 14, 28.

        First value at bar: `max(short, middle, long)`
        Source: Williams, "The Ultimate Oscillator", Stocks & Commodities (1985).
        """

    def fisher_transform(self, period: int, source: Optional[Series] = None) -> Series:
        """Fisher transform: p = (value - low) / (high - low) - 0.5 within the last `period` values, 0 where
        they are equal; v = 0.66 p + 0.67 previous v, set to 0.999 where above 0.99 (and the same below);
        result = 0.5 ln((1 + v) / (1 - v)) + 0.5 previous result. Both start from 0. Of the median price
        where no source is given.

        First value at bar: `period - 1`
        Source: Ehlers, "Using the Fisher Transform", Stocks & Commodities (2002).
        """

    def change(self, period: int, source: Optional[Series] = None) -> Series:
        """Rate of change: value / value `period` bars ago - 1; 0 where that earlier value is 0.

        First value at bar: `period`
        Source: Common definition.
        """

    def roc(self, period: int, source: Optional[Series] = None) -> Series:
        """Rate of change in percent: 100 * `change(period)`.

        First value at bar: `period`
        Source: Common definition.
        """

    def momentum(self, period: int, source: Optional[Series] = None) -> Series:
        """value - value `period` bars ago.

        First value at bar: `period`
        Source: Common definition.
        """

    def macd(
        self,
        fast: int = 12,
        slow: int = 26,
        signal: int = 9,
        source: Optional[Series] = None,
        *,
        seed: Literal['mean', 'first', 'together'] = 'mean',
    ) -> Macd:
        """Moving average convergence divergence: line = EMA(fast) - EMA(slow), signal = EMA of the line.
        `seed`: `mean` (usual), `first` or `together`. Defaults: 12, 26, 9.

        seed: `mean` (usual): each EMA starts from the mean of its own first values; `first`: from the
            first value; `together`: both start at the same bar, each from the mean of its `period` values up
            to it (TA-Lib).

        First value at bar: `line: max(fast, slow) - 1`, `signal: max(fast, slow) + signal - 2`, `histogram:
        max(fast, slow) + signal - 2`
        Source: Appel, The Moving Average Convergence-Divergence Trading Method (1979); histogram: Aspray
        (1986).
        """

    def ppo(
        self,
        fast: int = 12,
        slow: int = 26,
        signal: int = 9,
        source: Optional[Series] = None,
        *,
        seed: Literal['mean', 'first', 'together'] = 'mean',
    ) -> Macd:
        """Percentage price oscillator: line = 100 * (EMA(fast) - EMA(slow)) / EMA(slow), 0 where EMA(slow) is
        0; signal = EMA of the line. `seed` as in `macd`. Defaults: 12, 26, 9.

        seed: `mean` (usual): each EMA starts from the mean of its own first values; `first`: from the
            first value; `together`: both start at the same bar, each from the mean of its `period` values up
            to it (TA-Lib).

        First value at bar: `line: max(fast, slow) - 1`, `signal: max(fast, slow) + signal - 2`, `histogram:
        max(fast, slow) + signal - 2`
        Source: Appel's MACD in percent.
        """

    def trix(self, period: int, source: Optional[Series] = None) -> Series:
        """TRIX: change of EMA(EMA(EMA)) from bar to bar in percent; 0 where the one before is 0.

        First value at bar: `3 * (period - 1) + 1`
        Source: Hutson, "Good TRIX", Stocks & Commodities (1983).
        """

    def tsi(self, long: int = 25, short: int = 13, source: Optional[Series] = None) -> Series:
        """True strength index, -100 to 100: 100 * EMA(EMA(m, long), short) / EMA(EMA(|m|, long), short), m
        the move from bar to bar; 0 where nothing moved. Defaults: 25, 13.

        First value at bar: `long + short - 1`
        Source: Blau, "True Strength Index", Stocks & Commodities (1991).
        """

    def awesome_oscillator(self, fast: int = 5, slow: int = 34) -> Series:
        """Awesome oscillator: SMA(fast) - SMA(slow) of the median price. Defaults: 5, 34.

        First value at bar: `max(fast, slow) - 1`
        Source: Williams (Bill), New Trading Dimensions (1998).
        """

    def dpo(self, period: int, source: Optional[Series] = None) -> Series:
        """Detrended price oscillator: value floor(period / 2) + 1 bars ago - SMA(period) of now. Charts draw
        it at the earlier bar, where it would look ahead; here it is given at the bar that completes it.

        First value at bar: `max(period - 1, floor(period / 2) + 1)`
        Source: Common definition.
        """

    def elder_ray(self, period: int = 13) -> ElderRay:
        """Elder's bull power = high - EMA(period) of the close, and bear power = low - that EMA. Default: 13.

        First value at bar: `period - 1`
        Source: Elder, Trading for a Living (1993).
        """

    def adx(self, period: int = 14) -> DirectionalMovement:
        """Directional movement: plus = 100 * RMA(+DM) / RMA(true range), minus alike, 0 where that range is
        0; adx = RMA of 100 * |plus - minus| / (plus + minus), 0 where both are 0. +DM is the rise of the
        high, -DM the fall of the low, the larger of the two if above 0, else 0. Default: 14.

        First value at bar: `adx: 2 * period - 1`, `plus: period`, `minus: period`
        Source: Wilder, New Concepts in Technical Trading Systems (1978).
        """

    def aroon(self, period: int = 25) -> Aroon:
        """Aroon: up = 100 * (period - bars since the highest high) / period, down alike of the lowest low, of
        the present bar and the `period` bars before it, the latest where several are equal; oscillator =
        up - down. Default: 25.

        First value at bar: `period`
        Source: Chande, "A Time Price Oscillator", Stocks & Commodities (1995).
        """

    def vortex(self, period: int = 14) -> Vortex:
        """Vortex: plus = sum of |high - previous low| / sum of true ranges over `period` bars, minus of |low
        - previous high|; 1 where the sum of ranges is 0. Default: 14.

        First value at bar: `period`
        Source: Botes and Siepman, "The Vortex Indicator", Stocks & Commodities (2010).
        """

    def ichimoku(
        self,
        conversion: int = 9,
        base: int = 26,
        span: int = 52,
        displacement: int = 26,
    ) -> Ichimoku:
        """Ichimoku: conversion and base = middles of highest high and lowest low over so many bars; span_a =
        the middle of these two, span_b = that of the range over `span`, both as computed `displacement`
        bars ago: the cloud that a chart draws at the present bar. (Charts that count the present bar use
        25.) The lagging span would need later bars; compare the close with `bars.close.ago(displacement)`
        in its place. Defaults: 9, 26, 52, 26.

        First value at bar: `conversion: conversion - 1`, `base: base - 1`, `span_a: max(conversion, base) - 1
        + displacement`, `span_b: span - 1 + displacement`
        Source: Hosoda (1969).
        """

    def parabolic_sar(self, step: float = 0.02, maximum: float = 0.2) -> Series:
        """Parabolic stop and reverse: the stop moves by a factor of its distance to the best price of the
        trend, `step` at first, `step` more at each new best price, `maximum` at most, and never into the
        ranges of the last two bars. A bar that touches it turns it: then it lies on the other side, at the
        best price of the trend that ended. Starts at bar 1: downwards where the low fell by more than the
        high rose, else upwards, from the extreme of bar 0. Below the close the trend is up. Defaults:
        0.02, 0.2.

        First value at bar: `1`
        Source: Wilder, New Concepts in Technical Trading Systems (1978).
        """

    def supertrend(
        self,
        period: int = 10,
        multiplier: float = 3,
        *,
        smoothing: Literal['wilder', 'simple', 'exponential'] = 'wilder',
    ) -> Supertrend:
        """Supertrend: bands of the median price plus and minus multiplier * ATR(period), the upper one only
        lowered while the close before did not pass it, the lower one only raised. Up, it is the lower
        band, until a close lies below; down, it is the upper band, until a close lies above. Starts
        upwards. `smoothing` of the ATR: `wilder` (usual), `simple` or `exponential`. Defaults: 10, 3.

        smoothing: `wilder` (usual): weight 1 / period; `simple`: plain mean; `exponential`: weight 2 /
            (period + 1).

        First value at bar: `period`
        Source: Olivier Seban.
        """

    def chandelier_exit(
        self,
        period: int = 22,
        multiplier: float = 3,
        *,
        smoothing: Literal['wilder', 'simple', 'exponential'] = 'wilder',
    ) -> ChandelierExit:
        """Chandelier exit: long = highest high of `period` bars - multiplier * ATR(period), short = lowest
        low + multiplier * ATR(period). `smoothing` of the ATR as in `atr`. Defaults: 22, 3.

        smoothing: `wilder` (usual): weight 1 / period; `simple`: plain mean; `exponential`: weight 2 /
            (period + 1).

        First value at bar: `period`
        Source: LeBeau, in Elder, Come Into My Trading Room (2002).
        """

    def efficiency_ratio(self, period: int, source: Optional[Series] = None) -> Series:
        """Efficiency ratio, 0 to 1: |value - value `period` bars ago| / sum of the moves from bar to bar
        between; 0 where nothing moved.

        First value at bar: `period`
        Source: Kaufman, Smarter Trading (1995).
        """

    def bollinger(
        self,
        period: int = 20,
        deviations: float = 2,
        source: Optional[Series] = None,
        *,
        ddof: Literal[0, 1] = 0,
    ) -> Bands:
        """Bollinger bands: SMA plus and minus `deviations` standard deviations, of the population (`ddof` 0,
        usual) or of a sample (1). Defaults: 20, 2. `period` from 2.

        ddof: The divisor is period - ddof: 0 for the population's deviation, 1 for a sample's.

        First value at bar: `period - 1`
        Source: Bollinger, Bollinger on Bollinger Bands (2002).
        """

    def bollinger_percent_b(
        self,
        period: int = 20,
        deviations: float = 2,
        source: Optional[Series] = None,
        *,
        ddof: Literal[0, 1] = 0,
    ) -> Series:
        """%b: (value - lower) / (upper - lower) of the Bollinger bands; 0.5 where they have no width.

        ddof: The divisor is period - ddof: 0 for the population's deviation, 1 for a sample's.

        First value at bar: `period - 1`
        Source: Bollinger, Bollinger on Bollinger Bands (2002).
        """

    def bollinger_bandwidth(
        self,
        period: int = 20,
        deviations: float = 2,
        source: Optional[Series] = None,
        *,
        ddof: Literal[0, 1] = 0,
    ) -> Series:
        """Bandwidth: (upper - lower) / middle of the Bollinger bands; 0 where the middle is 0.

        ddof: The divisor is period - ddof: 0 for the population's deviation, 1 for a sample's.

        First value at bar: `period - 1`
        Source: Bollinger, Bollinger on Bollinger Bands (2002).
        """

    def keltner(
        self,
        period: int = 20,
        multiplier: float = 2,
        source: Optional[Series] = None,
        *,
        form: Literal['atr', 'original'] = 'atr',
        atr_period: int = 10,
        smoothing: Literal['wilder', 'simple', 'exponential'] = 'wilder',
    ) -> Bands:
        """Keltner channel. `form='atr'` (usual): EMA(period) plus and minus multiplier * ATR(atr_period),
        with `smoothing` as in `atr`; `'original'`: SMA(period) of the typical price plus and minus
        multiplier * SMA(period) of high - low. Defaults: 20, 2 and an `atr_period` of 10.

        form: `atr` (usual): EMA and average true range; `original`: plain means of typical price and high
            - low.
        atr_period: Period of the average true range; 10 where none is given. The original form has none.
        smoothing: `wilder` (usual): weight 1 / period; `simple`: plain mean; `exponential`: weight 2 /
            (period + 1).

        First value at bar: `upper: max(period - 1, atr_period)`, `middle: period - 1`, `lower: max(period -
        1, atr_period)`
        Source: Keltner, How to Make Money in Commodities (1960); with the ATR: Raschke.
        """

    def donchian(self, period: int) -> Bands:
        """Donchian channel: highest high and lowest low of the last `period` bars, the current bar included:
        for a breakout compare with `upper.previous`.

        First value at bar: `period - 1`
        Source: Donchian's four-week rule (1960s).
        """

    def true_range(self) -> Series:
        """True range: max(high, previous close) - min(low, previous close).

        First value at bar: `1`
        Source: Wilder, New Concepts in Technical Trading Systems (1978).
        """

    def atr(self, period: int, *, smoothing: Literal['wilder', 'simple', 'exponential'] = 'wilder') -> Series:
        """Average true range. `smoothing`: `wilder` (usual), `simple` or `exponential`.

        smoothing: `wilder` (usual): weight 1 / period; `simple`: plain mean; `exponential`: weight 2 /
            (period + 1).

        First value at bar: `period`
        Source: Wilder, New Concepts in Technical Trading Systems (1978).
        """

    def natr(
        self,
        period: int,
        *,
        smoothing: Literal['wilder', 'simple', 'exponential'] = 'wilder',
    ) -> Series:
        """Average true range in percent of the close; 0 where the close is 0. `smoothing` as in `atr`.

        smoothing: `wilder` (usual): weight 1 / period; `simple`: plain mean; `exponential`: weight 2 /
            (period + 1).

        First value at bar: `period`
        Source: Forman, "Cross-Market Evaluations with Normalized Average True Range", Stocks & Commodities
        (2006).
        """

    def deviation(self, period: int, source: Optional[Series] = None, *, ddof: Literal[0, 1] = 1) -> Series:
        """Standard deviation of the last `period` values, of a sample (`ddof` 1, usual) or of the population
        (0). `period` from 2.

        ddof: The divisor is period - ddof: 0 for the population's deviation, 1 for a sample's.

        First value at bar: `period - 1`
        Source: Common definition.
        """

    def z_score(self, period: int, source: Optional[Series] = None, *, ddof: Literal[0, 1] = 1) -> Series:
        """(value - SMA) / standard deviation, of a sample (`ddof` 1, usual) or of the population (0); 0 where
        that is 0. `period` from 2.

        ddof: The divisor is period - ddof: 0 for the population's deviation, 1 for a sample's.

        First value at bar: `period - 1`
        Source: Common definition.
        """

    def historical_volatility(
        self,
        period: int,
        source: Optional[Series] = None,
        *,
        periods_per_year: float = 1,
    ) -> Series:
        """Sample standard deviation of the last `period` logarithmic returns * sqrt(periods_per_year). A
        return from or to a value that is not above 0 counts as 0. `period` from 2.

        periods_per_year: Bars a year, to give the volatility of a year: 365 for days, 8760 for hours. 1,
            a bar's, where none is given.

        First value at bar: `period`
        Source: Common definition (close to close).
        """

    def parkinson(self, period: int, *, periods_per_year: float = 1) -> Series:
        """Parkinson's volatility: sqrt(mean of ln(high / low)^2 over `period` bars / (4 ln 2) *
        periods_per_year). A logarithm of prices that are not above 0 counts as 0.

        periods_per_year: Bars a year, to give the volatility of a year: 365 for days, 8760 for hours. 1,
            a bar's, where none is given.

        First value at bar: `period - 1`
        Source: Parkinson, "The Extreme Value Method ...", Journal of Business 53 (1980).
        """

    def garman_klass(self, period: int, *, periods_per_year: float = 1) -> Series:
        """Garman-Klass volatility: sqrt(mean of 0.5 ln(high / low)^2 - (2 ln 2 - 1) ln(close / open)^2 over
        `period` bars * periods_per_year). A logarithm of prices that are not above 0 counts as 0.

        periods_per_year: Bars a year, to give the volatility of a year: 365 for days, 8760 for hours. 1,
            a bar's, where none is given.

        First value at bar: `period - 1`
        Source: Garman and Klass, "On the Estimation of Security Price Volatilities ...", Journal of Business
        53 (1980).
        """

    def choppiness(self, period: int) -> Series:
        """Choppiness index: 100 * ln(sum of the true ranges / (highest high - lowest low)) / ln(period) over
        `period` bars; 100 where there is no range. `period` from 2.

        First value at bar: `period`
        Source: Dreiss (1993).
        """

    def ulcer_index(self, period: int, source: Optional[Series] = None) -> Series:
        """Ulcer index: root of the mean of d^2 over `period` values, d = 100 * (value - top) / top, top the
        highest of the last `period` values; 0 where top is 0.

        First value at bar: `2 * (period - 1)`
        Source: Martin and McCann, The Investor's Guide to Fidelity Funds (1989).
        """

    def obv(self) -> Series:
        """On-balance volume: from 0 at the first bar, plus the volume of bars whose close rose, minus that of
        bars whose close fell. Its level depends on where the run begins.

        First value at bar: `0`
        Source: Granville, New Key to Stock Market Profits (1963).
        """

    def accumulation_distribution(self) -> Series:
        """Accumulation/distribution: running total of volume * (2 close - high - low) / (high - low), 0 of a
        bar without range. Its level depends on where the run begins.

        First value at bar: `0`
        Source: Chaikin, after Williams (1972).
        """

    def chaikin_oscillator(self, fast: int = 3, slow: int = 10) -> Series:
        """Chaikin oscillator: EMA(fast) - EMA(slow) of `accumulation_distribution`. Defaults: 3, 10.

        First value at bar: `max(fast, slow) - 1`
        Source: Chaikin.
        """

    def chaikin_money_flow(self, period: int) -> Series:
        """Chaikin money flow, -1 to 1: sum of volume * (2 close - high - low) / (high - low) over `period`
        bars, 0 of a bar without range, / sum of volume; 0 where none of them has volume.

        First value at bar: `period - 1`
        Source: Chaikin.
        """

    def mfi(self, period: int) -> Series:
        """Money flow index, 0 to 100: 100 * rising / (rising + falling), sums over `period` bars of typical
        price * volume of the bars at which the typical price rose, and fell; 50 where both are 0.

        First value at bar: `period`
        Source: Quong and Soudack, "Volume-Weighted RSI: Money Flow", Stocks & Commodities (1989).
        """

    def vwap(self, source: Optional[Series] = None) -> Series:
        """Volume-weighted average price since 00:00 UTC, or since the run began on its first day; the present
        value while that day had no volume. Of the typical price where no source is given.

        First value at bar: `0`
        Source: Berkowitz, Logue and Noser, "The Total Cost of Transactions on the NYSE", Journal of Finance
        43 (1988).
        """

    def rolling_vwap(self, period: int, source: Optional[Series] = None) -> Series:
        """`vwma` of the typical price: the volume-weighted average price of the last `period` bars.

        First value at bar: `period - 1`
        Source: Common definition.
        """

    def force_index(self, period: int = 13) -> Series:
        """Force index: EMA(period) of (close - previous close) * volume. Default: 13.

        First value at bar: `period`
        Source: Elder, Trading for a Living (1993).
        """

    def ease_of_movement(self, period: int = 14, *, scale: float = 100000000) -> Series:
        """Ease of movement: SMA(period) of the move of the median price * (high - low) * scale / volume, 0 of
        a bar without volume. Defaults: 14 and a `scale` of 100,000,000 (others use 10,000).

        First value at bar: `period`
        Source: Arms, Volume Cycles in the Stock Market (1983).
        """

    def highest(self, period: int, source: Optional[Series] = None) -> Series:
        """Highest value of the last `period` values, the current one included; of the highs where no source
        is given.

        First value at bar: `period - 1`
        Source: Common definition.
        """

    def lowest(self, period: int, source: Optional[Series] = None) -> Series:
        """Lowest value of the last `period` values, the current one included; of the lows where no source is
        given.

        First value at bar: `period - 1`
        Source: Common definition.
        """

    def median(self, period: int, source: Optional[Series] = None) -> Series:
        """Median of the last `period` values; the mean of the two in the middle where `period` is even.

        First value at bar: `period - 1`
        Source: Common definition.
        """

    def percent_rank(
        self,
        period: int,
        source: Optional[Series] = None,
        *,
        ties: Literal['above', 'below'] = 'above',
    ) -> Series:
        """Percent of the `period` values before that lie below the present one. `ties='below'` counts equal
        values as below (TradingView), `'above'` (usual) does not.

        First value at bar: `period`
        Source: Connors and Alvarez, An Introduction to ConnorsRSI (2012).
        """

    def correlation(self, period: int, first: Series, second: Series) -> Series:
        """Correlation of the last `period` values of two series, -1 to 1; 0 where one of them does not move.
        `period` from 2.

        First value at bar: `period - 1`
        Source: Pearson (1896).
        """


class Position:
    """The position in one market."""

    @property
    def is_flat(self) -> bool: ...

    @property
    def is_long(self) -> bool: ...

    @property
    def is_short(self) -> bool: ...

    @property
    def quantity(self) -> float:
        """Units held, never negative."""

    @property
    def entry_price(self) -> float:
        """Mean entry price by units; NaN while flat."""

    @property
    def profit(self) -> float:
        """Profit at the last close after the entry fee and before the exit fee, in cash."""

    @property
    def bars(self) -> int:
        """Bars since the oldest open entry; 0 while flat."""

    @property
    def lots(self) -> int:
        """Open entries."""


class Account:
    """The account of the run."""

    @property
    def cash(self) -> float: ...

    @property
    def equity(self) -> float:
        """Cash plus the positions at the last close."""


class Orders:
    """Orders reach the market at the open of the next bar. What opens or closes returns the order's number.

    Without `limit` and `stop` it is a market order, filled at the open of the next bar; otherwise it waits
    until it is filled, cancelled or expired. Give at most one size; without one it is `percent=100`.

        lab.orders.buy(limit=95)  # a limit order
        lab.orders.buy(stop=105)  # a stop order: a market order from 105 on
        lab.orders.buy(stop=105, limit=106)  # a stop-limit order
        up = lab.orders.buy(stop=110, good_for_bars=24)
        lab.orders.sell(stop=90, good_for_bars=24, oco=up)  # one cancels the other
    """

    def buy(
        self,
        *,
        units: Optional[float] = None,
        cash: Optional[float] = None,
        percent: Optional[float] = None,
        risk_percent: Optional[float] = None,
        stop_loss: Optional[float] = None,
        stop_loss_percent: Optional[float] = None,
        take_profit: Optional[float] = None,
        take_profit_percent: Optional[float] = None,
        trailing_stop: Optional[float] = None,
        trailing_stop_percent: Optional[float] = None,
        reduce_only: bool = False,
        limit: Optional[float] = None,
        stop: Optional[float] = None,
        good_till: Optional[float] = None,
        good_for_bars: Optional[int] = None,
        oco: Optional[int] = None,
    ) -> int:
        """Buys. An open short position is closed in full first, unless the run sets orders off against it.

        units: Units of the asset.
        cash: Cash to spend, fee included.
        percent: Percent of the equity, above 0, at most 100, fee included: 100 buys equity / (price * (1
            + fee)) units. Without leverage nothing is borrowed: a long entry spends the free cash at most.
        risk_percent: Percent of the equity to lose when the stop loss is hit at its price; needs a stop
            loss.
        stop_loss: Price at which the entry is closed at a loss.
        stop_loss_percent: The same as a distance from the fill price in percent, above 0 and below 100.
        take_profit: Price at which the entry is closed with a profit.
        take_profit_percent: The same as a distance from the fill price in percent, above 0.
        trailing_stop: Stop loss that follows the best price since the entry at this distance, in units of
            price.
        trailing_stop_percent: The same distance in percent of the best price, above 0 and below 100.
        reduce_only: Whether the order may only make the position smaller; it then takes `units` and no
            levels.
        limit: Worst price of the order.
        stop: Price that makes the order active: at or above the market to buy, at or below it to sell.
        good_till: Time in UTC milliseconds from which on the order is dropped.
        good_for_bars: Bars after which the order is dropped.
        oco: An order given before: the first fill of one of the two cancels the other.
        """

    def sell(
        self,
        *,
        units: Optional[float] = None,
        cash: Optional[float] = None,
        percent: Optional[float] = None,
        risk_percent: Optional[float] = None,
        stop_loss: Optional[float] = None,
        stop_loss_percent: Optional[float] = None,
        take_profit: Optional[float] = None,
        take_profit_percent: Optional[float] = None,
        trailing_stop: Optional[float] = None,
        trailing_stop_percent: Optional[float] = None,
        reduce_only: bool = False,
        limit: Optional[float] = None,
        stop: Optional[float] = None,
        good_till: Optional[float] = None,
        good_for_bars: Optional[int] = None,
        oco: Optional[int] = None,
    ) -> int:
        """Sells short. An open long position is closed in full first; to close alone use `close()`.

        units: Units of the asset.
        cash: Cash to spend, fee included.
        percent: Percent of the equity, above 0, at most 100, fee included: 100 buys equity / (price * (1
            + fee)) units. Without leverage nothing is borrowed: a long entry spends the free cash at most.
        risk_percent: Percent of the equity to lose when the stop loss is hit at its price; needs a stop
            loss.
        stop_loss: Price at which the entry is closed at a loss.
        stop_loss_percent: The same as a distance from the fill price in percent, above 0 and below 100.
        take_profit: Price at which the entry is closed with a profit.
        take_profit_percent: The same as a distance from the fill price in percent, above 0.
        trailing_stop: Stop loss that follows the best price since the entry at this distance, in units of
            price.
        trailing_stop_percent: The same distance in percent of the best price, above 0 and below 100.
        reduce_only: Whether the order may only make the position smaller; it then takes `units` and no
            levels.
        limit: Worst price of the order.
        stop: Price that makes the order active: at or above the market to buy, at or below it to sell.
        good_till: Time in UTC milliseconds from which on the order is dropped.
        good_for_bars: Bars after which the order is dropped.
        oco: An order given before: the first fill of one of the two cancels the other.
        """

    def close(
        self,
        *,
        percent: Optional[float] = None,
        units: Optional[float] = None,
        limit: Optional[float] = None,
        stop: Optional[float] = None,
        good_till: Optional[float] = None,
        good_for_bars: Optional[int] = None,
        oco: Optional[int] = None,
    ) -> int:
        """Closes the position, or `percent` of it, or `units` of it, oldest entries first.

        limit: Worst price of the order.
        stop: Price that makes the order active: at or above the market to buy, at or below it to sell.
        good_till: Time in UTC milliseconds from which on the order is dropped.
        good_for_bars: Bars after which the order is dropped.
        oco: An order given before: the first fill of one of the two cancels the other.
        """

    def protect(
        self,
        *,
        stop_loss: Optional[float] = None,
        take_profit: Optional[float] = None,
        trailing_stop: Optional[float] = None,
        trailing_stop_percent: Optional[float] = None,
    ) -> int:
        """Sets stop loss, take profit and trailing stop of every open entry from the next bar on; what is
        left out stays as it is.

        trailing_stop: Distance in units of price from the best price, counted from the next open on.
        trailing_stop_percent: The same distance in percent.
        """

    def cancel(self, order: Optional[int] = None) -> None:
        """Cancels a waiting order of this market, or all of them, before the next open."""

    def replace(
        self,
        order: int,
        *,
        limit: Optional[float] = None,
        stop: Optional[float] = None,
        units: Optional[float] = None,
    ) -> None:
        """Changes price or units of a waiting order before the next open.

        units: Units still to fill.
        """

    def is_open(self, order: int) -> bool:
        """Whether an order is on its way or waits."""


class HigherTimeframe:
    """A higher timeframe of one market, made from the bars of the run. Its series show a bar once it has
    closed: on an hourly run the daily close of Monday is first seen at the close of Monday's last hour.
    `next` is still called for each bar of the run; its first call waits for these indicators too.
    """

    @property
    def indicators(self) -> Indicators: ...

    @property
    def bars(self) -> Bars: ...

    @property
    def is_new(self) -> bool:
        """Whether a bar of this timeframe has closed with the bar of the run that has just closed."""


class Market:
    """One market of the run. Its fields are those of the context, for this market.

    `indicators` and `timeframe` are for `setup`; `is_fresh`, `bar`, `position` and `orders` for `next`.
    """

    @property
    def symbol(self) -> str: ...

    @property
    def indicators(self) -> Indicators: ...

    @property
    def bars(self) -> Bars: ...

    def timeframe(self, name: TimeframeName) -> HigherTimeframe:
        """A higher timeframe of this market, one that is a multiple of the run's; at most 8."""

    @property
    def is_fresh(self) -> bool:
        """Whether a bar of this market has just closed; where false, `bar` is an older one."""

    @property
    def bar(self) -> Bar: ...

    @property
    def position(self) -> Position: ...

    @property
    def orders(self) -> Orders: ...


class Context:
    """What a strategy is given as `lab`.

    `indicators`, `timeframe` and `plot` are for `setup`; `bar`, `position`, `account`, `orders`, `random` and
    `log` for `next`. Those of the other phase raise an error that says so.
    """

    @property
    def params(self) -> Params: ...

    @property
    def indicators(self) -> Indicators:
        """Those of the first market, as `bars`."""

    @property
    def bars(self) -> Bars: ...

    def timeframe(self, name: TimeframeName) -> HigherTimeframe:
        """A higher timeframe of the first market. Call it in `setup` only.

            daily = lab.timeframe('1d')
            trend = daily.indicators.ema(50)
        """

    @property
    def markets(self) -> Tuple[Market, ...]:
        """All markets of the run, aligned by time; one as a rule.

        `bar`, `bars`, `position` and `orders` are those of the first.
        """

    def plot(self, name: str, series: Series, *, pane: Literal['price', 'below'] = 'price') -> None:
        """Has a series shown in the chart of the run, under a name of 1 to 40 characters that no other plot
        has. Call it in `setup` only, at most 16 times. Plots are for the eye: they change no order and no
        figure. Nothing is drawn where a series has no value yet. Where a run has many parameter sets, the
        first is plotted; where bars times plots exceed 8,388,608, the last plots are left out.

        pane: `price` where none is given.

            lab.plot('Average', lab.indicators.sma(20))
            lab.plot('RSI', lab.indicators.rsi(14), pane='below')
        """

    @property
    def bar(self) -> Bar: ...

    @property
    def position(self) -> Position: ...

    @property
    def account(self) -> Account: ...

    @property
    def orders(self) -> Orders: ...

    def random(self) -> float:
        """Seeded random number, 0 included, 1 not: the same in every replay of the run."""

    def log(self, message: str) -> None:
        """Writes a line into the run's log, which keeps the first 64 KiB."""
