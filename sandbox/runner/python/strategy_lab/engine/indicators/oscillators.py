"""Oscillators between bounds, or around a mean."""

from __future__ import annotations

from typing import Optional

from ..series import Series
from .group import IndicatorGroup
from .kernels.arithmetic import midpoint, place_between, quotient, rate_of_change, scaled
from .kernels.extremes import extreme
from .kernels.oscillators import (
    channel_index,
    fisher_transform,
    mean_of_three,
    streak_lengths,
    weighted_by_four_two_one,
)
from .kernels.prices import typical_price
from .kernels.ranges import buying_pressure, true_range
from .kernels.ranking import percent_rank
from .kernels.relative_strength import relative_strength
from .kernels.smoothing import SMOOTHINGS
from .kernels.sums import window_mean, window_sum
from .pipeline import Column, Pipeline, Stage, column_of
from .results import Stochastic


class Oscillators(IndicatorGroup):
    """Definitions: strategy_lab/__init__.pyi."""

    __slots__ = ()

    def rsi(self, period: int, source: Optional[Series] = None, *, smoothing: str = 'wilder') -> Series:
        call = self._begin('rsi')
        period = call.period(period)
        column = call.source_of(source)
        smoothing = call.choice('smoothing', smoothing, SMOOTHINGS)
        return call.pipeline.output(relative_strength(call.pipeline, column, period, smoothing))

    def stoch_rsi(
        self,
        period: int = 14,
        range: int = 14,
        smoothing: int = 3,
        signal: int = 3,
        source: Optional[Series] = None,
    ) -> Stochastic:
        call = self._begin('stoch_rsi')
        period, range, smoothing, signal = call.periods((period, range, smoothing, signal))
        pipeline = call.pipeline
        rsi = pipeline.step(relative_strength(pipeline, call.source_of(source), period, 'wilder'))
        low = pipeline.step(extreme(rsi, range, -1))
        high = pipeline.step(extreme(rsi, range, 1))
        # While nothing moves the index stays where it is but for its rounding.
        return _stochastic_lines(
            pipeline, place_between(rsi, low, high, 100, 0, noise=1e-9), smoothing, signal
        )

    def connors_rsi(
        self, period: int = 3, streak: int = 2, rank: int = 100, source: Optional[Series] = None
    ) -> Series:
        call = self._begin('connors_rsi')
        period, streak, rank = call.periods((period, streak, rank))
        column = call.source_of(source)
        pipeline = call.pipeline
        streaks = pipeline.step(streak_lengths(column))
        return pipeline.output(
            mean_of_three(
                pipeline.step(relative_strength(pipeline, column, period, 'wilder')),
                pipeline.step(relative_strength(pipeline, streaks, streak, 'wilder')),
                pipeline.step(percent_rank(pipeline.step(rate_of_change(column, 1)), rank, False)),
            )
        )

    def cmo(self, period: int, source: Optional[Series] = None, *, smoothing: str = 'simple') -> Series:
        call = self._begin('cmo')
        period = call.period(period)
        column = call.source_of(source)
        smoothing = call.choice('smoothing', smoothing, ('simple', 'wilder', 'exponential'))
        pipeline = call.pipeline
        strength = pipeline.step(relative_strength(pipeline, column, period, smoothing))
        return pipeline.output(scaled(strength, 2, -100))

    def stochastic(self, period: int = 14, smoothing: int = 3, signal: int = 3) -> Stochastic:
        call = self._begin('stochastic')
        period, smoothing, signal = call.periods((period, smoothing, signal))
        pipeline, bars = call.pipeline, call.bars
        low = pipeline.step(extreme(bars.low, period, -1))
        high = pipeline.step(extreme(bars.high, period, 1))
        return _stochastic_lines(pipeline, place_between(bars.close, low, high, 100, 0), smoothing, signal)

    def williams_r(self, period: int) -> Series:
        call = self._begin('williams_r')
        period = call.period(period)
        pipeline, bars = call.pipeline, call.bars
        low = pipeline.step(extreme(bars.low, period, -1))
        high = pipeline.step(extreme(bars.high, period, 1))
        return pipeline.output(place_between(bars.close, low, high, 100, -100))

    def cci(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('cci')
        period = call.period(period)
        pipeline = call.pipeline
        column = pipeline.keep(typical_price(call.bars)) if source is None else call.column(source)
        return pipeline.output(channel_index(column, pipeline.step(window_mean(column, period)), period))

    def ultimate_oscillator(self, short: int = 7, middle: int = 14, long: int = 28) -> Series:
        call = self._begin('ultimate_oscillator')
        short, middle, long = call.periods((short, middle, long))
        pipeline, bars = call.pipeline, call.bars
        pressure = pipeline.step(buying_pressure(bars))
        reach = pipeline.step(true_range(bars))

        def average(period: int) -> Column:
            pressures = pipeline.step(window_sum(pressure, period))
            return pipeline.step(quotient(pressures, pipeline.step(window_sum(reach, period)), 100, 50.0))

        return pipeline.output(weighted_by_four_two_one(average(short), average(middle), average(long)))

    def fisher_transform(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('fisher_transform')
        period = call.period(period)
        pipeline, bars = call.pipeline, call.bars
        column = pipeline.step(midpoint(bars.high, bars.low)) if source is None else call.column(source)
        low = pipeline.step(extreme(column, period, -1))
        high = pipeline.step(extreme(column, period, 1))
        return pipeline.output(fisher_transform(pipeline.step(place_between(column, low, high, 1, -0.5))))


def _stochastic_lines(pipeline: Pipeline, raw: Stage, smoothing: int, signal: int) -> Stochastic:
    """%K, smoothed, and its average %D."""
    k = pipeline.output(window_mean(pipeline.step(raw), smoothing))
    return Stochastic(k, pipeline.output(window_mean(column_of(k), signal)))
