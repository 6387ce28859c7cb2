"""Direction and strength of a trend, and stops that follow it."""

from __future__ import annotations

from typing import Optional

from ..series import Series
from .call import IndicatorCall
from .group import IndicatorGroup
from .kernels import adaptive
from .kernels.arithmetic import band, delayed, difference, midpoint, quotient
from .kernels.extremes import extreme, extreme_recency
from .kernels.ranges import average_true_range, directional_movements, true_range, vortex_movements
from .kernels.recursive_average import wilder_average
from .kernels.smoothing import SMOOTHINGS
from .kernels.stops import directional_index, parabolic_stop, trend_bands
from .kernels.sums import window_sum
from .pipeline import Column, Stage, column_of
from .results import Aroon, ChandelierExit, DirectionalMovement, Ichimoku, Supertrend, Vortex


class Trends(IndicatorGroup):
    """Definitions: strategy_lab/__init__.pyi."""

    __slots__ = ()

    def adx(self, period: int = 14) -> DirectionalMovement:
        call = self._begin('adx')
        period = call.period(period)
        pipeline, bars = call.pipeline, call.bars
        reach = average_true_range(pipeline, bars, period, 'wilder')
        risen, fallen = pipeline.steps(directional_movements(bars))

        def line(movement: Column) -> Series:
            average = pipeline.step(wilder_average(movement, period))
            return pipeline.output(quotient(average, reach, 100, 0.0))

        plus = line(risen)
        minus = line(fallen)
        index = pipeline.step(directional_index(column_of(plus), column_of(minus)))
        return DirectionalMovement(pipeline.output(wilder_average(index, period)), plus, minus)

    def aroon(self, period: int = 25) -> Aroon:
        call = self._begin('aroon')
        period = call.period(period)
        pipeline, bars = call.pipeline, call.bars
        up = pipeline.output(extreme_recency(bars.high, period, 1))
        down = pipeline.output(extreme_recency(bars.low, period, -1))
        return Aroon(up, down, pipeline.output(difference(column_of(up), column_of(down))))

    def vortex(self, period: int = 14) -> Vortex:
        call = self._begin('vortex')
        period = call.period(period)
        pipeline, bars = call.pipeline, call.bars
        reach = pipeline.step(window_sum(pipeline.step(true_range(bars)), period))
        risen, fallen = pipeline.steps(vortex_movements(bars))

        def line(movement: Column) -> Series:
            return pipeline.output(quotient(pipeline.step(window_sum(movement, period)), reach, 1, 1.0))

        return Vortex(line(risen), line(fallen))

    def ichimoku(
        self, conversion: int = 9, base: int = 26, span: int = 52, displacement: int = 26
    ) -> Ichimoku:
        call = self._begin('ichimoku')
        conversion, base, span, displacement = call.periods((conversion, base, span, displacement))
        pipeline = call.pipeline
        conversion_line = pipeline.output(_middle_of_range(call, conversion))
        base_line = pipeline.output(_middle_of_range(call, base))
        fast = pipeline.step(midpoint(column_of(conversion_line), column_of(base_line)))
        slow = pipeline.step(_middle_of_range(call, span))
        return Ichimoku(
            conversion_line,
            base_line,
            pipeline.output(delayed(fast, displacement)),
            pipeline.output(delayed(slow, displacement)),
        )

    def parabolic_sar(self, step: float = 0.02, maximum: float = 0.2) -> Series:
        call = self._begin('parabolic_sar')
        step = call.above_zero('a step', step)
        maximum = call.above_zero('a maximum', maximum)
        return call.pipeline.output(parabolic_stop(call.bars, step, maximum))

    def supertrend(self, period: int = 10, multiplier: float = 3, *, smoothing: str = 'wilder') -> Supertrend:
        call = self._begin('supertrend')
        period = call.period(period)
        multiplier = call.above_zero('a multiplier', multiplier)
        smoothing = call.choice('smoothing', smoothing, SMOOTHINGS)
        pipeline, bars = call.pipeline, call.bars
        reach = average_true_range(pipeline, bars, period, smoothing)
        return Supertrend(*pipeline.outputs(trend_bands(bars, reach, multiplier)))

    def chandelier_exit(
        self, period: int = 22, multiplier: float = 3, *, smoothing: str = 'wilder'
    ) -> ChandelierExit:
        call = self._begin('chandelier_exit')
        period = call.period(period)
        multiplier = call.above_zero('a multiplier', multiplier)
        smoothing = call.choice('smoothing', smoothing, SMOOTHINGS)
        pipeline, bars = call.pipeline, call.bars
        reach = average_true_range(pipeline, bars, period, smoothing)
        high = pipeline.step(extreme(bars.high, period, 1))
        low = pipeline.step(extreme(bars.low, period, -1))
        return ChandelierExit(
            pipeline.output(band(high, reach, -multiplier)), pipeline.output(band(low, reach, multiplier))
        )

    def efficiency_ratio(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('efficiency_ratio')
        period = call.period(period)
        column = call.source_of(source)
        pipeline = call.pipeline
        path = pipeline.step(window_sum(pipeline.step(adaptive.step_lengths(column)), period))
        return pipeline.output(adaptive.efficiency_ratio(column, path, period))


def _middle_of_range(call: IndicatorCall, period: int) -> Stage:
    """Adds the highest high and the lowest low, and answers their middle."""
    high = call.pipeline.step(extreme(call.bars.high, period, 1))
    low = call.pipeline.step(extreme(call.bars.low, period, -1))
    return midpoint(high, low)
