"""Prices made of the prices of one bar, or of the day before."""

from __future__ import annotations

from ..series import Series
from .group import IndicatorGroup
from .kernels import prices
from .kernels.arithmetic import midpoint
from .kernels.pivots import PIVOT_RULES, pivot_points
from .results import HeikinAshi, PivotPoints


class Prices(IndicatorGroup):
    """Definitions: strategy_lab/__init__.pyi."""

    __slots__ = ()

    def typical_price(self) -> Series:
        call = self._begin('typical_price')
        return call.pipeline.output(prices.typical_price(call.bars))

    def median_price(self) -> Series:
        call = self._begin('median_price')
        return call.pipeline.output(midpoint(call.bars.high, call.bars.low))

    def average_price(self) -> Series:
        call = self._begin('average_price')
        return call.pipeline.output(prices.average_price(call.bars))

    def heikin_ashi(self) -> HeikinAshi:
        call = self._begin('heikin_ashi')
        return HeikinAshi(*call.pipeline.outputs(prices.heikin_ashi(call.bars)))

    def pivot_points(self, *, method: str = 'classic') -> PivotPoints:
        call = self._begin('pivot_points')
        rule = call.choice('method', method, PIVOT_RULES)
        return PivotPoints(*call.pipeline.outputs(pivot_points(call.bars, rule)))
