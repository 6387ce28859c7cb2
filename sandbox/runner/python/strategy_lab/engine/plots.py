"""The series that a strategy declares to be shown. Nothing of a run is computed from them."""

from __future__ import annotations

import unicodedata
from array import array
from typing import Dict, List

from .rules import LONGEST_PLOT_NAME, MAXIMUM_PLOTS
from .series import BarWindow, Series, values_of, window_of

PANES = ('price', 'below')
# What a chart cannot show, or shows as something else: control marks, marks of direction, half letters.
UNSHOWABLE = frozenset(('Cc', 'Cf', 'Co', 'Cs', 'Zl', 'Zp'))


class Plots:
    """`declarations` are name and pane of each; `values` those of the piece, plot after plot, one a bar."""

    __slots__ = ('declarations', 'values', '_columns', '_window', '_is_sealed', '_bars')

    def __init__(self, window: BarWindow) -> None:
        self.declarations: List[Dict[str, str]] = []
        self.values = array('d')
        self._columns: List[List[float]] = []
        # That of the run's first market.
        self._window = window
        self._is_sealed = False
        self._bars = 0

    def declare(self, name: str, series: Series, *, pane: str = 'price') -> None:
        """What `lab.plot` does."""
        if self._is_sealed:
            raise RuntimeError('plot can be called in setup only')
        shown = self._check_name(name)
        if not isinstance(series, Series):
            raise TypeError(f'the plot {shown} takes one series of this run, such as lab.indicators.sma(20)')
        if window_of(series) is not self._window:
            raise TypeError(f'the plot {shown} takes a series of the first market, bar by bar')
        if pane not in PANES:
            raise TypeError("the pane of a plot is 'price' or 'below'")
        if len(self.declarations) == MAXIMUM_PLOTS:
            raise ValueError(f'a strategy has at most {MAXIMUM_PLOTS} plots')
        self.declarations.append({'name': shown, 'pane': pane})
        self._columns.append(values_of(series))

    def seal(self) -> None:
        """Ends the declaring."""
        self._is_sealed = True

    def begin(self, bars: int) -> None:
        """Makes room for the values of `bars` bars, in place of those recorded before."""
        self.values = array('d', bytes(8 * len(self._columns) * bars))
        self._bars = bars

    def record(self, start: int, end: int, place: int) -> None:
        """Records bars `start` to `end` of the window as those from `place` on of the piece."""
        for plot, column in enumerate(self._columns):
            first = plot * self._bars + place
            self.values[first : first + end - start] = array('d', column[start:end])

    def _check_name(self, name: object) -> str:
        shown = name.strip() if isinstance(name, str) else ''
        # Counted as the host does, by 16-bit units.
        length = len(shown.encode('utf-16-le', 'surrogatepass')) // 2
        is_showable = all(unicodedata.category(mark) not in UNSHOWABLE for mark in shown)
        if not 0 < length <= LONGEST_PLOT_NAME or not is_showable:
            raise TypeError(
                f'plot takes a name of 1 to {LONGEST_PLOT_NAME} characters that can be shown '
                'as its first argument'
            )
        if any(other['name'] == shown for other in self.declarations):
            raise ValueError(f'there are two plots of the name {shown}')
        return shown
