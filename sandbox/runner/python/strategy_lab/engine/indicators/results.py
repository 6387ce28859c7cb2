"""What indicators give that have several series."""

from __future__ import annotations

from typing import NamedTuple

from ..series import Series


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
    """The stop, and 1 upwards or -1 downwards."""

    line: Series
    direction: Series


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
