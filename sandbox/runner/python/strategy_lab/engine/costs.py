"""Prices and fees of a venue."""

from __future__ import annotations

import math

from .columns import CandleColumns
from .settings import RunSettings

DAY_MILLISECONDS = 86_400_000
# Days whose trade decides on the fee: the present UTC day and those before it.
TIER_DAYS = 30
# Bars whose range is the measure of volatility slippage.
RANGE_BARS = 14
# No order moves the price by more: a wild model must not give prices below 0.
LARGEST_SLIP = 0.5
TICK_TOLERANCE = 1e-9


class Costs:
    """One for a run: the fee tiers look at the trade of all its markets."""

    __slots__ = ('settings', '_fixed', '_is_fixed', '_traded', '_day', '_traded_value')

    def __init__(self, settings: RunSettings) -> None:
        self.settings = settings
        self._fixed = settings.slippage + settings.spread / 2
        self._is_fixed = settings.volatility_slippage == 0 and settings.volume_slippage == 0
        # Traded value of each of the last days, in a ring.
        self._traded = [0.0] * TIER_DAYS
        self._day = -math.inf
        self._traded_value = 0.0

    def taken_price(
        self, price: float, direction: int, quantity: float, columns: CandleColumns, index: int, volume: float
    ) -> float:
        """What a market order gets: half the spread and the slippage worse than `price`, on its step."""
        fraction = self._fixed
        if not self._is_fixed:
            settings = self.settings
            if settings.volatility_slippage > 0:
                fraction += settings.volatility_slippage * _mean_range(columns, index)
            if settings.volume_slippage > 0:
                share = min(1.0, quantity / volume) if volume > 0 else 1.0
                fraction += settings.volume_slippage * share * share
            fraction = min(fraction, LARGEST_SLIP)
        return self.to_step(price * (1 + direction * fraction), direction)

    def to_step(self, price: float, direction: int) -> float:
        """`price` on the venue's grid of prices: up in direction 1, down in direction -1."""
        step = self.settings.price_step
        if step == 0:
            return price
        steps = price / step
        # What no float counts any more lies on every grid.
        if steps - steps != 0:
            return steps * step
        rounded = math.ceil(steps - TICK_TOLERANCE) if direction > 0 else math.floor(steps + TICK_TOLERANCE)
        return max(rounded, 1) * step

    def fee_rate(self, is_maker: bool, time: float) -> float:
        """Fee of one unit of traded value."""
        settings = self.settings
        taken = settings.fee
        made = settings.maker_fee
        if settings.fee_tiers:
            self._count_trade(time, 0.0)
            for tier in settings.fee_tiers:
                if self._traded_value < tier.traded_value:
                    break
                taken = tier.fee
                made = tier.maker_fee
        return made if is_maker else taken

    def charge(self, time: float, quantity: float, price: float, rate: float) -> float:
        """Counts a fill and returns its fee."""
        value = quantity * price
        fee = value * rate + self.settings.fixed_fee
        if self.settings.fee_tiers:
            self._count_trade(time, value)
        return fee

    def _count_trade(self, time: float, value: float) -> None:
        day = math.floor(time / DAY_MILLISECONDS)
        traded = self._traded
        for ago in range(int(min(day - self._day, TIER_DAYS))):
            traded[(day - ago) % TIER_DAYS] = 0.0
        self._day = day
        traded[day % TIER_DAYS] += value
        # Summed anew: a running difference would keep the rounding of trades long gone. Not by `sum`, which
        # compensates in some versions of Python.
        total = 0.0
        for part in traded:
            total += part
        self._traded_value = total


def _mean_range(columns: CandleColumns, index: int) -> float:
    """Mean true range of the bars before `index`, as a fraction of the last close; 0 without any."""
    total = 0.0
    bars = 0
    bar = index - 1
    high, low, close = columns.high, columns.low, columns.close
    while bar >= 1 and bars < RANGE_BARS:
        previous = close[bar - 1]
        total += max(high[bar], previous) - min(low[bar], previous)
        bars += 1
        bar -= 1
    return 0.0 if bars == 0 else total / bars / close[index - 1]
