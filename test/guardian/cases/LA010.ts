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
    inSignals("return frame['close'] * (len(frame) % 2)"),
    inSignals(`t = np.zeros(len(frame))
for i in range(len(frame)):
    if i == len(frame) - 1:
        t[i] = 1
return t`),
    inPythonNext(`if lab.bar.index == 500:
    lab.orders.close()`),
    inPythonNext(`if lab.bar.index > 50_000:
    lab.orders.close()`),
  ],
  clean: [
    inSignals("return frame['close'].rolling(9).apply(lambda w: w[-1], raw=True)"),
    inSignals(`if len(frame) < 50 or len(frame) == 0:
    return pd.Series(0.0, index=frame.index)
return frame['close']`),
    inPythonNext('x = self.levels[-1]'),
    inPythonNext(`if lab.bar.index > 100:
    lab.orders.close()`),
  ],
};
