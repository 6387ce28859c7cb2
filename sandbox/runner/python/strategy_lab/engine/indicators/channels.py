"""Bands around a price."""

from __future__ import annotations

from typing import NamedTuple, Optional

from ..series import Series
from .group import IndicatorGroup
from .kernels.arithmetic import band, difference, midpoint, place_between, quotient
from .kernels.extremes import extreme
from .kernels.prices import typical_price
from .kernels.ranges import average_true_range
from .kernels.recursive_average import exponential_average
from .kernels.simple_average import simple_moving_average
from .kernels.smoothing import SMOOTHINGS
from .kernels.standard_deviation import standard_deviation
from .kernels.sums import window_mean
from .pipeline import Column, Pipeline, Stage, column_of
from .results import Bands

POPULATION_FIRST = (0, 1)


class BollingerParts(NamedTuple):
    """What all three indicators by Bollinger begin with."""

    pipeline: Pipeline
    source: Column
    middle: Stage
    width: Column
    deviations: float


class Channels(IndicatorGroup):
    """Definitions: strategy_lab/__init__.pyi."""

    __slots__ = ()

    def bollinger(
        self, period: int = 20, deviations: float = 2, source: Optional[Series] = None, *, ddof: int = 0
    ) -> Bands:
        pipeline, _, middle, width, factor = self._bollinger('bollinger', period, deviations, source, ddof)
        return _bands_around(pipeline, pipeline.output(middle), width, factor)

    def bollinger_percent_b(
        self, period: int = 20, deviations: float = 2, source: Optional[Series] = None, *, ddof: int = 0
    ) -> Series:
        parts = self._bollinger('bollinger_percent_b', period, deviations, source, ddof)
        pipeline, column, middle_stage, width, factor = parts
        middle = pipeline.step(middle_stage)
        low = pipeline.step(band(middle, width, -factor))
        high = pipeline.step(band(middle, width, factor))
        return pipeline.output(place_between(column, low, high, 1, 0))

    def bollinger_bandwidth(
        self, period: int = 20, deviations: float = 2, source: Optional[Series] = None, *, ddof: int = 0
    ) -> Series:
        parts = self._bollinger('bollinger_bandwidth', period, deviations, source, ddof)
        pipeline, _, middle, width, factor = parts
        return pipeline.output(quotient(width, pipeline.step(middle), 2 * factor, 0.0))

    def keltner(
        self,
        period: int = 20,
        multiplier: float = 2,
        source: Optional[Series] = None,
        *,
        form: str = 'atr',
        atr_period: int = 10,
        smoothing: str = 'wilder',
    ) -> Bands:
        call = self._begin('keltner')
        period = call.period(period)
        multiplier = call.above_zero('a multiplier', multiplier)
        column = None if source is None else call.column(source)
        form = call.choice('form', form, ('atr', 'original'))
        smoothing = call.choice('smoothing', smoothing, SMOOTHINGS)
        atr_period = call.period(atr_period)
        pipeline, bars = call.pipeline, call.bars
        if form == 'original':
            base = pipeline.step(typical_price(bars)) if column is None else column
            middle = pipeline.output(window_mean(base, period))
            reach = pipeline.step(window_mean(pipeline.step(difference(bars.high, bars.low)), period))
            return _bands_around(pipeline, middle, reach, multiplier)
        middle = pipeline.output(exponential_average(bars.close if column is None else column, period))
        reach = average_true_range(pipeline, bars, atr_period, smoothing)
        return _bands_around(pipeline, middle, reach, multiplier)

    def donchian(self, period: int) -> Bands:
        call = self._begin('donchian')
        period = call.period(period)
        pipeline, bars = call.pipeline, call.bars
        upper = pipeline.output(extreme(bars.high, period, 1))
        lower = pipeline.output(extreme(bars.low, period, -1))
        return Bands(upper, pipeline.output(midpoint(column_of(upper), column_of(lower))), lower)

    def _bollinger(
        self, name: str, period: int, deviations: float, source: Optional[Series], ddof: int
    ) -> BollingerParts:
        call = self._begin(name)
        period = call.period(period, 2)
        deviations = call.above_zero('deviations', deviations)
        column = call.source_of(source)
        ddof = call.choice('ddof', ddof, POPULATION_FIRST)
        pipeline = call.pipeline
        middle = simple_moving_average(column, period)
        width = pipeline.step(standard_deviation(column, period, ddof))
        return BollingerParts(pipeline, column, middle, width, deviations)


def _bands_around(pipeline: Pipeline, middle: Series, width: Column, factor: float) -> Bands:
    center = column_of(middle)
    return Bands(
        pipeline.output(band(center, width, factor)), middle, pipeline.output(band(center, width, -factor))
    )
