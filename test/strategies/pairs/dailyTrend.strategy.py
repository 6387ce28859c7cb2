from strategy_lab import Strategy, cross_above, cross_below, integer


class DailyTrend(Strategy):
    name = 'Hourly cross in the trend of the day'
    params = {
        'fast': integer(5, min=2, max=100),
        'slow': integer(13, min=3, max=400),
        'trend': integer(4, min=2, max=50, description='Days of the trend'),
    }

    def setup(self, lab):
        self.daily = lab.timeframe('1d')
        self.fast = lab.indicators.ema(lab.params.fast)
        self.slow = lab.indicators.sma(lab.params.slow)
        self.trend = self.daily.indicators.sma(lab.params.trend)
        self.strength = lab.timeframe('4h').indicators.rsi(7)

    def next(self, lab):
        is_up = self.daily.bars.close.value > self.trend.value
        if self.daily.is_new:
            lab.log(f'day closed at {self.daily.bars.close.value:.2f}')
        if lab.position.is_flat and is_up and cross_above(self.fast, self.slow) and self.strength.value < 70:
            lab.orders.buy(risk_percent=1, stop_loss_percent=2)
        elif lab.position.is_long and (cross_below(self.fast, self.slow) or not is_up):
            lab.orders.close()
