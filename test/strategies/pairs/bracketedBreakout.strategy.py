from strategy_lab import Strategy, integer, number


class BracketedBreakout(Strategy):
    name = 'Bracketed breakout'
    params = {
        'period': integer(24, min=2, max=400, description='Bars of the channel'),
        'wait': integer(12, min=1, max=100, description='Bars that an entry waits'),
        'stop': number(2, min=0.5, max=50, description='Stop loss in percent'),
        'target': number(4, min=0.5, max=50, description='Take profit in percent'),
        'trail': number(1.5, min=0.1, max=50, description='Trailing stop in percent'),
    }

    def setup(self, lab):
        self.channel = lab.indicators.donchian(lab.params.period)
        self.range = lab.indicators.atr(14)
        lab.plot('High', self.channel.upper)
        lab.plot('Range', self.range, pane='below')

    def next(self, lab):
        params, bar, position, orders = lab.params, lab.bar, lab.position, lab.orders
        if position.is_flat and bar.index % params.wait == 0:
            orders.cancel()
            bracket = {
                'percent': 40,
                'stop_loss_percent': params.stop,
                'take_profit_percent': params.target,
                'trailing_stop_percent': params.trail,
                'good_for_bars': params.wait,
            }
            up = orders.buy(**bracket, stop=self.channel.upper.value)
            orders.sell(**bracket, stop=self.channel.lower.value, oco=up)
        elif position.is_long and position.bars == 5:
            orders.protect(stop_loss=bar.low - 2 * self.range.value)
        elif position.bars > 20 and lab.random() < 0.2:
            lab.log(f'bar {bar.index}: out after {position.bars} bars')
            orders.close(percent=50)
