import { inNext } from '../corpus/build.ts';
import { inPythonNext, inSignals } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext('bar.index === 4999;'),
    inNext('bars.close.length;'),
    inNext('if (bar.index > 20_000) orders.close();'),
  ],
  clean: [inNext('position.bars >= 48;'), inNext('if (bar.index < 500) return;'), inNext('levels.length;')],
};

export const python = {
  found: [
    inSignals("return frame['close'] > frame['close'].iloc[-1]"),
    inSignals(`x = frame['close'].to_numpy()[-1]
return frame['close'] > x`),
    inPythonNext(`if lab.bar.index == 500:
    lab.orders.close()`),
    inPythonNext(`if lab.bar.index > 50_000:
    lab.orders.close()`),
  ],
  clean: [
    inSignals("return frame['close'].rolling(9).apply(lambda w: w[-1], raw=True)"),
    inPythonNext('x = self.levels[-1]'),
    inPythonNext(`if lab.bar.index > 100:
    lab.orders.close()`),
  ],
};
