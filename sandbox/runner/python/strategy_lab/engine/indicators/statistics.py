"""Where a value stands among the last ones."""

from __future__ import annotations

from typing import Optional

from ..series import Series
from .group import IndicatorGroup
from .kernels import moments, ranking
from .kernels.extremes import extreme


class Statistics(IndicatorGroup):
    """Definitions: strategy_lab/__init__.pyi."""

    __slots__ = ()

    def highest(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('highest')
        period = call.period(period)
        return call.pipeline.output(extreme(call.source_of(source, call.bars.high), period, 1))

    def lowest(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('lowest')
        period = call.period(period)
        return call.pipeline.output(extreme(call.source_of(source, call.bars.low), period, -1))

    def median(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('median')
        period = call.period(period)
        return call.pipeline.output(ranking.median(call.source_of(source), period))

    def percent_rank(
        self, period: int, source: Optional[Series] = None, *, ties: str = 'above'
    ) -> Series:
        call = self._begin('percent_rank')
        period = call.period(period)
        column = call.source_of(source)
        ties = call.choice('ties', ties, ('above', 'below'))
        return call.pipeline.output(ranking.percent_rank(column, period, ties == 'below'))

    def correlation(self, period: int, first: Series, second: Series) -> Series:
        call = self._begin('correlation')
        period = call.period(period, 2)
        a, b = call.column(first), call.column(second)
        pipeline = call.pipeline
        products = pipeline.step(moments.codeviations(a, b, period))
        first_squares = pipeline.step(moments.squared_deviations(a, period))
        second_squares = pipeline.step(moments.squared_deviations(b, period))
        return pipeline.output(moments.correlation(products, first_squares, second_squares))
