import numpy as np
from strategy_lab import Strategy, integer, number


class TrendFilter(Strategy):
    """The same as trendFilter.strategy.ts, computed at once: a target for each row."""

    name = 'Above or below the average'
    params = {
        'period': integer(30, min=2, max=400),
        'size': number(0.5, min=0.1, max=1, description='Share of the equity'),
    }

    def signals(self, frame, params):
        average = frame.close.rolling(params.period).mean()
        side = np.where(frame.close > average, 1, np.where(frame.close < average, -1, np.nan))
        return side * params.size
