"""Moving averages."""

from __future__ import annotations

from math import sqrt
from typing import Optional

from ..series import Series
from .group import IndicatorGroup
from .kernels.adaptive import adaptive_average, efficiency_ratio, step_lengths
from .kernels.arithmetic import extrapolation
from .kernels.lines import generalised_double, line_fit, triple_average, weighted_average, without_lag
from .kernels.recursive_average import SEEDS, exponential_average, wilder_average
from .kernels.simple_average import simple_moving_average
from .kernels.sums import weighted_mean, window_mean, window_sum
from .results import LinearRegression


class Averages(IndicatorGroup):
    """Definitions: strategy_lab/__init__.pyi."""

    __slots__ = ()

    def sma(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('sma')
        period = call.period(period)
        return call.pipeline.output(simple_moving_average(call.source_of(source), period))

    def ema(self, period: int, source: Optional[Series] = None, *, seed: str = 'mean') -> Series:
        call = self._begin('ema')
        period = call.period(period)
        seed = call.choice('seed', seed, SEEDS)
        return call.pipeline.output(exponential_average(call.source_of(source), period, seed))

    def rma(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('rma')
        period = call.period(period)
        return call.pipeline.output(wilder_average(call.source_of(source), period))

    def wma(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('wma')
        period = call.period(period)
        return call.pipeline.output(weighted_average(call.pipeline, call.source_of(source), period))

    def hma(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('hma')
        period = call.period(period, 2)
        column = call.source_of(source)
        pipeline = call.pipeline
        half = pipeline.step(weighted_average(pipeline, column, period // 2))
        whole = pipeline.step(weighted_average(pipeline, column, period))
        early = pipeline.step(extrapolation(half, whole, 1))
        return pipeline.output(weighted_average(pipeline, early, int(sqrt(period))))

    def dema(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('dema')
        period = call.period(period)
        return call.pipeline.output(generalised_double(call.pipeline, call.source_of(source), period, 1))

    def tema(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('tema')
        period = call.period(period)
        pipeline = call.pipeline
        once = pipeline.step(exponential_average(call.source_of(source), period))
        twice = pipeline.step(exponential_average(once, period))
        thrice = pipeline.step(exponential_average(twice, period))
        return pipeline.output(triple_average(once, twice, thrice))

    def t3(self, period: int, volume_factor: float = 0.7, source: Optional[Series] = None) -> Series:
        call = self._begin('t3')
        period = call.period(period)
        factor = call.above_zero('a volume_factor', volume_factor)
        pipeline = call.pipeline
        once = pipeline.step(generalised_double(pipeline, call.source_of(source), period, factor))
        twice = pipeline.step(generalised_double(pipeline, once, period, factor))
        return pipeline.output(generalised_double(pipeline, twice, period, factor))

    def trima(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('trima')
        period = call.period(period)
        pipeline = call.pipeline
        inner = pipeline.step(window_mean(call.source_of(source), (period + 2) // 2))
        return pipeline.output(window_mean(inner, (period + 1) // 2))

    def kama(
        self, period: int = 10, fast: int = 2, slow: int = 30, source: Optional[Series] = None
    ) -> Series:
        call = self._begin('kama')
        period, fast, slow = call.periods((period, fast, slow))
        column = call.source_of(source)
        pipeline = call.pipeline
        path = pipeline.step(window_sum(pipeline.step(step_lengths(column)), period))
        efficiency = pipeline.step(efficiency_ratio(column, path, period))
        return pipeline.output(adaptive_average(column, efficiency, fast, slow))

    def zlema(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('zlema')
        period = call.period(period)
        pipeline = call.pipeline
        early = pipeline.step(without_lag(call.source_of(source), (period - 1) // 2))
        return pipeline.output(exponential_average(early, period))

    def vwma(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('vwma')
        period = call.period(period)
        return call.pipeline.output(weighted_mean(call.source_of(source), call.bars.volume, period))

    def linear_regression(self, period: int, source: Optional[Series] = None) -> LinearRegression:
        call = self._begin('linear_regression')
        period = call.period(period, 2)
        pipeline = call.pipeline
        return LinearRegression(*pipeline.outputs(line_fit(pipeline, call.source_of(source), period)))
