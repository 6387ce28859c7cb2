import { inSignals } from '../corpus/buildPython.ts';

export const python = {
  found: [
    inSignals("return frame['close'].rolling(5, center=True).max()"),
    inSignals("return frame['close'].bfill()"),
    inSignals("return frame['close'].fillna(method='bfill')"),
    inSignals("return frame['close'].reindex(frame.index, method='nearest')"),
    inSignals("return frame['close'].interpolate()"),
    inSignals("return np.convolve(frame['close'], np.ones(3), mode='same')"),
    inSignals("return np.gradient(frame['close'])"),
  ],
  clean: [
    inSignals("return frame['close'].rolling(5, center=False).max()"),
    inSignals("return frame['close'].ffill()"),
    inSignals("return frame['close'].interpolate(method='pad')"),
    inSignals("return np.convolve(frame['close'], np.ones(3))[:len(frame)]"),
    inSignals("return frame['close'].rolling(5).apply(lambda w: np.gradient(w)[-1], raw=True)"),
  ],
};
