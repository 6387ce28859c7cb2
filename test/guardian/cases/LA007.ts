import { inSignals } from '../corpus/buildPython.ts';

export const python = {
  found: [
    inSignals("return frame.sample(frac=1)['close']"),
    inSignals(`r = np.random.default_rng(1)
return r.permutation(frame['close'])`),
  ],
  clean: [
    inSignals("return frame['close'].rolling(3).mean()"),
    inSignals(`r = np.random.default_rng(1)
return r.permutation([1, 2, 3])`),
  ],
};
