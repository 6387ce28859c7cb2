import { inNext } from '../corpus/build.ts';
import { inPythonNext, inSignals } from '../corpus/buildPython.ts';

export const javascript = {
  found: [inNext('fast.ago(params.lag - 5);'), inNext('for (let i = 0; i < 5; i++) fast.ago(i - 2);')],
  clean: [
    inNext('fast.ago(params.lag - 1);'),
    inNext('for (let i = 2; i < 5; i++) fast.ago(i - 2);'),
    inNext('for (let i = 0; i < 5; i++) if (i > 1) fast.ago(i - 2);'),
  ],
};

export const python = {
  found: [
    inPythonNext(`for i in range(5):
    x = self.fast.ago(i - 2)`),
    inPythonNext('x = self.fast.ago(lab.params.lag - 1)'),
    inSignals("return frame['close'].shift(params.length - 5)"),
  ],
  clean: [
    inPythonNext(`for i in range(2, 5):
    x = self.fast.ago(i - 2)`),
    inPythonNext('x = self.fast.ago(max(0, lab.params.lag - 1))'),
    inPythonNext(`for i in range(5):
    if i > 1:
        x = self.fast.ago(i - 2)`),
    inSignals("return frame['close'].shift(params.length - 2)"),
  ],
};
