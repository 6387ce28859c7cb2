import { inNext } from '../corpus/build.ts';
import { inPythonNext, inSignals } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext('fast.ago(-1);'),
    inNext('fast.ago(-params.lag);'),
    inNext('const { ago } = fast; ago(1 - 3);'),
  ],
  clean: [
    inNext('fast.ago(1);'),
    inNext('fast.ago(-(-2));'),
    inNext('const own = { ago: (n: number) => n }; own.ago(-1);'),
  ],
};

export const python = {
  found: [
    inSignals(`move = frame['close'].shift
return move(-1)`),
    inSignals("return frame['close'].shift(-1)"),
    inSignals("return frame['close'].diff(periods=-2)"),
    inSignals("return frame['close'].pct_change(-params.length)"),
    inSignals("return np.roll(frame['close'], -1)"),
    inSignals("return frame['close'].shift(freq='-1h').reindex(frame.index)"),
    inSignals(`LAG = 1
return frame.shift(-LAG)['close']`),
    inSignals(`x = frame['close'].to_numpy()
t = np.zeros(len(x))
for i in range(len(x) - 1):
    t[i] = x[i + 1] > x[i]
return t`),
    inSignals(`x = frame['close'].to_numpy()
t = np.zeros(len(x))
for i in range(len(x)):
    if x[i:i + 3].max() > x[i]:
        t[i] = 1
return t`),
    inPythonNext('self.fast.ago(-1)'),
    inPythonNext('self.fast[-1]'),
    inPythonNext('lab.bars.close.ago(-lab.params.lag - 1)'),
  ],
  clean: [
    inSignals(`move = frame['close'].shift
return move(1)`),
    inSignals("return frame['close'].shift(1)"),
    inSignals("return np.roll(frame['close'], 1)"),
    inSignals("return frame['close'].shift(freq='1h').reindex(frame.index)"),
    inSignals(`x = frame['close'].to_numpy()
t = np.zeros(len(x))
for i in range(len(x) - 1):
    t[i + 1] = x[i + 1] > x[i]
return t`),
    inSignals(`x = frame['close'].to_numpy()
t = np.zeros(len(x))
for i in range(3, len(x)):
    t[i] = x[i - 3:i + 1].mean()
return t`),
    inPythonNext('self.fast.ago(1)'),
    inPythonNext('self.fast[2]'),
    inPythonNext('self.levels[-1]'),
  ],
};
