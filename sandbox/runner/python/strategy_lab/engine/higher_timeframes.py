"""The higher timeframes of one market, as its strategy asks for them in `setup`."""

from __future__ import annotations

from typing import Dict, List

from .indicators.create import Indicators, IndicatorMaker
from .market_views import Bars
from .resample import Resampler, can_resample
from .sealed import Sealed, put
from .series import BarWindow
from .timeframes import TIMEFRAME_MILLISECONDS

# Higher timeframes that a strategy may look at, of one market.
MOST_TIMEFRAMES = 8


class HigherWindow:
    """Bars of one higher timeframe, made from the bars of the run and shown once they have closed."""

    __slots__ = ('window', 'maker', 'is_new', 'warm_up', '_resampler', '_visible_at')

    def __init__(self, base: str, higher: str) -> None:
        self.window = BarWindow()
        self.maker = IndicatorMaker(self.window)
        # True at the bar of the run at whose close a bar of this timeframe has become known.
        self.is_new = False
        # Bars of this timeframe before its slowest indicator has a value.
        self.warm_up = 0
        self._resampler = Resampler(base, higher)
        # For each bar of the window, the number of the run's bar at whose close it is known.
        self._visible_at = self.window.add_column()

    def append(self, window: BarWindow, start: int, end: int) -> None:
        """Takes bars `start` to `end` of the run's window."""
        bars, visible_at = self._resampler.feed(window.columns, start, end)
        count = len(visible_at)
        if count == 0:
            return
        own = self.window
        own.append(bars, 0, count)
        self._visible_at[own.length - count : own.length] = visible_at

    def move_to(self, bar: int) -> None:
        """Shows what is known at the close of the run's bar number `bar`."""
        window = self.window
        before = window.cursor
        place = before + 1
        while place < window.length and self._visible_at[place] <= bar:
            place += 1
        window.cursor = place - 1
        self.is_new = place - 1 > before

    @property
    def is_warm(self) -> bool:
        return self.window.base + self.window.cursor >= self.warm_up


class HigherTimeframe(Sealed):
    """A higher timeframe of one market. Its series show a bar once it has closed."""

    __slots__ = ('indicators', 'bars', '_window')
    indicators: Indicators
    bars: Bars

    def __init__(self, window: HigherWindow) -> None:
        put(self, 'indicators', Indicators(window.maker))
        put(self, 'bars', Bars(window.window))
        put(self, '_window', window)

    @property
    def is_new(self) -> bool:
        """Whether a bar of this timeframe has closed with the bar of the run that has just closed."""
        return self._window.is_new


class HigherTimeframes:
    """Those of one market."""

    __slots__ = ('_base', '_windows', '_given', '_is_sealed')

    def __init__(self, base: str) -> None:
        self._base = base
        self._windows: List[HigherWindow] = []
        self._given: Dict[str, HigherTimeframe] = {}
        self._is_sealed = False

    def take(self, name: str) -> HigherTimeframe:
        """What `lab.timeframe` does."""
        if self._is_sealed:
            raise RuntimeError('timeframe can be called in setup only')
        is_known = isinstance(name, str) and name in TIMEFRAME_MILLISECONDS
        if not is_known or not can_resample(self._base, name):
            raise ValueError(
                f'timeframe takes one that is longer than {self._base} and a multiple of it, was {name}'
            )
        if name in self._given:
            return self._given[name]
        if len(self._windows) == MOST_TIMEFRAMES:
            raise ValueError(f'a strategy looks at {MOST_TIMEFRAMES} higher timeframes at most')
        window = HigherWindow(self._base, name)
        given = HigherTimeframe(window)
        self._windows.append(window)
        self._given[name] = given
        return given

    def seal(self) -> None:
        """Ends the asking."""
        self._is_sealed = True
        for window in self._windows:
            window.warm_up = window.maker.seal()

    @property
    def is_empty(self) -> bool:
        return not self._windows

    def append(self, window: BarWindow, count: int) -> None:
        """Takes the last `count` bars of the run's window."""
        for higher in self._windows:
            higher.append(window, window.length - count, window.length)

    def move_to(self, bar: int) -> None:
        for higher in self._windows:
            higher.move_to(bar)

    @property
    def is_warm(self) -> bool:
        return all(higher.is_warm for higher in self._windows)
