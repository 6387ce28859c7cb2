import { atTop, inMarkets, inNext } from '../corpus/build.ts';
import { inPythonNext, inPythonSetup } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext('orders.short({ percent: 1 });'),
    inNext('if (fast > slow) orders.close();'),
    inNext('orders.buy({ percent: 150 });'),
    inMarkets('bar.unheardOf;'),
  ],
  clean: [
    atTop('const periods = [1n, 2n].map(Number);').replace(
      'indicators.ema(10)',
      'periods.map((period) => indicators.ema(period + 9))[0]',
    ),
    inNext('if (fast.value > slow.value) orders.close();'),
    inNext('orders.sell({ units: 1 });'),
    inMarkets('if (markets.length > 1) orders.close();'),
  ],
};

export const python = {
  found: [
    inPythonNext('lab.orders.short(percent=10)'),
    inPythonNext('lab.orders.buy(sl=10)'),
    inPythonNext('lab.position.pnl'),
    inPythonNext('lab.bar.timestamp'),
    inPythonNext('self.fast.prev'),
    inPythonNext('lab.params.lagg'),
    inPythonNext('').replace("'lag'", "'окно'"),
    inPythonNext('').replace("'lag'", "'a-lag'"),
    inPythonNext("lab.params['lagg']"),
    inPythonNext('self.fast > self.slow'),
    inPythonNext('lab.indicators.sma(3)'),
    inPythonNext('lab.orders.buy(10)'),
    inPythonNext('lab.orders.buy(percent=150)'),
    inPythonNext('lab.orders.buy(percent=10, units=1)'),
    inPythonNext('lab.orders.buy(risk_percent=1)'),
    inPythonNext('lab.orders.protect(percent=1)'),
    inPythonNext('lab.timeframe("1d")'),
    inPythonNext('lab.isFlat'),
    inPythonNext('lab.position.isFlat'),
    inPythonSetup('lab.orders.buy()'),
    inPythonSetup('lab.indicators.sma(0)'),
    inPythonSetup('lab.indicators.rsi(14, smooth="simple")'),
    inPythonSetup('lab.indicators.rsi(14, smoothing="median")'),
    inPythonSetup('lab.plot("", self.average)'),
    inPythonSetup('lab.plot("a", self.average, pane="top")'),
    inPythonSetup('lab.timeframe("7m")'),
    inPythonSetup('lab.indicators.bolinger(20)'),
    `import math\n`,
    `from strategy_lab import Strategy\n\n\nclass A(Strategy):\n    name = 'A'\n`,
    `from strategy_lab import Strategy\n\n\nclass A(Strategy):\n    name = 'A'\n\n    def next(self):\n        pass\n`,
    `from strategy_lab import Strategy, integer\n\n\nclass A(Strategy):\n    name = 'A'\n    params = {'a': integer(500, min=1, max=100)}\n\n    def next(self, lab):\n        pass\n`,
    `from strategy_lab import Strategy\n\n\nclass A(Strategy):\n    name = 'A'\n\n    def next(self, lab):\n        pass\n\n    def signals(self, frame, params):\n        return frame\n`,
  ],
  clean: [
    inPythonNext('lab.orders.buy(percent=10, good_for_bars=3, limit=lab.bar.low)'),
    inPythonNext('x = lab.orders.close()'),
    inPythonNext(`if self.fast.value > self.slow.value:
    lab.orders.close()`),
    inPythonNext('x = lab.markets[0].bar.close'),
    inPythonNext('x = len(lab.markets)'),
    inPythonNext(`for market in lab.markets:
    market.orders.close()`),
    inPythonSetup('x = lab.indicators.rsi(14, smoothing="simple", source=lab.bars.open)'),
    inPythonSetup(`d = lab.timeframe("1d")
x = d.indicators.ema(20)`),
    inPythonSetup('lab.plot("a", self.average, pane="below")'),
  ],
};
