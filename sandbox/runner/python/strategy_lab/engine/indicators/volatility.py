"""How much prices move, whichever way."""

from __future__ import annotations

from math import sqrt
from typing import Optional

from ..series import Series
from .group import IndicatorGroup
from .kernels import ranges, variance
from .kernels.arithmetic import difference, product, quotient, scaled
from .kernels.extremes import extreme
from .kernels.ranges import average_true_range
from .kernels.simple_average import simple_moving_average
from .kernels.smoothing import SMOOTHINGS, smoothed
from .kernels.standard_deviation import standard_deviation
from .kernels.sums import window_mean, window_sum
from .kernels.variance import LN2, garman_klass_term, log_return, logarithm_of_ratio, square_root

SAMPLE_FIRST = (1, 0)


class Volatility(IndicatorGroup):
    """Definitions: strategy_lab/__init__.pyi."""

    __slots__ = ()

    def true_range(self) -> Series:
        call = self._begin('true_range')
        return call.pipeline.output(ranges.true_range(call.bars))

    def atr(self, period: int, *, smoothing: str = 'wilder') -> Series:
        call = self._begin('atr')
        period = call.period(period)
        smoothing = call.choice('smoothing', smoothing, SMOOTHINGS)
        pipeline = call.pipeline
        return pipeline.output(smoothed(pipeline.step(ranges.true_range(call.bars)), period, smoothing))

    def natr(self, period: int, *, smoothing: str = 'wilder') -> Series:
        call = self._begin('natr')
        period = call.period(period)
        smoothing = call.choice('smoothing', smoothing, SMOOTHINGS)
        pipeline, bars = call.pipeline, call.bars
        reach = average_true_range(pipeline, bars, period, smoothing)
        return pipeline.output(quotient(reach, bars.close, 100, 0.0))

    def deviation(self, period: int, source: Optional[Series] = None, *, ddof: int = 1) -> Series:
        call = self._begin('deviation')
        period = call.period(period, 2)
        column = call.source_of(source)
        ddof = call.choice('ddof', ddof, SAMPLE_FIRST)
        return call.pipeline.output(standard_deviation(column, period, ddof))

    def z_score(self, period: int, source: Optional[Series] = None, *, ddof: int = 1) -> Series:
        call = self._begin('z_score')
        period = call.period(period, 2)
        column = call.source_of(source)
        ddof = call.choice('ddof', ddof, SAMPLE_FIRST)
        pipeline = call.pipeline
        average = pipeline.step(simple_moving_average(column, period))
        distance = pipeline.step(difference(column, average))
        width = pipeline.step(standard_deviation(column, period, ddof))
        return pipeline.output(quotient(distance, width, 1, 0.0))

    def historical_volatility(
        self, period: int, source: Optional[Series] = None, *, periods_per_year: float = 1
    ) -> Series:
        call = self._begin('historical_volatility')
        period = call.period(period, 2)
        column = call.source_of(source)
        periods_per_year = call.above_zero('periods_per_year', periods_per_year)
        pipeline = call.pipeline
        width = pipeline.step(standard_deviation(pipeline.keep(log_return(column)), period, 1))
        return pipeline.output(scaled(width, sqrt(periods_per_year)))

    def parkinson(self, period: int, *, periods_per_year: float = 1) -> Series:
        call = self._begin('parkinson')
        period = call.period(period)
        periods_per_year = call.above_zero('periods_per_year', periods_per_year)
        pipeline, bars = call.pipeline, call.bars
        reach = pipeline.step(logarithm_of_ratio(bars.high, bars.low))
        mean = pipeline.step(window_mean(pipeline.step(product(reach, reach)), period))
        return pipeline.output(square_root(mean, periods_per_year / (4 * LN2)))

    def garman_klass(self, period: int, *, periods_per_year: float = 1) -> Series:
        call = self._begin('garman_klass')
        period = call.period(period)
        periods_per_year = call.above_zero('periods_per_year', periods_per_year)
        pipeline, bars = call.pipeline, call.bars
        reach = pipeline.step(logarithm_of_ratio(bars.high, bars.low))
        body = pipeline.step(logarithm_of_ratio(bars.close, bars.open))
        mean = pipeline.step(window_mean(pipeline.step(garman_klass_term(reach, body)), period))
        return pipeline.output(square_root(mean, periods_per_year))

    def choppiness(self, period: int) -> Series:
        call = self._begin('choppiness')
        period = call.period(period, 2)
        pipeline, bars = call.pipeline, call.bars
        path = pipeline.step(window_sum(pipeline.step(ranges.true_range(bars)), period))
        high = pipeline.step(extreme(bars.high, period, 1))
        low = pipeline.step(extreme(bars.low, period, -1))
        reach = pipeline.step(difference(high, low))
        return pipeline.output(variance.choppiness(path, reach, period))

    def ulcer_index(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('ulcer_index')
        period = call.period(period)
        column = call.source_of(source)
        pipeline = call.pipeline
        top = pipeline.step(extreme(column, period, 1))
        depth = pipeline.step(quotient(pipeline.step(difference(column, top)), top, 100, 0.0))
        square = pipeline.step(window_mean(pipeline.step(product(depth, depth)), period))
        return pipeline.output(square_root(square, 1))
