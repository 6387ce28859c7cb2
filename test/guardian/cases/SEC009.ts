import { inPythonNext, inSignals } from '../corpus/buildPython.ts';

export const python = {
  found: [
    inSignals("return pd.read_csv('x')"),
    inSignals(`frame.to_pickle('x')
return 0`),
    inSignals("return frame.eval('close')"),
    inSignals("return frame.query('@x')"),
    inSignals("return frame.agg('to_csv')"),
    inSignals(`frame.close.plot(backend='os')
return 0`),
    inSignals(`frame.plot('close', 'open', backend='os')
return 0`),
    inSignals(`close = frame['close'].rolling(9).mean()
close.plot.line()
return 0`),
    inPythonNext("np.load('x')"),
    inPythonNext('np.ctypeslib'),
  ],
  clean: [
    `from strategy_lab import Strategy


class Drawn(Strategy):
    name = 'Drawn'

    def draw(self, lab, title, series):
        lab.plot(title, series)

    def setup(self, lab):
        self.lab = lab
        self.average = lab.indicators.sma(9)
        lab.plot('Average', self.average)
        self.lab.plot('Again', self.average, pane='below')
        self.draw(lab, 'Third', self.average)

    def next(self, lab):
        lab.orders.buy(percent=10, stop_loss_percent=5)
`,
    inSignals("return frame.query('close > 1 and volume > 0')"),
    inSignals("return frame.agg({'close': 'last'})"),
    inSignals("return np.where(frame['close'] > 1, 1, 0)"),
  ],
};
