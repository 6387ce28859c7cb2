"""How far and how fast a price moved."""

from __future__ import annotations

from typing import Callable, Optional, Sequence

from ..series import Series
from .call import IndicatorCall
from .group import IndicatorGroup
from .kernels import arithmetic
from .kernels.arithmetic import delayed, difference, magnitude, midpoint, quotient, rate_of_change, scaled
from .kernels.recursive_average import exponential_average
from .kernels.simple_average import simple_moving_average
from .kernels.sums import window_mean
from .pipeline import Column, Stage, column_of
from .results import ElderRay, Macd

MACD_SEEDS = ('mean', 'first', 'together')


class Momentum(IndicatorGroup):
    """Definitions: strategy_lab/__init__.pyi."""

    __slots__ = ()

    def change(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('change')
        period = call.period(period)
        return call.pipeline.output(rate_of_change(call.source_of(source), period))

    def roc(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('roc')
        period = call.period(period)
        pipeline = call.pipeline
        return pipeline.output(scaled(pipeline.step(rate_of_change(call.source_of(source), period)), 100))

    def momentum(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('momentum')
        period = call.period(period)
        return call.pipeline.output(arithmetic.momentum(call.source_of(source), period))

    def macd(
        self,
        fast: int = 12,
        slow: int = 26,
        signal: int = 9,
        source: Optional[Series] = None,
        *,
        seed: str = 'mean',
    ) -> Macd:
        call = self._begin('macd')
        return _convergence(call, call.periods((fast, slow, signal)), source, seed, difference)

    def ppo(
        self,
        fast: int = 12,
        slow: int = 26,
        signal: int = 9,
        source: Optional[Series] = None,
        *,
        seed: str = 'mean',
    ) -> Macd:
        call = self._begin('ppo')

        def line_of(quick: Column, lazy: Column) -> Stage:
            return quotient(call.pipeline.step(difference(quick, lazy)), lazy, 100, 0.0)

        return _convergence(call, call.periods((fast, slow, signal)), source, seed, line_of)

    def trix(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('trix')
        period = call.period(period)
        pipeline = call.pipeline
        once = pipeline.step(exponential_average(call.source_of(source), period))
        twice = pipeline.step(exponential_average(once, period))
        thrice = pipeline.keep(exponential_average(twice, period))
        return pipeline.output(scaled(pipeline.step(rate_of_change(thrice, 1)), 100))

    def tsi(self, long: int = 25, short: int = 13, source: Optional[Series] = None) -> Series:
        call = self._begin('tsi')
        long, short = call.periods((long, short))
        pipeline = call.pipeline
        move = pipeline.step(arithmetic.momentum(call.source_of(source), 1))

        def smooth(column: Column) -> Column:
            return pipeline.step(exponential_average(pipeline.step(exponential_average(column, long)), short))

        return pipeline.output(quotient(smooth(move), smooth(pipeline.step(magnitude(move))), 100, 0.0))

    def awesome_oscillator(self, fast: int = 5, slow: int = 34) -> Series:
        call = self._begin('awesome_oscillator')
        fast, slow = call.periods((fast, slow))
        pipeline = call.pipeline
        median = pipeline.step(midpoint(call.bars.high, call.bars.low))
        quick = pipeline.step(window_mean(median, fast))
        return pipeline.output(difference(quick, pipeline.step(window_mean(median, slow))))

    def dpo(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('dpo')
        period = call.period(period)
        column = call.source_of(source)
        pipeline = call.pipeline
        average = pipeline.step(simple_moving_average(column, period))
        earlier = pipeline.step(delayed(column, period // 2 + 1))
        return pipeline.output(difference(earlier, average))

    def elder_ray(self, period: int = 13) -> ElderRay:
        call = self._begin('elder_ray')
        period = call.period(period)
        pipeline, bars = call.pipeline, call.bars
        average = pipeline.step(exponential_average(bars.close, period))
        return ElderRay(
            pipeline.output(difference(bars.high, average)), pipeline.output(difference(bars.low, average))
        )


def _convergence(
    call: IndicatorCall,
    periods: Sequence[int],
    source: Optional[Series],
    seed: str,
    line_of: Callable[[Column, Column], Stage],
) -> Macd:
    """Two exponential averages, a line from them, its exponential average, and the distance of the two."""
    fast, slow, signal = periods
    column = call.source_of(source)
    seed = call.choice('seed', seed, MACD_SEEDS)
    pipeline = call.pipeline
    start = 'first' if seed == 'first' else 'mean'

    def average(period: int) -> Column:
        # Seeded together, the shorter average begins with the last values of the longer one's first window.
        wait = max(fast, slow) - period if seed == 'together' else 0
        later = Column(column.values, column.lookback + wait)
        return pipeline.step(exponential_average(later, period, start))

    line = pipeline.output(line_of(average(fast), average(slow)))
    signal_line = pipeline.output(exponential_average(column_of(line), signal, start))
    histogram = pipeline.output(difference(column_of(line), column_of(signal_line)))
    return Macd(line, signal_line, histogram)
