import { inNext } from '../corpus/build.ts';
import { inPythonNext, inSignals } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext("const k = ['a', 'b'].join(''); levels[k];"),
    inNext('const m = [Math];'),
    inNext('orders[`b#{bar.index}`]();'),
  ],
  clean: [
    inNext('levels[bar.index % 3];'),
    inNext("const side = bar.close > 1 ? 'up' : 'down'; ({ up: 1, down: 2 })[side];"),
    inNext('["1", "2"].map(Number);'),
  ],
};

export const python = {
  found: [
    inPythonNext('tools = [np]'),
    inPythonNext('self.np = np'),
    inPythonNext(`f = pd.Series([1]).apply
f("x")`),
    inSignals("return frame.agg(params['how'])"),
  ],
  clean: [
    inPythonNext(`n = np
x = n.mean([1.0])`),
    inSignals("return frame['close'].rolling(3).apply(np.mean, raw=True)"),
    inSignals("return frame.groupby('volume').agg(top=('close', 'max'))"),
    inSignals("return frame['close'].rolling(3).agg(lambda x: x.max())"),
  ],
};
