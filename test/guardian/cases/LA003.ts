import { inSignals } from '../corpus/buildPython.ts';

export const python = {
  found: [
    inSignals(`low, high = frame['close'].agg(['min', 'max'])
return (frame['close'] - low) / (high - low)`),
    inSignals(`import statistics
middle = statistics.median(frame['close'].tolist())
return frame['close'] < middle`),
    inSignals("return frame['close'] > frame['close'].mean()"),
    inSignals(`close = frame.close
return close / close.max()`),
    inSignals(`r = frame['close'].pct_change()
return r > r.quantile(0.9)`),
    inSignals("return frame['close'].rank(pct=True)"),
    inSignals(`x = np.log(frame['close'])
return x > np.percentile(x, 90)`),
    inSignals("return np.fft.rfft(frame['close'])"),
    inSignals(`low = min(frame.low)
return frame['close'] < low * 1.2`),
    inSignals("return frame['close'] < sorted(frame['close'])[9]"),
    inSignals("return frame.index.isin(frame['close'].nsmallest(9).index)"),
    inSignals("return frame.index.isin(frame['close'].sort_values().head(9).index)"),
    inSignals("return pd.qcut(frame['close'], 5, labels=False) == 0"),
    inSignals("return pd.cut(frame['close'], bins=5, labels=False) == 0"),
  ],
  clean: [
    inSignals("return frame['close'].rolling(20).agg('mean')"),
    inSignals(`closes = frame['close'].tolist()
return [float(i > 20 and closes[i] > max(closes[i - 20:i])) for i in range(len(closes))]`),
    inSignals("return frame['close'] > frame['close'].rolling(20).mean()"),
    inSignals("return frame['close'].expanding().quantile(0.9)"),
    inSignals("return frame[['open', 'close']].max(axis=1)"),
    inSignals(`assert frame['close'].min() > 0
return frame['close']`),
    inSignals(`t = []
for i in range(len(frame)):
    t.append(frame['close'][:i].mean())
return t`),
    inSignals("return frame['close'] * max(params.length, 1) / min(2, 3)"),
    inSignals("return pd.cut(frame['close'].pct_change(), [-1, 0, 1], labels=False) == 1"),
    inSignals(`order = sorted([3, 1, 2])
return frame['close'] > order[0]`),
    inSignals("return frame['close'].rolling(9).apply(lambda w: w[-1] / w.mean(), raw=True)"),
  ],
};
