import { inNext } from '../corpus/build.ts';
import { inSignals } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext(
      'levels.push(bar.close); if (levels.length > 9) levels.shift(); const m = levels.sort((a, b) => a - b)[4];',
    ),
    inNext('levels.push(bar.close); if (levels.length > 9) levels.shift(); levels.reverse();'),
  ],
  clean: [
    inNext(
      'levels.push(bar.close); if (levels.length > 9) levels.shift(); const m = [...levels].sort((a, b) => a - b)[4];',
    ),
    inNext(
      'levels.push(bar.close); if (levels.length > 9) levels.shift(); const m = levels.slice().reverse()[4];',
    ),
    inNext('const own = [3, 1, 2]; own.sort((a, b) => a - b);'),
    inNext('const m = levels.toSorted((a, b) => a - b);'),
    inNext('levels.sort((a, b) => a - b);'),
  ],
};

export const python = {
  found: [
    inSignals("return frame['low'][::-1].cummin()"),
    inSignals(`x = frame['low'].to_numpy()[::-1]
return np.maximum.accumulate(x)[::-1]`),
    inSignals("return frame['close'].iloc[::-1].rolling(5).max()"),
    inSignals("return np.cumsum(np.flip(frame['close']))"),
    inSignals('return frame.iloc[::-1].close.expanding().mean().iloc[::-1]'),
    inSignals("return frame['close'].sort_index(ascending=False).rolling(5).max().sort_index()"),
  ],
  clean: [
    inSignals("return frame['low'].cummin()"),
    inSignals(`x = frame['low'].to_numpy()
return np.maximum.accumulate(x)`),
    inSignals("return frame['close'].sort_index().rolling(5).max()"),
    inSignals('return frame.iloc[::-1].sort_index().close.expanding().mean()'),
    inSignals(`w = np.ones(5)[::-1]
return np.convolve(frame['close'], w)[:len(frame)]`),
  ],
};
