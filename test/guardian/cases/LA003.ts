import { inSignals } from '../corpus/buildPython.ts';

export const python = {
  found: [
    inSignals("return frame['close'] > frame['close'].mean()"),
    inSignals(`close = frame.close
return close / close.max()`),
    inSignals(`r = frame['close'].pct_change()
return r > r.quantile(0.9)`),
    inSignals("return frame['close'].rank(pct=True)"),
    inSignals(`x = np.log(frame['close'])
return x > np.percentile(x, 90)`),
    inSignals("return np.fft.rfft(frame['close'])"),
  ],
  clean: [
    inSignals("return frame['close'] > frame['close'].rolling(20).mean()"),
    inSignals("return frame['close'].expanding().quantile(0.9)"),
    inSignals("return frame[['open', 'close']].max(axis=1)"),
    inSignals(`assert frame['close'].min() > 0
return frame['close']`),
    inSignals(`t = []
for i in range(len(frame)):
    t.append(frame['close'][:i].mean())
return t`),
    inSignals("return frame['close'].rolling(9).apply(lambda w: w[-1] / w.mean(), raw=True)"),
  ],
};
