"""The indicators of one run on its window."""

from __future__ import annotations

from ..numeric import INFINITY
from ..series import BarWindow
from .averages import Averages
from .call import IndicatorCall
from .channels import Channels
from .momentum import Momentum
from .oscillators import Oscillators
from .prices import Prices
from .statistics import Statistics
from .trends import Trends
from .volatility import Volatility
from .volume import Volume


class IndicatorMaker:
    """Begins the calls on one window and knows the bars that the slowest one waits for."""

    __slots__ = ('_window', '_slowest', '_is_sealed')

    def __init__(self, window: BarWindow) -> None:
        self._window = window
        self._slowest = 0
        self._is_sealed = False

    def begin(self, name: str) -> IndicatorCall:
        """Begins a call of the indicator of this name. Raises RuntimeError after `setup`."""
        if self._is_sealed:
            raise RuntimeError(f'indicators.{name} can be called in setup only')
        return IndicatorCall(name, self._window, self._wait)

    def seal(self) -> int:
        """Ends the making of indicators and returns the bars that the slowest one waits for."""
        self._is_sealed = True
        return self._slowest

    def _wait(self, lookback: float) -> None:
        if lookback != INFINITY:
            self._slowest = max(self._slowest, int(lookback))


class Indicators(
    Prices, Averages, Oscillators, Momentum, Trends, Channels, Volatility, Volume, Statistics
):
    """Causal indicators; call them in `setup` only."""

    __slots__ = ()
