from strategy_lab import Strategy, cross_above, cross_below, integer, number


class MovingAverageCross(Strategy):
    name = 'Moving-average cross'
    params = {
        'fast': integer(10, min=2, max=100),
        'slow': integer(30, min=5, max=400),
        'stop': number(5, min=0.5, max=50, description='Stop loss in percent'),
    }

    def setup(self, lab):
        self.fast = lab.indicators.sma(lab.params.fast)
        self.slow = lab.indicators.sma(lab.params.slow)
        lab.plot('Fast average', self.fast)

    def next(self, lab):
        if lab.position.is_flat and cross_above(self.fast, self.slow):
            lab.orders.buy(percent=100, stop_loss_percent=lab.params.stop)
        elif lab.position.is_long and cross_below(self.fast, self.slow):
            lab.orders.close()
