"""Prices and the volume behind them."""

from __future__ import annotations

from typing import Optional

from ..series import Series
from .group import IndicatorGroup
from .kernels import flows
from .kernels.arithmetic import difference, percent_share, quotient
from .kernels.flows import force_of, money_flow_volume, signed_flows, signed_volume
from .kernels.prices import typical_price
from .kernels.recursive_average import exponential_average
from .kernels.sessions import daily_mean
from .kernels.sums import running_total, weighted_mean, window_mean, window_sum


class Volume(IndicatorGroup):
    """Definitions: strategy_lab/__init__.pyi."""

    __slots__ = ()

    def obv(self) -> Series:
        call = self._begin('obv')
        return call.pipeline.output(running_total(call.pipeline.step(signed_volume(call.bars))))

    def accumulation_distribution(self) -> Series:
        call = self._begin('accumulation_distribution')
        return call.pipeline.output(running_total(call.pipeline.step(money_flow_volume(call.bars))))

    def chaikin_oscillator(self, fast: int = 3, slow: int = 10) -> Series:
        call = self._begin('chaikin_oscillator')
        fast, slow = call.periods((fast, slow))
        pipeline = call.pipeline
        line = pipeline.step(running_total(pipeline.step(money_flow_volume(call.bars))))
        quick = pipeline.step(exponential_average(line, fast))
        return pipeline.output(difference(quick, pipeline.step(exponential_average(line, slow))))

    def chaikin_money_flow(self, period: int) -> Series:
        call = self._begin('chaikin_money_flow')
        period = call.period(period)
        pipeline, bars = call.pipeline, call.bars
        flow = pipeline.step(window_sum(pipeline.step(money_flow_volume(bars)), period))
        return pipeline.output(quotient(flow, pipeline.step(window_sum(bars.volume, period)), 1, 0.0))

    def mfi(self, period: int) -> Series:
        call = self._begin('mfi')
        period = call.period(period)
        pipeline, bars = call.pipeline, call.bars
        rising, falling = pipeline.steps(signed_flows(pipeline.step(typical_price(bars)), bars.volume))
        risen = pipeline.step(window_sum(rising, period))
        return pipeline.output(percent_share(risen, pipeline.step(window_sum(falling, period))))

    def vwap(self, source: Optional[Series] = None) -> Series:
        call = self._begin('vwap')
        pipeline, bars = call.pipeline, call.bars
        column = pipeline.step(typical_price(bars)) if source is None else call.column(source)
        return pipeline.output(daily_mean(column, bars.volume, bars.time))

    def rolling_vwap(self, period: int, source: Optional[Series] = None) -> Series:
        call = self._begin('rolling_vwap')
        period = call.period(period)
        pipeline, bars = call.pipeline, call.bars
        column = pipeline.step(typical_price(bars)) if source is None else call.column(source)
        return pipeline.output(weighted_mean(column, bars.volume, period))

    def force_index(self, period: int = 13) -> Series:
        call = self._begin('force_index')
        period = call.period(period)
        pipeline = call.pipeline
        return pipeline.output(exponential_average(pipeline.step(force_of(call.bars)), period))

    def ease_of_movement(self, period: int = 14, *, scale: float = 100_000_000) -> Series:
        call = self._begin('ease_of_movement')
        period = call.period(period)
        scale = call.above_zero('scale', scale)
        pipeline = call.pipeline
        return pipeline.output(window_mean(pipeline.step(flows.ease_of_movement(call.bars, scale)), period))
