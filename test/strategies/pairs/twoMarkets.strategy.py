from strategy_lab import Strategy, integer


class TwoMarkets(Strategy):
    name = 'The weaker of two markets'
    params = {'period': integer(20, min=2, max=200)}

    def setup(self, lab):
        self.changes = [market.indicators.roc(lab.params.period) for market in lab.markets]

    def next(self, lab):
        first, second = lab.markets
        if not first.is_fresh or not second.is_fresh:
            return
        is_first_weak = self.changes[0].value < self.changes[1].value
        weak, strong = (first, second) if is_first_weak else (second, first)
        if strong.position.is_long:
            strong.orders.close()
        if weak.position.is_flat:
            weak.orders.buy(percent=45, stop_loss_percent=5)
